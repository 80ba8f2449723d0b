//! What holds on every chain.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use trace_core::model::OutPoint;
use trace_core::taint::{
    Bounds, DestinationKind, Direction, Keep, MixAnswer, Mixes, Plan, Policy, Progress, Propagator,
    Seed, Trail,
};
use trace_core::view::{CoinView, Gathered};

use crate::chain::{Chain, chain};
use crate::naive::{Naive, outputs_of};
use crate::story::{Places, Story, follow};

const MIXES: [Mixes; 3] = [Mixes::Stop, Mixes::Through, Mixes::Poison];

fn seeds() -> impl Strategy<Value = Vec<u16>> {
    vec(any::<u16>(), 1..4)
}

fn plan(story: &Story, chain: &Chain, policy: Policy, seeds: &[u16]) -> Plan {
    let names: Vec<String> = seeds.iter().map(|seed| chain.seed(*seed)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    story.plan(policy, &names)
}

/// The outputs that a seed means, found without the library.
fn meant(story: &Story, seed: &Seed) -> Vec<OutPoint> {
    match seed {
        Seed::Output(outpoint) => vec![*outpoint],
        Seed::Transaction(txid) => outputs_of(story, *txid),
        Seed::Address {
            address,
            from_height,
        } => story
            .scenario
            .transactions()
            .iter()
            .filter(|located| located.position.height >= *from_height)
            .flat_map(|located| {
                let transaction = &located.transaction;
                let outputs = (0..).zip(&transaction.outputs);
                let paid = outputs.filter(|(_, o)| o.address.as_ref() == Some(address));
                paid.map(|(vout, _)| OutPoint {
                    txid: transaction.txid,
                    vout,
                })
            })
            .collect(),
    }
}

fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn is_what_a_walk_of_all_blocks_finds(
        chain in chain(24), seeds in seeds(), mixes in 0..3_usize,
        amount_min_sat in prop_oneof![Just(0), 1..8_u64],
        height_max in prop_oneof![Just(u32::MAX), 1..20_u32],
    ) {
        let story = Story::of(&chain.text);
        for policy in Policy::ALL {
            let plan = Plan {
                mixes: MIXES[mixes],
                bounds: Bounds { amount_min_sat, height_max: Some(height_max), ..Bounds::default() },
                ..plan(&story, &chain, policy, &seeds)
            };
            let meant: Vec<_> = plan.seeds.iter().map(|seed| meant(&story, seed)).collect();
            let mut naive = Naive::new(&story, policy, &meant);
            (naive.mixes, naive.height_max) = (plan.mixes, height_max);
            naive.amount_min_sat = amount_min_sat;
            let (expected, seeded) = naive.walk();
            let view = story.view(&plan);
            let trail = follow(&view, &story.places, plan);
            prop_assert_eq!(sorted(&story.destinations(&view, &trail)), expected, "{}", policy);
            let got: Vec<_> = trail.seeds.iter().map(|seeded| seeded.seeded_sat).collect();
            prop_assert_eq!(got, seeded, "{}", policy);
        }
    }

    #[test]
    fn whatever_the_bounds_no_satoshi_of_a_seed_is_lost(
        chain in chain(24), seeds in seeds(), back in any::<bool>(), through in any::<bool>(),
        hops_max in prop::option::of(0..6_u32), transactions_max in prop::option::of(0..9_u64),
        height in prop::option::of(1..20_u32), amount_min_sat in 0..6_u64,
    ) {
        let story = Story::of(&chain.text);
        for policy in Policy::ALL.into_iter().filter(|policy| policy.conserves_value()) {
            let plan = Plan {
                direction: if back { Direction::Back } else { Direction::Forward },
                mixes: if through { Mixes::Through } else { Mixes::Stop },
                bounds: Bounds {
                    hops_max, transactions_max, height_max: height, height_min: height, amount_min_sat,
                },
                ..plan(&story, &chain, policy, &seeds)
            };
            let trail = story.follow(plan);
            prop_assert!(trail.conserves(), "{}", policy);
            check_sums(&trail);
            if let Some(hops_max) = hops_max {
                prop_assert!(trail.visits.iter().all(|visit| visit.hops <= hops_max));
            }
            if let Some(transactions_max) = transactions_max {
                prop_assert!(trail.transactions <= transactions_max);
            }
        }
    }

    #[test]
    fn what_any_policy_taints_poison_taints(
        chain in chain(24), seeds in seeds(), mixes in 0..3_usize
    ) {
        let story = Story::of(&chain.text);
        let tainted = |policy| {
            let plan = Plan { mixes: MIXES[mixes], ..plan(&story, &chain, policy, &seeds) };
            let trail = story.follow(plan);
            let shares = trail.visits.iter().flat_map(|visit| {
                visit.shares.iter().map(|share| ((visit.output, share.seed), share.amount_sat))
            });
            shares.collect::<BTreeMap<_, _>>()
        };
        let poison = tainted(Policy::Poison);
        for policy in Policy::ALL.into_iter().filter(|policy| policy.conserves_value()) {
            for (what, amount_sat) in tainted(policy) {
                prop_assert!(poison.get(&what) >= Some(&amount_sat), "{policy} {what:?}");
            }
        }
    }

    /// Each satoshi has one way, so going it backwards leads to where it came from.
    #[test]
    fn back_is_the_transpose_of_forward_under_fifo_and_lifo(chain in chain(24)) {
        let story = Story { places: Places::default(), ..Story::of(&chain.text) };
        let view = story.scenario.view();
        let created: Vec<String> = story.scenario.transactions().iter()
            .filter(|located| located.transaction.is_coinbase())
            .flat_map(|located| outputs_of(&story, located.transaction.txid))
            .map(|outpoint| name(&story, outpoint))
            .collect();
        let kept: Vec<String> = chain.outputs.iter().filter(|output| {
            let Seed::Output(outpoint) = story.seed(output) else { panic!() };
            let mut inputs = story.scenario.transactions().iter().flat_map(|l| &l.transaction.inputs);
            !inputs.any(|input| input.spends == outpoint)
        }).cloned().collect();
        for policy in [Policy::Fifo, Policy::Lifo] {
            let table = |direction, seeds: &[String]| -> BTreeMap<(String, String), u64> {
                let seed_names: Vec<&str> = seeds.iter().map(String::as_str).collect();
                let trail = story.follow(Plan { direction, ..story.plan(policy, &seed_names) });
                let mut table = BTreeMap::new();
                for place in &trail.destinations {
                    let at = story.output(&view, trail.visits[place.visit.0 as usize].output);
                    let ends = match (direction, place.kind) {
                        (Direction::Forward, DestinationKind::Unspent)
                        | (Direction::Back, DestinationKind::Coinbase(_)) => true,
                        (_, DestinationKind::Fee(_)) => false,
                        other => panic!("{other:?}"),
                    };
                    for share in place.shares.iter().filter(|_| ends) {
                        let seed = seeds[share.seed as usize].clone();
                        let key = match direction {
                            Direction::Forward => (seed, at.clone()),
                            Direction::Back => (at.clone(), seed),
                        };
                        table.insert(key, share.amount_sat);
                    }
                }
                table
            };
            prop_assert_eq!(
                table(Direction::Forward, &created), table(Direction::Back, &kept), "{}", policy
            );
        }
    }

    #[test]
    fn a_run_that_keeps_only_totals_finds_the_same_ones(chain in chain(24), seeds in seeds()) {
        let story = Story::of(&chain.text);
        for policy in Policy::ALL {
            let plan = plan(&story, &chain, policy, &seeds);
            let view = story.view(&plan);
            let whole = follow(&view, &story.places, plan.clone());
            let mut brief = Propagator::new(plan).keeping(Keep::Totals);
            let Progress::Done(brief) = brief.advance(&view, &story.places, u64::MAX) else { panic!() };
            prop_assert!(brief.visits.is_empty() && brief.destinations.is_empty());
            prop_assert_eq!(brief.totals, whole.totals);
            prop_assert_eq!(brief.seeds, whole.seeds);
            prop_assert_eq!(brief.gaps, whole.gaps);
            prop_assert_eq!(brief.transactions, whole.transactions);
            prop_assert_eq!(brief.outputs, whole.visits.len() as u64);
            prop_assert_eq!(whole.outputs, brief.outputs);
        }
    }

    #[test]
    fn paths_lead_from_the_seeds_by_transactions_that_took_the_value_on(
        chain in chain(24), seeds in seeds(), back in any::<bool>()
    ) {
        let story = Story::of(&chain.text);
        let view = story.scenario.view();
        for policy in Policy::ALL {
            let direction = if back { Direction::Back } else { Direction::Forward };
            let trail = story.follow(Plan { direction, ..plan(&story, &chain, policy, &seeds) });
            check_paths(&view, &trail);
        }
    }
}

