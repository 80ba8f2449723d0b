//! Whose the tainted part of each taker is, where several seeds meet.

use super::Allotment;
use super::apportion::apportion;
use crate::taint::Share;
use crate::taint::segment::Segment;

/// Shares `dirty`, the tainted part of each taker, out among `seeds`, the tainted amount that
/// each seed brings.
///
/// Were each seed rounded by itself, a wholly tainted taker could be given more than it is
/// worth: two seeds of 1 satoshi each over two takers of 1 are half a satoshi four times, and
/// the first taker would win both. So the sums come first: `dirty` is what the policy gives
/// all seeds together, as if they were one. Then one seed after another takes its part of what
/// the seeds before it left, in proportion to what is left.
///
/// **Exact both ways.** Let L be what is left in all, l in one taker, and t what the seed
/// brings. The seeds that have not taken yet bring L together, so t ≤ L, and by the bound of
/// [`apportion`] the seed takes at most l from a taker: nothing falls below 0. It takes t in
/// all, so each seed's sum is what it brought. The last seed has t = L and takes all that is
/// left, so each taker's sum is its `dirty`, which the policy keeps within the taker's worth.
///
/// A seed's part is off its exact quota by less than one satoshi for itself and each seed
/// before it, for each step rounds by less than one.
///
/// Where `dirty` does not add up to what the seeds bring (a mix all of whose outputs are made
/// tainted), what they bring counts as proportions.
pub(super) fn split(seeds: &[Share], dirty: &[u64], into: &mut Allotment) {
    if let [only] = seeds {
        into.give_each(only.seed, dirty);
        return;
    }
    let rows = rows(seeds, dirty);
    for taker in 0..dirty.len() {
        for (share, row) in seeds.iter().zip(&rows) {
            give(into, share.seed, row.get(taker).copied().unwrap_or(0));
        }
        into.close();
    }
}

/// For each seed, its part of every taker.
fn rows(seeds: &[Share], dirty: &[u64]) -> Vec<Vec<u64>> {
    let dirty_sat = dirty
        .iter()
        .fold(0_u64, |sum, part| sum.saturating_add(*part));
    let brought: Vec<u64> = seeds.iter().map(|share| share.amount_sat).collect();
    let mut amounts = Vec::new();
    apportion(dirty_sat, &brought, &mut amounts);
    let mut left = dirty.to_vec();
    let mut rows = Vec::with_capacity(seeds.len());
    for amount_sat in amounts {
        let mut row = Vec::with_capacity(dirty.len());
        apportion(amount_sat, &left, &mut row);
        for (left_sat, taken_sat) in left.iter_mut().zip(&row) {
            *left_sat -= taken_sat;
        }
        rows.push(row);
    }
    rows
}

fn give(into: &mut Allotment, seed: u32, length_sat: u64) {
    into.give(Segment {
        seed: Some(seed),
        length_sat,
    });
}
