//! What is left of each pool's anonymity set.

use std::collections::{BTreeMap, BTreeSet};

use trace_core::model::account::Address;

use super::{Record, Reveal};

/// What went through one pool, and how much of it was given away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolCount {
    /// What went in.
    pub deposits: usize,
    /// Accounts that put in.
    pub depositors: usize,
    /// What came out.
    pub withdrawals: usize,
    /// Of that, what was sent on the recipient's behalf.
    pub relayed: usize,
    /// Of what came out, what a reveal of one pool gives away.
    pub revealed: usize,
    /// The anonymity set left (*Tutela*): each withdrawal given away takes one deposit out of it.
    pub left: usize,
}

/// Counts each pool, ascending. `reveals` may name a withdrawal more than once.
pub fn census<'a>(
    record: &Record,
    reveals: impl IntoIterator<Item = &'a Reveal>,
) -> BTreeMap<Address, PoolCount> {
    let mut counts: BTreeMap<Address, PoolCount> = BTreeMap::new();
    let mut depositors = BTreeSet::new();
    for deposit in record.deposits() {
        let count = counts.entry(deposit.pool).or_default();
        count.deposits += 1;
        count.depositors += usize::from(depositors.insert((deposit.pool, deposit.from)));
    }
    for withdrawal in record.withdrawals() {
        let count = counts.entry(withdrawal.pool).or_default();
        count.withdrawals += 1;
        count.relayed += usize::from(withdrawal.is_relayed());
    }
    let mut named = BTreeSet::new();
    for reveal in reveals {
        let withdrawal = &reveal.withdrawal;
        let is_new = named.insert((withdrawal.pool, withdrawal.position, withdrawal.hash));
        if let [pool] = reveal.pools.as_slice()
            && is_new
        {
            counts.entry(*pool).or_default().revealed += 1;
        }
    }
    for count in counts.values_mut() {
        count.left = count.deposits.saturating_sub(count.revealed);
    }
    counts
}
