//! The same trail as over a ledger of the same chain.

use testdata::evm::{EvmChain, EvmNode, Offers, address, allocated, people, random};
use trace_core::model::account::B256;
use trace_core::source::history::OnFailure;
use trace_core::taint::account::{Bounds, Gap, Plan, Pools, Seed};
use trace_core::taint::{Direction, Policy};

use crate::served::{Served, follow, over};
use crate::told::told;
use crate::whole::Whole;

/// Makes a chain of about so many transactions out of a number and a seed.
type Make = fn(u64, u64, usize) -> (EvmChain, Vec<B256>);

fn plan(direction: Direction, policy: Policy, seeds: Vec<Seed>) -> Plan {
    Plan {
        direction,
        policy,
        pools: Pools::Stop,
        bounds: Bounds::default(),
        seeds,
    }
}

/// Shows the first line that differs.
fn same(got: &str, expected: &str, seed: u64, policy: Policy) {
    for (got, expected) in got.lines().zip(expected.lines()) {
        assert_eq!(got, expected, "{seed} {policy}");
    }
    assert_eq!(got.lines().count(), expected.lines().count());
}

fn searching() -> Offers {
    Offers {
        tracer: false,
        flat: true,
        trace_filter: true,
        ..Offers::default()
    }
}

/// Follows the same seeds by every policy in random chains, over the ledger and by asking, and
/// says how often asking was not sure to have seen everything.
fn check(make: Make, chain: u64, offers: Offers) -> (usize, usize) {
    let (mut unsure, mut all) = (0, 0);
    for seed in 0..6 {
        let (made, hashes) = make(chain, seed, 40);
        let whole = Whole::of(&made, offers);
        let middle = hashes[hashes.len() / 3];
        let widest = whole.widest(&hashes);
        let thief = Seed::Account {
            address: address("alice"),
            asset: None,
            from_height: made.tip() / 2,
        };
        for policy in Policy::ALL {
            for seeds in [
                vec![Seed::Transaction(widest), Seed::Transaction(middle)],
                vec![thief.clone()],
            ] {
                for way in [Direction::Forward, Direction::Back] {
                    let plan = plan(way, policy, seeds.clone());
                    let served = Served::new(EvmNode {
                        chain: made.clone(),
                        offers,
                    });
                    let asked = follow(&over(&served), &plan, OnFailure::Stop).unwrap();
                    let (expected, gap) = whole.follow(&plan);
                    same(&told(&asked.view, &asked.trail), &expected, seed, policy);
                    let is_unsure = asked.trail.gaps.contains(&Gap::InnerCalls);
                    assert!(is_unsure || !gap, "{chain} {seed} {policy}");
                    all += 1;
                    unsure += usize::from(is_unsure);
                }
            }
        }
    }
    (unsure, all)
}

#[test]
fn with_the_index_of_otterscan() {
    let offers = Offers {
        otterscan_search: true,
        ..Offers::default()
    };
    assert_eq!(check(random, 1, offers).0, 0);
    assert_eq!(check(random, 1337, offers).0, 0);
}

#[test]
fn back_to_what_was_held_since_the_genesis_block() {
    let offers = Offers {
        otterscan_search: true,
        ..Offers::default()
    };
    assert_eq!(check(allocated, 1, offers).0, 0);
    assert_eq!(check(allocated, 1337, searching()).0, 0);
}

#[test]
fn with_the_filter_of_traces() {
    assert_eq!(check(random, 1, searching()).0, 0);
    let in_small_ranges = Offers {
        log_blocks_max: 50,
        tracer: true,
        ..searching()
    };
    assert_eq!(check(random, 1337, in_small_ranges).0, 0);
}

/// Without an index it is still sure of those who pay by themselves alone.
#[test]
fn on_a_plain_archive_of_people() {
    for chain in [1, 1337] {
        for seed in 0..8 {
            let (made, hashes) = people(chain, seed, 40);
            let whole = Whole::of(&made, Offers::default());
            for policy in Policy::ALL {
                let plan = plan(
                    Direction::Forward,
                    policy,
                    vec![Seed::Transaction(whole.widest(&hashes))],
                );
                let served = Served::new(EvmNode {
                    chain: made.clone(),
                    offers: Offers::default(),
                });
                let asked = follow(&over(&served), &plan, OnFailure::Stop).unwrap();
                let trail = told(&asked.view, &asked.trail);
                same(&trail, &whole.follow(&plan).0, seed, policy);
            }
        }
    }
}

/// What a contract takes in and gives away at once it cannot see, and says that something may be
/// missing; of the rest it is the same.
#[test]
fn on_a_plain_archive_it_is_not_sure_of_contracts() {
    let (mut same, mut all) = (0, 0);
    for seed in 0..8 {
        let (made, hashes) = random(1337, seed, 40);
        let whole = Whole::of(&made, Offers::default());
        for policy in Policy::ALL {
            let plan = plan(
                Direction::Forward,
                policy,
                vec![Seed::Transaction(whole.widest(&hashes))],
            );
            let served = Served::new(EvmNode {
                chain: made.clone(),
                offers: Offers::default(),
            });
            let asked = follow(&over(&served), &plan, OnFailure::Stop).unwrap();
            let is_sure = !asked.trail.gaps.contains(&Gap::InnerCalls);
            let is_same = told(&asked.view, &asked.trail) == whole.follow(&plan).0;
            assert!(is_same || !is_sure, "{seed} {policy}");
            all += 1;
            same += usize::from(is_same);
        }
    }
    assert!(same * 10 > all * 8, "{same} of {all}");
}
