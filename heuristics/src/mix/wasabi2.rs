//! Wasabi 2 (WabiSabi): wallets cut their coins into standard denominations.
//!
//! Only P2WPKH and P2TR, both sides in falling order of value, no output below 5 000 sat,
//! at least three of four outputs on a standard denomination: 2ᵏ, 3ᵏ, 2·3ᵏ, 10ᵏ, 2·10ᵏ or
//! 5·10ᵏ sat. Fifty inputs at the first coordinator, fewer at later ones. The Dumplings
//! scanner; Schnoering and Vazirgiannis 2023; the WabiSabi paper (Ficsór et al. 2021).
//!
//! People pay round decimal amounts, and nobody pays 1 062 882 sat. So what tells a round
//! from a payout in round amounts are the powers of two and three: two outputs on them make
//! a round possible, four on three different ones make it certain where at least twenty
//! scripts are spent. Below that nothing shows that more than one wallet took part.
//!
//! Known false positives: none seen.

use trace_core::model::{ScriptKind, Transaction};

use super::census::Census;
use super::{Fit, MixKind};

const CERTAIN_INPUTS: usize = 20;
const POSSIBLE_INPUTS: usize = 5;
const OUTPUT_MIN_SAT: u64 = 5_000;

/// Outputs on powers of two and three that a possible and a certain round have, and how many
/// different values those of a certain one have.
const TELLING_POSSIBLE: usize = 2;
const TELLING_CERTAIN: usize = 4;
const DIFFERENT_CERTAIN: usize = 3;

pub(super) fn fit<A: Ord, O>(transaction: &Transaction<A, O>, census: &Census) -> Fit {
    let outputs = &transaction.outputs;
    let segwit = |kind| matches!(kind, ScriptKind::P2wpkh | ScriptKind::P2tr);
    if census.inputs < POSSIBLE_INPUTS
        || !census.output_scripts_distinct
        || !outputs
            .iter()
            .all(|output| segwit(output.kind) && output.value_sat >= OUTPUT_MIN_SAT)
        || !outputs.is_sorted_by(|a, b| a.value_sat >= b.value_sat)
    {
        return Fit::No;
    }
    let count = |test: fn(u64) -> bool| {
        let on = census.values.iter().filter(|(value, _)| test(*value));
        on.fold((0, 0), |(outputs, values), (_, count)| {
            (outputs + count, values + 1)
        })
    };
    let (standard, _) = count(is_standard);
    let (telling, telling_values) = count(is_binary_or_ternary);
    if 4 * standard < 3 * outputs.len() || telling < TELLING_POSSIBLE {
        return Fit::No;
    }
    let Some(owners) = &census.owners else {
        return Fit::Unseen;
    };
    let prevouts = || {
        transaction
            .inputs
            .iter()
            .filter_map(|input| input.prevout.as_ref())
    };
    let ordered = prevouts().is_sorted_by(|a, b| a.value_sat >= b.value_sat);
    if !ordered || !prevouts().all(|spent| segwit(spent.kind)) {
        return Fit::No;
    }
    let telling_enough = telling >= TELLING_CERTAIN && telling_values >= DIFFERENT_CERTAIN;
    match owners.sums_sat.len() {
        CERTAIN_INPUTS.. if telling_enough => Fit::Certain(MixKind::Wasabi2),
        POSSIBLE_INPUTS.. => Fit::Possible(MixKind::Wasabi2),
        _ => Fit::No,
    }
}

fn is_standard(value_sat: u64) -> bool {
    is_binary_or_ternary(value_sat)
        || [1, 2, 5]
            .into_iter()
            .any(|first| is_power_times(value_sat, first, 10))
}

fn is_binary_or_ternary(value_sat: u64) -> bool {
    value_sat.is_power_of_two()
        || [1, 2]
            .into_iter()
            .any(|first| is_power_times(value_sat, first, 3))
}

/// Whether `value` is `first` times a power of `base`.
fn is_power_times(value: u64, first: u64, base: u64) -> bool {
    let mut power = first;
    while power < value {
        match power.checked_mul(base) {
            Some(next) => power = next,
            None => return false,
        }
    }
    power == value
}
