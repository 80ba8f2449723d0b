//! First in, first out: the *n*-th withdrawal of a pool is taken for the *n*-th deposit.
//!
//! A prior and no reveal: the weakest guess where nothing else is known, for some users take out
//! in the order in which they put in. Other rules of this name look at more than the order
//! (Cristodaro et al., arXiv 2510.09433). Over real pools it names the right account little more
//! often than a guess among all deposits would (docs/tornado.md).
//!
//! It needs every deposit from a pool's first on; where the chain is not seen from its first
//! block it cannot tell.

use std::collections::BTreeMap;

use trace_core::claim::{Reason, Rule};
use trace_core::model::account::Address;

use super::{Deposit, Record, Reveal, Revealed};
use crate::account::Confidence;

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "mixer-fifo-order",
    version: 1,
};

/// Every withdrawal with the deposit whose turn it is. `is_whole` says whether the record begins
/// with the first deposit of each pool.
pub fn reveals(record: &Record, is_whole: bool) -> Revealed {
    let mut deposits: BTreeMap<Address, Vec<&Deposit>> = BTreeMap::new();
    for deposit in record.deposits() {
        deposits.entry(deposit.pool).or_default().push(deposit);
    }
    let mut next: BTreeMap<Address, usize> = BTreeMap::new();
    let mut revealed = Revealed::default();
    for withdrawal in record.withdrawals() {
        let turn = next.entry(withdrawal.pool).or_default();
        let deposit = deposits
            .get(&withdrawal.pool)
            .and_then(|all| all.get(*turn));
        *turn += 1;
        // One transaction may put in and take out.
        let deposit = deposit.filter(|it| is_whole && it.position <= withdrawal.position);
        let Some(deposit) = deposit else {
            let why = (withdrawal.hash, Reason::HistoryUnknown);
            revealed.unknown.push(why);
            continue;
        };
        let rule = (RULE, Confidence::thousandths(20));
        let reveal = Reveal::new(rule, record, deposit, withdrawal, 1);
        revealed.reveals.push(reveal);
    }
    revealed
}
