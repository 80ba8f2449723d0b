//! Same block: something came out of a pool in the block in which something had just gone in.
//!
//! Whoever takes out at once, by their own transaction or through a relayer, leaves no time for
//! others to put in between. A prior and no reveal: in a busy pool deposits and withdrawals of
//! strangers share blocks by accident, and where a relayer sent the withdrawal they do so about as
//! often as they lie any other small number of blocks apart (docs/tornado.md).
//!
//! Where more than `accounts_max` accounts put in within the block it cannot tell.

use std::collections::{BTreeMap, BTreeSet};

use trace_core::claim::{Reason, Rule};
use trace_core::model::account::Address;

use super::{Deposit, Record, Reveal, Revealed};
use crate::account::Confidence;

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "mixer-same-block",
    version: 1,
};

/// What counts as being alone in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Accounts that put in within the block, above which it cannot tell.
    pub accounts_max: usize,
}

impl Default for Limits {
    /// One.
    fn default() -> Self {
        Self { accounts_max: 1 }
    }
}

/// Every withdrawal with each account that put into its pool before it in its block, by another
/// transaction.
pub fn reveals(record: &Record, limits: Limits) -> Revealed {
    let mut by_block: BTreeMap<(Address, u32), Vec<&Deposit>> = BTreeMap::new();
    for deposit in record.deposits() {
        let block = (deposit.pool, deposit.position.height);
        by_block.entry(block).or_default().push(deposit);
    }
    let mut revealed = Revealed::default();
    for withdrawal in record.withdrawals() {
        let block = (withdrawal.pool, withdrawal.position.height);
        let deposits = by_block.get(&block).into_iter().flatten();
        let before: Vec<&Deposit> = deposits
            .filter(|it| it.position < withdrawal.position && it.hash != withdrawal.hash)
            .copied()
            .collect();
        let mut accounts = BTreeSet::new();
        // Of each account the last one.
        let last = before.iter().rev().filter(|it| accounts.insert(it.from));
        let last: Vec<&Deposit> = last.copied().collect();
        if last.len() > limits.accounts_max {
            let why = (withdrawal.hash, Reason::LimitReached);
            revealed.unknown.push(why);
            continue;
        }
        let rule = (RULE, Confidence::thousandths(50));
        let each = last.iter().rev();
        let each = each.map(|deposit| Reveal::new(rule, record, deposit, withdrawal, before.len()));
        revealed.reveals.extend(each);
    }
    revealed
}
