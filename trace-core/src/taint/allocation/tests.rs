//! Every policy over one transaction, against the definitions worked out naively.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Allocation, Allotment, Flow, Passage, Piece};
use crate::taint::Policy;
use crate::taint::segment::Segment;

/// Inputs as segments, and takers of the same sum, the fee last.
#[derive(Clone, Debug)]
struct Case {
    sources: Vec<Vec<Segment>>,
    takers: Vec<u64>,
}

fn segment(seed: Option<u32>, length_sat: u64) -> Segment {
    Segment { seed, length_sat }
}

impl Case {
    fn flow(&self) -> Flow {
        let mut flow = Flow {
            pieces: Vec::new(),
            takers: self.takers.clone(),
        };
        for (source, segments) in (0..).zip(&self.sources) {
            let piece = |segment: &Segment| Piece {
                source,
                segment: *segment,
            };
            flow.pieces.extend(segments.iter().map(piece));
        }
        flow
    }

    fn allot(&self, policy: Policy, passage: Passage<'_>) -> Vec<Vec<Segment>> {
        let mut allotment = Allotment::default();
        allotment.make(policy, &mut self.flow(), passage);
        (0..self.takers.len())
            .map(|taker| allotment.of(taker).to_vec())
            .collect()
    }

    fn satoshis(&self) -> Vec<Option<u32>> {
        satoshis(&self.sources.concat())
    }

    fn tainted_sat(&self) -> u64 {
        self.satoshis().iter().flatten().count() as u64
    }
}

/// One by one.
fn satoshis(segments: &[Segment]) -> Vec<Option<u32>> {
    segments
        .iter()
        .flat_map(|segment| (0..segment.length_sat).map(|_| segment.seed))
        .collect()
}

fn by_seed(segments: &[Segment]) -> BTreeMap<u32, u64> {
    let mut sums = BTreeMap::new();
    for segment in segments {
        if let Some(seed) = segment.seed {
            *sums.entry(seed).or_default() += segment.length_sat;
        }
    }
    sums
}

fn tainted(segments: &[Segment]) -> u64 {
    by_seed(segments).values().sum()
}

/// Up to five inputs of up to three seeds, worth up to about a hundred satoshis, cut at random
/// into up to six takers.
fn case() -> impl Strategy<Value = Case> {
    let seed = prop_oneof![2 => Just(None), 3 => (0..3_u32).prop_map(Some)];
    let segments = vec((seed, 0..9_u64), 1..4);
    (vec(segments, 1..5), vec(any::<u64>(), 0..5)).prop_map(|(sources, cuts)| {
        let sources: Vec<Vec<Segment>> = sources
            .iter()
            .map(|segments| {
                segments
                    .iter()
                    .map(|(seed, n)| segment(*seed, *n))
                    .collect()
            })
            .collect();
        let all: u64 = sources
            .concat()
            .iter()
            .map(|segment| segment.length_sat)
            .sum();
        let mut cuts: Vec<u64> = cuts.iter().map(|cut| cut % (all + 1)).collect();
        cuts.extend([0, all]);
        cuts.sort_unstable();
        let takers = cuts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        Case { sources, takers }
    })
}

