//! Version: software that knows relative lock times (BIP 68) writes 2, other software 1.
//!
//! Möser and Narayanan 2022 (arXiv 2107.05749). See [`fingerprint`](super::fingerprint).
//!
//! Known false positives: as for every mark, a payment within one kind of software with the
//! change spent by another.
//!
//! Cannot tell while an output is unspent. Looks ahead.

use trace_core::claim::{Reason, Rule};

use super::{Case, ChangeRule, Keep, fingerprint};

pub(super) const RULE: ChangeRule = ChangeRule {
    rule: Rule {
        name: "version",
        version: 1,
    },
    looks_back: false,
    looks_ahead: true,
    keeps,
};

fn keeps(case: &Case) -> Result<Vec<Keep>, Reason> {
    fingerprint::keeps(case, |_, transaction| Some(transaction.version))
}
