//! Whirlpool: as many equal outputs as inputs, all of a pool's denomination.
//!
//! Some inputs come from a Tx0 and carry the miner's fee on top of the denomination; the
//! others are outputs of an earlier mix and are exactly it. Five owners a round at first,
//! up to ten later; any form of script. Stütz, Stockinger, Haslhofer, Moreno-Sanchez and
//! Maffei 2022; Schnoering and Vazirgiannis 2023 (arXiv 2311.12491).
//!
//! Known false positives: none seen. An owner who spends five to ten outputs of one pool at
//! once and pays them out one by one again would look like a round, at a fee for nothing.

use trace_core::model::Transaction;

use super::census::Census;
use super::{Fit, MixKind};

/// The pools' denominations, in satoshis, and the fee for entering each.
pub(super) const POOLS: [(u64, u64); 4] = [
    (100_000, 5_000),
    (1_000_000, 50_000),
    (5_000_000, 175_000),
    (50_000_000, 1_750_000),
];

/// What an input may carry above the denomination for the miner's fee, in satoshis.
pub(super) const FEE_SHARE_MAX_SAT: u64 = 110_000;

pub(super) fn fit<A: Ord, O>(transaction: &Transaction<A, O>, census: &Census) -> Fit {
    let (denomination_sat, equal) = census.modal();
    let all_equal = equal == census.outputs && census.output_scripts_distinct;
    if !all_equal || census.inputs != equal || !(5..=10).contains(&equal) {
        return Fit::No;
    }
    let Some(owners) = &census.owners else {
        return Fit::Unseen;
    };
    let prevouts = || {
        let inputs = transaction.inputs.iter();
        inputs.filter_map(|input| input.prevout.as_ref())
    };
    let most_sat = denomination_sat.saturating_add(FEE_SHARE_MAX_SAT);
    let in_range = prevouts().all(|spent| (denomination_sat..=most_sat).contains(&spent.value_sat));
    let remixed = prevouts()
        .filter(|spent| spent.value_sat == denomination_sat)
        .count();
    if !in_range || owners.sums_sat.len() != equal || remixed == 0 || remixed == equal {
        return Fit::No;
    }
    if POOLS.iter().any(|(pool, _)| *pool == denomination_sat) {
        Fit::Certain(MixKind::Whirlpool)
    } else {
        // Another coordinator may run pools of its own.
        Fit::Possible(MixKind::Whirlpool)
    }
}
