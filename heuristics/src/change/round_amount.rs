//! Round amount: people pay round sums, and what is left over is not round.
//!
//! Where an output is a multiple of a hundredth of a bitcoin (10⁶ satoshis), it is ruled out.
//! BlockSci (Kalodner et al. 2020), `power_of_ten_change`, with its default of six digits;
//! GraphSense takes three.
//!
//! Known false positives: payments of sums that are round in another currency; spending round
//! coins in a round sum with the fee taken from the payment; batches of round payouts with
//! several other payments.
//!
//! Cannot tell when no output is round, when all are, or when several are not.

use trace_core::claim::{Reason, Rule};

use super::{Case, ChangeRule, Keep};

/// What a round amount is a multiple of, in satoshis.
const ROUND_SAT: u64 = 1_000_000;

pub(super) const RULE: ChangeRule = ChangeRule {
    rule: Rule {
        name: "round-amount",
        version: 1,
    },
    looks_back: false,
    looks_ahead: false,
    keeps,
};

// The result is one for all rules.
#[expect(clippy::unnecessary_wraps, reason = "the registry's signature")]
fn keeps(case: &Case) -> Result<Vec<Keep>, Reason> {
    Ok(case.keep(|candidate| !candidate.value_sat.is_multiple_of(ROUND_SAT)))
}