fn name(story: &Story, outpoint: OutPoint) -> String {
    let name = story.scenario.transaction_name(&outpoint.txid).unwrap();
    format!("{name}:{}", outpoint.vout)
}

/// The totals are those of the destinations.
fn check_sums(trail: &Trail) {
    for (seed, totals) in (0..).zip(&trail.totals) {
        let shares = trail.destinations.iter().flat_map(|place| &place.shares);
        let of_seed = shares.filter(|share| share.seed == seed);
        let sum: u128 = of_seed.map(|share| u128::from(share.amount_sat)).sum();
        assert_eq!(sum, totals.sum_sat());
    }
}

fn check_paths(view: &Gathered, trail: &Trail) {
    for visit in &trail.visits {
        let Some(parent) = visit.parent else {
            assert_eq!(visit.hops, 0);
            continue;
        };
        let parent = &trail.visits[parent.0 as usize];
        assert_eq!(visit.hops, parent.hops + 1);
        let (earlier, later) = match trail.direction {
            Direction::Forward => (parent.output, visit.output),
            Direction::Back => (visit.output, parent.output),
        };
        let spender = match view.spender(earlier) {
            trace_core::view::Answer::Known(trace_core::view::Spender::Spent(tx)) => tx,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            view.creator(later),
            trace_core::view::Answer::Known(spender)
        );
        assert_eq!(parent.next, Some(spender));
        // A seed's value can only have come by an output that holds some of it. Under FIFO and
        // LIFO that holds for each output, else for the transaction as a whole.
        if matches!(trail.policy, Policy::Fifo | Policy::Lifo) {
            assert!(
                visit
                    .shares
                    .iter()
                    .any(|share| { parent.shares.iter().any(|other| other.seed == share.seed) })
            );
        }
    }
    // What ends somewhere does not go on.
    for place in &trail.destinations {
        let goes_on = trail.visits[place.visit.0 as usize].next.is_some();
        assert_eq!(goes_on, matches!(place.kind, DestinationKind::Fee(_)));
    }
}

#[test]
fn a_mix_made_to_poison_is_said_not_to_conserve() {
    let story = Story::of("mint: -> a 5, b 5\nmix: a 5 + b 5 -> c 4, d 4");
    let poison = |mixes| Plan {
        mixes,
        ..story.plan(Policy::Fifo, &["mint:0"])
    };
    assert!(!story.follow(poison(Mixes::Poison)).conserves());
    assert!(story.follow(poison(Mixes::Through)).conserves());
    assert!(matches!(
        story.places.mixes.values().next(),
        Some(MixAnswer::Mix(_))
    ));
}
