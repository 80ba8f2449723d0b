//! Sequence: whether a transaction may be replaced (BIP 125), only keeps its lock time in
//! force, or does neither, is a habit of the software.
//!
//! The mark is the smallest sequence of the inputs: final, final but for the lock time, or
//! replaceable. Möser and Narayanan 2022 (arXiv 2107.05749). See
//! [`fingerprint`](super::fingerprint).
//!
//! Known false positives: wallets let the user choose replaceability for each payment.
//!
//! Cannot tell while an output is unspent. Looks ahead.

use trace_core::claim::{Reason, Rule};

use super::{Case, ChangeRule, Keep, fingerprint};

/// Below this a transaction may be replaced.
const REPLACEABLE_BELOW: u32 = u32::MAX - 1;

pub(super) const RULE: ChangeRule = ChangeRule {
    rule: Rule {
        name: "sequence",
        version: 1,
    },
    looks_back: false,
    looks_ahead: true,
    keeps,
};

fn keeps(case: &Case) -> Result<Vec<Keep>, Reason> {
    fingerprint::keeps(case, |_, transaction| {
        let smallest = transaction
            .inputs
            .iter()
            .map(|input| input.sequence)
            .min()?;
        Some(smallest.max(REPLACEABLE_BELOW - 1))
    })
}
