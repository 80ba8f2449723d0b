//! Lock time: some wallets write the current height into every transaction, so that a miner
//! gains nothing by mining an old block again; others write 0.
//!
//! The mark is whether the lock time is 0, a height or a time. Möser and Narayanan 2022
//! (arXiv 2107.05749). See [`fingerprint`](super::fingerprint).
//!
//! Known false positives: the one who was paid uses the same software and the change was
//! spent with another, after a wallet was moved. Bitcoin Core wrote 0 before version 0.11.
//!
//! Cannot tell while an output is unspent. Looks ahead.

use trace_core::claim::{Reason, Rule};

use super::{Case, ChangeRule, Keep, fingerprint};

/// From here on a lock time is a time and no height (consensus, `LOCKTIME_THRESHOLD`).
const TIME_MIN: u32 = 500_000_000;

pub(super) const RULE: ChangeRule = ChangeRule {
    rule: Rule {
        name: "lock-time",
        version: 1,
    },
    looks_back: false,
    looks_ahead: true,
    keeps,
};

fn keeps(case: &Case) -> Result<Vec<Keep>, Reason> {
    fingerprint::keeps(case, |_, transaction| {
        let lock_time = transaction.lock_time;
        Some((lock_time == 0, lock_time >= TIME_MIN))
    })
}
