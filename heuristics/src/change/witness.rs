//! Witness: whether the software spends with witnesses (BIP 141).
//!
//! The mark is whether any input has one. Möser and Narayanan 2022 (arXiv 2107.05749), who
//! found it among the strongest marks. See [`fingerprint`](super::fingerprint).
//!
//! Known false positives: a wallet that spends old and new coins apart. It says much the same
//! as the address type, so the two are not two votes.
//!
//! Cannot tell while an output is unspent. Looks ahead.

use trace_core::claim::{Reason, Rule};

use super::{Case, ChangeRule, Keep, fingerprint};

pub(super) const RULE: ChangeRule = ChangeRule {
    rule: Rule {
        name: "witness",
        version: 1,
    },
    looks_back: false,
    looks_ahead: true,
    keeps,
};

fn keeps(case: &Case) -> Result<Vec<Keep>, Reason> {
    fingerprint::keeps(case, |_, transaction| {
        Some(transaction.inputs.iter().any(|input| input.has_witness))
    })
}
