//! Address match: somebody takes out to the account that put in.
//!
//! Béres et al. 2020, heuristic 1; *Tutela*, reveal 1. The account is the same beyond doubt;
//! which of its deposits it was stays open, and somebody may have been paid out of a deposit of
//! another account while an own one is still in.

use std::collections::BTreeMap;

use trace_core::claim::Rule;
use trace_core::model::account::Address;

use super::{Deposit, Record, Reveal, Revealed};
use crate::account::Confidence;

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "mixer-address-match",
    version: 1,
};

/// Every withdrawal to an account that had put into the same pool before.
pub fn reveals(record: &Record) -> Revealed {
    let mut own: BTreeMap<(Address, Address), Vec<&Deposit>> = BTreeMap::new();
    for deposit in record.deposits() {
        let of_account = own.entry((deposit.pool, deposit.from)).or_default();
        of_account.push(deposit);
    }
    let reveals = record.withdrawals().iter().filter_map(|withdrawal| {
        let deposits = own.get(&(withdrawal.pool, withdrawal.to))?;
        let left = deposits.partition_point(|deposit| deposit.position < withdrawal.position);
        let last = deposits.get(left.checked_sub(1)?)?;
        let rule = (RULE, Confidence::CERTAIN);
        Some(Reveal::new(rule, record, last, withdrawal, left))
    });
    Revealed {
        reveals: reveals.collect(),
        unknown: Vec::new(),
    }
}
