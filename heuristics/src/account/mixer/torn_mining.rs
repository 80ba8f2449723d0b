//! TORN mining: what somebody was rewarded says how long their deposit lay in the pool.
//!
//! *Tutela*, reveal 5. From December 2020 on a deposit earned points for each block between
//! deposit and withdrawal, at a rate of each pool; exchanged for TORN, their amount is public in
//! the event `Swap(address recipient, uint256 pTORN, uint256 TORN)`. Whoever exchanges the points
//! of one deposit gives away the number of blocks, and the account that exchanges, or its
//! deposit, or its withdrawal, gives away the rest.
//!
//! Points of several deposits exchanged at once are missed. Where more pairs fit than `pairs_max` it
//! cannot tell. The rates and the contract are given
//! by the caller: they were set by votes, and another chain may have others.

use std::collections::BTreeMap;

use trace_core::claim::{Reason, Rule};
use trace_core::model::Position;
use trace_core::model::account::{Address, B256, Log, U256};

use super::{Deposit, Record, Reveal, Revealed, Withdrawal};
use crate::account::{Confidence, Placed, event};

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "mixer-torn-mining",
    version: 2,
};

/// `Swap(address,uint256,uint256)`.
const SWAP: B256 = B256::new([
    0x77, 0xf9, 0x2a, 0x1b, 0x6a, 0x1a, 0x11, 0xde, 0x8c, 0xa4, 0x95, 0x15, 0xad, 0x4c, 0x1f, 0xad,
    0x45, 0x63, 0x2d, 0xd3, 0x44, 0x21, 0x67, 0xd7, 0x4b, 0x90, 0xb3, 0x04, 0xa3, 0xc7, 0xa7, 0x58,
]);

/// Points that somebody exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who got the reward.
    pub account: Address,
    /// How many.
    pub points: U256,
    /// Where it is in the chain.
    pub position: Position,
    /// The transaction.
    pub hash: B256,
}

/// The exchanges of points in a transaction, by what the contract at `rewards` says.
pub fn claims(placed: &Placed<'_>, rewards: &Address) -> Vec<Claim> {
    let logs = placed.transaction.logs.iter();
    let own = logs.filter(|log| log.address == *rewards);
    own.filter_map(|log| claim(log, placed)).collect()
}

fn claim(log: &Log, placed: &Placed<'_>) -> Option<Claim> {
    let [SWAP, account] = log.topics.as_slice() else {
        return None;
    };
    let [points, _] = event::words(log)?.try_into().ok()?;
    Some(Claim {
        account: event::address(&account.0)?,
        points,
        position: placed.position,
        hash: placed.transaction.hash,
    })
}

/// For each claim the deposits and withdrawals that lie just as many blocks apart as it says, one
/// of which is the claimant's. `rates` are the points that a deposit in each pool earns a block;
/// `pairs_max` is how many may fit.
pub fn reveals(
    record: &Record,
    claims: &[Claim],
    rates: &BTreeMap<Address, U256>,
    pairs_max: usize,
) -> Revealed {
    let deposits = by(record.deposits(), |d| (d.pool, d.position.height));
    let withdrawals = by(record.withdrawals(), |w| (w.pool, w.position.height));
    let put_in = by(record.deposits(), |d| (d.pool, d.from));
    let taken = by(record.withdrawals(), |w| (w.pool, w.to));
    let mut revealed = Revealed::default();
    for claim in claims {
        let mut pairs: Vec<(&Deposit, &Withdrawal)> = Vec::new();
        for (pool, rate) in rates {
            let Some(blocks) = blocks(claim.points, *rate) else {
                continue;
            };
            let own = (*pool, claim.account);
            for deposit in put_in.get(&own).into_iter().flatten() {
                let height = deposit.position.height.checked_add(blocks);
                let then = height.and_then(|height| withdrawals.get(&(*pool, height)));
                pairs.extend(then.into_iter().flatten().map(|w| (*deposit, *w)));
            }
            for withdrawal in taken.get(&own).into_iter().flatten() {
                let height = withdrawal.position.height.checked_sub(blocks);
                let then = height.and_then(|height| deposits.get(&(*pool, height)));
                // Where both are the claimant's, the pair was found before.
                let others = then
                    .into_iter()
                    .flatten()
                    .filter(|d| d.from != claim.account);
                pairs.extend(others.map(|d| (*d, *withdrawal)));
            }
        }
        pairs.retain(|(deposit, withdrawal)| {
            deposit.position < withdrawal.position && withdrawal.position < claim.position
        });
        let left = pairs.len();
        if left <= pairs_max {
            let rule = (RULE, Confidence::thousandths(900));
            let each = pairs.iter();
            let each = each.map(|(d, w)| Reveal {
                beside: vec![claim.hash],
                ..Reveal::new(rule, record, d, w, left)
            });
            revealed.reveals.extend(each);
        } else {
            let why = (claim.hash, Reason::LimitReached);
            revealed.unknown.push(why);
        }
    }
    revealed.reveals.sort_by_key(Reveal::position);
    revealed
}

/// For how many blocks a deposit earned so many points; `None` where that is no whole number.
fn blocks(points: U256, rate: U256) -> Option<u32> {
    if rate.is_zero() || points.is_zero() {
        return None;
    }
    let (blocks, rest) = points.div_rem(rate);
    u32::try_from(blocks).ok().filter(|_| rest.is_zero())
}

fn by<T, K: Ord>(all: &[T], key: impl Fn(&T) -> K) -> BTreeMap<K, Vec<&T>> {
    let mut by: BTreeMap<K, Vec<&T>> = BTreeMap::new();
    for one in all {
        by.entry(key(one)).or_default().push(one);
    }
    by
}
