//! Whither money can have come at all, by walking every payment of the script.

use std::collections::{BTreeMap, BTreeSet};

use trace_core::model::account::Address;

use crate::script::Script;

/// Every account to which a chain of at most so many transactions leads from a source, in the
/// order of time and none above a height, none of them from an account of `stops`; with the length
/// of the shortest.
pub(crate) fn reach(
    script: &Script,
    stops: &BTreeSet<Address>,
    hops_max: u32,
    height_max: u32,
) -> BTreeMap<Address, u32> {
    // With the transaction in which it was come to, which is not counted again.
    let mut reached: BTreeMap<Address, (u32, Option<usize>)> = BTreeMap::new();
    reached.extend(script.sources.iter().map(|source| (*source, (0, None))));
    let blocks = script.blocks.iter().take(height_max as usize);
    let payments = blocks.flat_map(|block| &block.payments);
    for (number, payment) in payments.enumerate() {
        for moved in &payment.moves {
            let Some((hops, came)) = reached.get(&moved.from) else {
                continue;
            };
            let hops = hops + u32::from(*came != Some(number));
            let is_nearer = reached
                .get(&moved.to)
                .is_none_or(|(known, _)| hops < *known);
            if hops <= hops_max && is_nearer && !stops.contains(&moved.from) {
                reached.insert(moved.to, (hops, Some(number)));
            }
        }
    }
    let reached = reached.into_iter();
    reached
        .map(|(account, (hops, _))| (account, hops))
        .collect()
}
