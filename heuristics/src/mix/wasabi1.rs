//! Wasabi 1: a coordinator joins many wallets around one denomination.
//!
//! At least ten inputs, all scripts P2WPKH and no output script used twice. At least ten
//! outputs of one value: a tenth of a bitcoin, a little above or below it as rounds went
//! by, or a doubling level of it; in the first months also half and a tenth of that.
//! Together with the outputs at the doubling levels they are about half of all outputs, the
//! rest being change and the coordinator's fee. Stütz et al. 2022; the Dumplings scanner.
//!
//! Known false positives: a payout of the same round amount to ten customers from ten
//! deposits has this form when nothing but P2WPKH takes part in it.

use trace_core::model::{ScriptKind, Transaction};

use super::census::Census;
use super::{Fit, MixKind};

const PARTICIPANTS_MIN: usize = 10;

/// The level on which rounds are based, in satoshis.
const BASE_SAT: u64 = 10_000_000;

/// Doublings of the base that a round can have, and one halving (September 2018).
const LEVELS: u32 = 12;

/// The denomination of the rounds of August 2018, in satoshis.
const FIRST_ROUNDS_SAT: u64 = 1_000_000;

pub(super) fn fit<A: Ord, O>(transaction: &Transaction<A, O>, census: &Census) -> Fit {
    let (value_sat, equal) = census.modal();
    let only_p2wpkh = transaction
        .outputs
        .iter()
        .all(|output| output.kind == ScriptKind::P2wpkh);
    if equal < PARTICIPANTS_MIN
        || census.inputs < PARTICIPANTS_MIN
        || !only_p2wpkh
        || !census.output_scripts_distinct
        || !is_denomination(value_sat)
    {
        return Fit::No;
    }
    let on_levels: usize = census
        .values
        .iter()
        .filter(|(value, count)| *count > 1 && is_level_of(*value, value_sat))
        .map(|(_, count)| count)
        .sum();
    if 2 * on_levels + 1 < census.outputs {
        return Fit::No;
    }
    let Some(owners) = &census.owners else {
        return Fit::Unseen;
    };
    let spends_p2wpkh = transaction
        .inputs
        .iter()
        .filter_map(|input| input.prevout.as_ref())
        .all(|spent| spent.kind == ScriptKind::P2wpkh);
    if spends_p2wpkh && owners.sums_sat.len() >= equal {
        Fit::Certain(MixKind::Wasabi1)
    } else {
        Fit::No
    }
}

/// Within a fifth of a level, because the base rose and fell by a tenth over the years; the
/// first months kept to theirs within a fiftieth.
fn is_denomination(value_sat: u64) -> bool {
    let within = |part: u64, level: u64| value_sat.abs_diff(level) <= level / part;
    (0..LEVELS).any(|n| within(5, BASE_SAT << n))
        || within(50, BASE_SAT / 2)
        || within(50, FIRST_ROUNDS_SAT)
}

/// Whether `value_sat` is `base_sat` doubled zero or more times. The levels of one round are
/// drawn from bases that differ by less than a hundredth.
fn is_level_of(value_sat: u64, base_sat: u64) -> bool {
    (0..LEVELS)
        .filter_map(|n| base_sat.checked_shl(n))
        .any(|level| value_sat.abs_diff(level) <= level / 100)
}
