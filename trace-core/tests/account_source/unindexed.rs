//! Tokens whose events name nobody where a node searches for accounts.

use testdata::evm::{Act, Event, EvmChain, EvmNode, Offers, address};
use trace_core::model::account::{Address, Asset, B256};
use trace_core::source::history::OnFailure;
use trace_core::taint::account::{Bounds, Gap, Plan, Pools, Seed};
use trace_core::taint::{Direction, Policy};
use trace_core::view::account::AccountView;

use crate::served::{Served, follow, over};
use crate::whole::Whole;

const ETHER: u64 = 1_000_000_000;

/// Somebody else moves what was stolen on, as one whom the thief allowed to.
fn moved_by_another(event: fn(Address, Address, Address, u64) -> Event) -> (EvmChain, B256) {
    let mut chain = EvmChain::new(1, &[("victim", ETHER * ETHER), ("operator", ETHER * ETHER)]);
    let token = chain.deploy("token");
    let [nobody, victim] = [Address::ZERO, address("victim")];
    let [thief, friend] = ["thief", "friend"].map(address);
    let says = |from, to| vec![Act::Say(event(token, from, to, 70))];
    chain
        .next_block()
        .run("victim", token, 0, says(nobody, victim));
    let theft = chain
        .next_block()
        .run("victim", token, 0, says(victim, thief));
    chain
        .next_block()
        .run("operator", token, 0, says(thief, friend));
    chain.next_block();
    (chain, theft)
}

#[test]
fn what_no_search_finds_is_said_to_be_missing() {
    let searching = Offers {
        otterscan_search: true,
        ..Offers::default()
    };
    for (event, is_unindexed) in [
        (Event::Token as fn(_, _, _, _) -> _, false),
        (Event::OldToken as fn(_, _, _, _) -> _, true),
    ] {
        let (chain, theft) = moved_by_another(event);
        let plan = Plan {
            direction: Direction::Forward,
            policy: Policy::Fifo,
            pools: Pools::Stop,
            bounds: Bounds::default(),
            seeds: vec![Seed::Transaction(theft)],
        };
        let whole = Whole::of(&chain, Offers::default());
        let (expected, _) = whole.follow(&plan);
        let friend = address("friend").to_string();
        assert!(expected.contains(&friend), "{expected}");
        for offers in [Offers::default(), searching] {
            let served = Served::new(EvmNode {
                chain: chain.clone(),
                offers,
            });
            let asked = follow(&over(&served), &plan, OnFailure::Stop).unwrap();
            let token = Asset::Token(address("token"));
            let gaps = asked.trail.gaps.iter();
            let told: Vec<_> = gaps
                .filter_map(|gap| match gap {
                    Gap::Unindexed(asset) => asked.view.asset(*asset),
                    _ => None,
                })
                .collect();
            let wanted = is_unindexed.then_some(token);
            assert_eq!(told, Vec::from_iter(wanted));
        }
    }
}
