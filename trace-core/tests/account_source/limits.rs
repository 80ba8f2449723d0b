//! What a node has not, or is not asked for, is said.

use testdata::evm::{EvmNode, Offers, random};
use trace_core::source::history::OnFailure;
use trace_core::taint::account::{Bounds, Gap, Plan, Pools, Seed};
use trace_core::taint::{Direction, Policy};
use trace_core::view::Unknown;

use crate::served::{Asked, Served, follow, over};
use crate::told::told;
use crate::whole::Whole;

fn plan(seed: Seed, policy: Policy) -> Plan {
    Plan {
        direction: Direction::Forward,
        policy,
        pools: Pools::Stop,
        bounds: Bounds::default(),
        seeds: vec![seed],
    }
}

/// What is found by asking such a node for so much, and what a ledger says.
fn run(offers: Offers, requests_max: u64, policy: Policy) -> (Asked, String) {
    let (chain, hashes) = random(1337, 3, 60);
    let whole = Whole::of(&chain, Offers::default());
    let plan = plan(Seed::Transaction(whole.widest(&hashes)), policy);
    let served = Served::new(EvmNode { chain, offers });
    let source = over(&served).with_requests_max(requests_max);
    let before = served.all().0;
    let asked = follow(&source, &plan, OnFailure::Stop).unwrap();
    // The tip, and whether it still is one, are no answers.
    assert_eq!(asked.requests, (served.all().0 - before - 2) as u64);
    (asked, whole.follow(&plan).0)
}

fn lost(asked: &Asked) -> Vec<Unknown> {
    let gaps = asked.trail.gaps.iter().filter_map(|gap| match gap {
        Gap::Account(_, why) | Gap::Balance(_, _, _, why) => Some(*why),
        _ => None,
    });
    gaps.collect()
}

#[test]
fn a_history_that_takes_too_many_requests_is_lost_from_view() {
    let (asked, _) = run(Offers::default(), 30, Policy::Haircut);
    assert!(asked.cut_off > 0 && asked.failures.is_empty());
    assert!(
        lost(&asked).contains(&Unknown::LimitReached),
        "{:?}",
        asked.trail.gaps
    );
    assert!(asked.trail.conserves());
    let (asked, expected) = run(Offers::default(), 3_000, Policy::Haircut);
    assert_eq!((asked.cut_off, lost(&asked)), (0, vec![]));
    assert_eq!(told(&asked.view, &asked.trail), expected);
}

#[test]
fn a_node_of_late_states_alone_tells_neither_histories_nor_balances() {
    let offers = Offers {
        states: Some(16),
        ..Offers::default()
    };
    let (asked, _) = run(offers, 3_000, Policy::Haircut);
    assert!(!lost(&asked).is_empty());
    assert!(
        lost(&asked).iter().all(|why| *why == Unknown::StateGone),
        "{:?}",
        asked.trail.gaps
    );
    let searching = Offers {
        otterscan_search: true,
        ..offers
    };
    // Where it searches, it is told that fees received and the like were not looked for: what the
    // beacon chain pays to those who hold taint is missing, which here changes but a count.
    let (asked, expected) = run(searching, 3_000, Policy::DirtyFirst);
    assert!(asked.trail.gaps.contains(&Gap::InnerCalls));
    let got = told(&asked.view, &asked.trail);
    assert_ne!(got.lines().next(), expected.lines().next());
    assert!(got.lines().skip(1).eq(expected.lines().skip(1)));
}

#[test]
fn a_node_that_does_not_trace_says_that_inner_calls_were_not_seen() {
    let offers = Offers {
        tracer: false,
        ..Offers::default()
    };
    let (asked, expected) = run(offers, 3_000, Policy::DirtyFirst);
    assert!(asked.trail.gaps.contains(&Gap::InnerCalls));
    assert_ne!(told(&asked.view, &asked.trail), expected);
    let operations = Offers {
        operations: true,
        ..offers
    };
    let (asked, expected) = run(operations, 3_000, Policy::DirtyFirst);
    assert!(asked.trail.gaps.contains(&Gap::InnerCalls));
    assert_eq!(told(&asked.view, &asked.trail), expected);
}

#[test]
fn what_is_open_goes_out_together() {
    let offers = Offers {
        otterscan_search: true,
        page: 25,
        ..Offers::default()
    };
    let (chain, hashes) = random(1337, 3, 200);
    let widest = Whole::of(&chain, Offers::default()).widest(&hashes);
    let plan = plan(Seed::Transaction(widest), Policy::Poison);
    let served = Served::new(EvmNode { chain, offers });
    let source = over(&served);
    let asked = follow(&source, &plan, OnFailure::Stop).unwrap();
    let (questions, trips) = served.all();
    assert!(asked.trail.visits.len() > 20 && asked.rounds > 3);
    // A round is a search of some pages, reading what was found, and balances.
    assert!(
        trips as u64 <= asked.rounds * 8,
        "{trips} for {}",
        asked.rounds
    );
    assert!(questions > trips * 10, "{questions} in {trips}");
    // What it lacks it is asked once.
    assert_eq!(served.asked("trace_transaction"), 0);
}