fn conserving() -> impl Iterator<Item = Policy> {
    Policy::ALL
        .into_iter()
        .filter(|policy| policy.conserves_value())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn each_seed_comes_out_as_it_goes_in_and_nothing_is_overfilled(
        case in case(), equal in vec(0..7_u32, 0..5)
    ) {
        let in_sat = by_seed(&case.sources.concat());
        let in_sat: BTreeMap<_, _> = in_sat.into_iter().filter(|(_, sat)| *sat > 0).collect();
        for policy in conserving() {
            for passage in [Passage::Plain, Passage::EqualOutputs(&equal)] {
                let out = case.allot(policy, passage);
                prop_assert_eq!(&by_seed(&out.concat()), &in_sat, "{} {:?}", policy, passage);
                for (segments, taker_sat) in out.iter().zip(&case.takers) {
                    prop_assert!(tainted(segments) <= *taker_sat, "{} {:?}", policy, passage);
                    prop_assert!(segments.iter().all(|segment| segment.length_sat > 0));
                    prop_assert!(segments.windows(2).all(|two| two[0].seed != two[1].seed));
                    if !matches!(policy.allocation(), Allocation::Order(_)) {
                        prop_assert!(segments.is_sorted_by_key(|segment| segment.seed));
                    } else if !segments.is_empty() {
                        prop_assert_eq!(satoshis(segments).len() as u64, *taker_sat);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_tainted_is_tainted_under_poison(case in case()) {
        let poison = case.allot(Policy::Poison, Passage::Plain);
        for policy in conserving() {
            for (less, most) in case.allot(policy, Passage::Plain).iter().zip(&poison) {
                let (less, most) = (by_seed(less), by_seed(most));
                prop_assert!(less.iter().all(|(seed, sat)| most.get(seed) >= Some(sat)));
            }
        }
    }

    #[test]
    fn fifo_and_lifo_are_a_queue_and_a_stack_of_single_satoshis(case in case()) {
        let queue = case.satoshis();
        let stack: Vec<_> = queue.iter().rev().copied().collect();
        for (policy, mut satoshi) in [
            (Policy::Fifo, queue.into_iter()),
            (Policy::Lifo, stack.into_iter()),
        ] {
            for (got, taker_sat) in case.allot(policy, Passage::Plain).iter().zip(&case.takers) {
                let mut expected: Vec<_> = (0..*taker_sat).filter_map(|_| satoshi.next()).collect();
                if expected.iter().all(Option::is_none) {
                    expected.clear();
                }
                prop_assert_eq!(satoshis(got), expected, "{}", policy);
            }
        }
    }

    #[test]
    fn haircut_is_the_exact_fraction_rounded_by_the_largest_remainder(case in case()) {
        let all: u64 = case.takers.iter().sum();
        let tainted_sat = case.tainted_sat();
        // Satoshis are dealt one by one to whoever lacks most of its exact part, counted in
        // parts of a satoshi as many as there are satoshis in all.
        let mut expected = vec![0_u64; case.takers.len()];
        for (part, taker_sat) in expected.iter_mut().zip(&case.takers) {
            while (*part + 1) * all <= tainted_sat * taker_sat && all > 0 {
                *part += 1;
            }
        }
        while expected.iter().sum::<u64>() < tainted_sat {
            let lacks = |taker: usize| tainted_sat * case.takers[taker] - expected[taker] * all;
            let most = (0..expected.len()).filter(|taker| {
                expected[*taker] * all <= tainted_sat * case.takers[*taker]
            });
            let most = most.max_by_key(|taker| (lacks(*taker), usize::MAX - taker)).unwrap();
            expected[most] += 1;
        }
        let got = case.allot(Policy::Haircut, Passage::Plain);
        prop_assert_eq!(got.iter().map(|part| tainted(part)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn several_seeds_together_are_what_they_would_be_as_one(case in case()) {
        let mut one = case.clone();
        for segment in one.sources.iter_mut().flatten() {
            segment.seed = segment.seed.map(|_| 0);
        }
        for policy in Policy::ALL {
            let sums = |case: &Case| -> Vec<u64> {
                let parts = case.allot(policy, Passage::Plain);
                parts.iter().map(|part| tainted(part)).collect()
            };
            if policy.conserves_value() {
                prop_assert_eq!(sums(&case), sums(&one), "{}", policy);
            }
        }
    }

    #[test]
    fn a_seed_is_off_its_exact_part_by_less_than_a_satoshi_for_each_seed_up_to_it(case in case()) {
        let all: u64 = case.takers.iter().sum();
        let out = case.allot(Policy::Haircut, Passage::Plain);
        let sums: Vec<_> = by_seed(&case.sources.concat()).into_iter().collect();
        for (segments, taker_sat) in out.iter().zip(&case.takers) {
            let got = by_seed(segments);
            for (index, (seed, sat)) in (2..).zip(&sums) {
                let got = got.get(seed).copied().unwrap_or(0) * all;
                // One more than for the split, for the sum of all seeds was rounded before.
                prop_assert!(got.abs_diff(sat * taker_sat) <= index * all);
            }
        }
    }

    #[test]
    fn amounts_are_served_in_the_order_that_the_policy_says(case in case()) {
        let fee = case.takers.len() - 1;
        let mut highest: Vec<usize> = (0..fee).collect();
        highest.sort_by_key(|taker| (u64::MAX - case.takers[*taker], *taker));
        highest.push(fee);
        let in_order: Vec<usize> = (0..=fee).collect();
        let backwards: Vec<usize> = in_order.iter().rev().copied().collect();
        for (policy, order) in [
            (Policy::DirtyFirst, &in_order),
            (Policy::Tiho, &highest),
            // Clean value fills from the front, so taint fills from the back.
            (Policy::CleanFirst, &backwards),
        ] {
            let out = case.allot(policy, Passage::Plain);
            let mut left_sat = case.tainted_sat();
            for taker in order {
                let expected = left_sat.min(case.takers[*taker]);
                prop_assert_eq!(tainted(&out[*taker]), expected, "{}", policy);
                left_sat -= expected;
            }
        }
    }

    #[test]
    fn through_a_mix_taint_stays_in_the_equal_outputs_while_it_fits(
        case in case(), equal in vec(0..5_u32, 0..5)
    ) {
        let fee = case.takers.len() - 1;
        let is_equal = |taker: usize| taker < fee && equal.iter().any(|index| *index as usize == taker);
        let equal_sat: u64 = (0..fee).filter(|t| is_equal(*t)).map(|t| case.takers[t]).sum();
        for policy in conserving() {
            let out = case.allot(policy, Passage::EqualOutputs(&equal));
            let inside = (0..=fee).filter(|t| is_equal(*t)).map(|t| tainted(&out[t])).sum::<u64>();
            prop_assert_eq!(inside, case.tainted_sat().min(equal_sat), "{}", policy);
        }
    }

    #[test]
    fn through_a_mix_in_order_the_clean_satoshis_that_leave_first_fill_up(
        case in case(), equal in vec(0..5_u32, 0..5)
    ) {
        let fee = case.takers.len() - 1;
        let (first, then): (Vec<usize>, Vec<usize>) = (0..=fee).partition(|taker| {
            *taker < fee && equal.iter().any(|index| *index as usize == *taker)
        });
        let equal_sat: u64 = first.iter().map(|taker| case.takers[*taker]).sum();
        for policy in [Policy::Fifo, Policy::Lifo] {
            let mut queue = case.satoshis();
            if policy == Policy::Lifo {
                queue.reverse();
            }
            let mut room_sat = equal_sat.saturating_sub(case.tainted_sat());
            let (inside, outside): (Vec<_>, Vec<_>) = queue.into_iter().partition(|seed| {
                let fits = seed.is_some() || room_sat > 0;
                room_sat -= u64::from(seed.is_none() && fits);
                fits
            });
            let mut queue = inside.into_iter().chain(outside);
            let got = case.allot(policy, Passage::EqualOutputs(&equal));
            for taker in first.iter().chain(&then) {
                let mut expected: Vec<_> =
                    (0..case.takers[*taker]).filter_map(|_| queue.next()).collect();
                if expected.iter().all(Option::is_none) {
                    expected.clear();
                }
                prop_assert_eq!(satoshis(&got[*taker]), expected, "{}", policy);
            }
        }
    }

    #[test]
    fn a_mix_made_to_poison_taints_every_taker_wholly(case in case()) {
        prop_assume!(case.tainted_sat() > 0);
        for policy in conserving() {
            let out = case.allot(policy, Passage::Whole);
            for (segments, taker_sat) in out.iter().zip(&case.takers) {
                prop_assert_eq!(tainted(segments), *taker_sat, "{}", policy);
            }
        }
    }
}

#[test]
fn two_seeds_that_taint_everything_do_not_overfill_the_first_taker() {
    let case = Case {
        sources: vec![vec![segment(Some(0), 1)], vec![segment(Some(1), 1)]],
        takers: vec![1, 1, 0],
    };
    let out = case.allot(Policy::Haircut, Passage::Plain);
    assert_eq!(
        out,
        [vec![segment(Some(0), 1)], vec![segment(Some(1), 1)], vec![]]
    );
}

#[test]
fn among_equal_remainders_the_first_taker_of_the_transaction_gets_the_satoshi_in_a_mix_too() {
    let case = Case {
        sources: vec![vec![segment(Some(0), 1)], vec![segment(Some(1), 1)]],
        takers: vec![1, 1, 0],
    };
    for policy in [Policy::Haircut, Policy::DirtyFirst, Policy::Tiho] {
        assert_eq!(
            case.allot(policy, Passage::EqualOutputs(&[1])),
            [vec![segment(Some(0), 1)], vec![segment(Some(1), 1)], vec![]],
            "{policy}"
        );
    }
}

#[test]
fn nothing_overflows_at_the_largest_amounts() {
    let half = u64::MAX / 2;
    let case = Case {
        sources: vec![
            vec![segment(Some(0), half)],
            vec![segment(Some(1), half - 1)],
            vec![segment(None, 1)],
        ],
        takers: vec![half, half - 7, 7],
    };
    for policy in Policy::ALL {
        for passage in [Passage::Plain, Passage::EqualOutputs(&[1]), Passage::Whole] {
            let mut allotment = Allotment::default();
            allotment.make(policy, &mut case.flow(), passage);
            assert!(
                !allotment.of(0).is_empty() || !allotment.of(1).is_empty(),
                "{policy}"
            );
        }
    }
}
