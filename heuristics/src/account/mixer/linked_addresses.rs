//! Linked addresses: who put in and who took out deal with each other outside of the pool.
//!
//! *Tutela*, reveal 3. Two accounts that were in at least three transactions in which one pays
//! the other are taken for one owner's, or for people who know each other.
//!
//! The view must hold every transaction of the recipient; if not, it cannot tell. Exchanges and
//! mixers deal with everybody and are left out by the caller.

use std::collections::BTreeMap;

use trace_core::claim::{Reason, Rule};
use trace_core::model::account::{Address, B256};
use trace_core::view::Answer;
use trace_core::view::account::{AccountView, behind, start_of};

use super::{Deposit, Record, Reveal, Revealed};
use crate::account::Confidence;

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "mixer-linked-addresses",
    version: 1,
};

/// What counts as dealing with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Transactions in which one pays the other.
    pub interactions_min: usize,
    /// Transactions of one account that are read.
    pub transactions_max: usize,
}

impl Default for Limits {
    /// Three transactions, of a thousand read.
    fn default() -> Self {
        Self {
            interactions_min: 3,
            transactions_max: 1000,
        }
    }
}

/// Every withdrawal with each account that put into its pool before and deals with the
/// recipient. `is_service` says who deals with everybody.
///
/// Cost: reads the transactions of every recipient once.
pub fn reveals(
    record: &Record,
    view: &dyn AccountView,
    limits: Limits,
    is_service: impl Fn(&Address) -> bool,
) -> Revealed {
    let mut by_account: BTreeMap<(Address, Address), Vec<&Deposit>> = BTreeMap::new();
    for deposit in record.deposits() {
        let key = (deposit.pool, deposit.from);
        by_account.entry(key).or_default().push(deposit);
    }
    let mut partners = BTreeMap::new();
    let mut revealed = Revealed::default();
    for withdrawal in record.withdrawals() {
        if is_service(&withdrawal.to) {
            continue;
        }
        let partners = partners
            .entry(withdrawal.to)
            .or_insert_with(|| interactions(view, &withdrawal.to, limits));
        let partners = match partners {
            Ok(partners) => partners,
            Err(why) => {
                revealed.unknown.push((withdrawal.hash, *why));
                continue;
            }
        };
        let close = partners.iter().filter(|(partner, dealings)| {
            dealings.len() >= limits.interactions_min.max(1) && !is_service(partner)
        });
        let before: Vec<(&Deposit, usize, &Vec<B256>)> = close
            .filter_map(|(partner, dealings)| {
                let deposits = by_account.get(&(withdrawal.pool, *partner))?;
                let earlier = |d: &&Deposit| d.position < withdrawal.position;
                let count = deposits.partition_point(earlier);
                Some((*deposits.get(count.checked_sub(1)?)?, count, dealings))
            })
            .collect();
        let left = before.iter().map(|(_, count, _)| count).sum();
        let rule = (RULE, Confidence::thousandths(500));
        let each = before.iter().map(|(deposit, _, dealings)| Reveal {
            beside: (*dealings).clone(),
            ..Reveal::new(rule, record, deposit, withdrawal, left)
        });
        revealed.reveals.extend(each);
    }
    revealed
}

/// The first transactions in which an account paid each other one, or was paid: of each as many as
/// show that the two deal with each other.
fn interactions(
    view: &dyn AccountView,
    address: &Address,
    limits: Limits,
) -> Result<BTreeMap<Address, Vec<B256>>, Reason> {
    let account = known(view.find_account(address))?;
    let mut partners: BTreeMap<Address, Vec<B256>> = BTreeMap::new();
    let mut transfers = Vec::new();
    let mut from = start_of(0);
    let mut read = 0;
    while let Some(tx) = known(view.next(account, from))? {
        if read == limits.transactions_max {
            return Err(Reason::LimitReached);
        }
        read += 1;
        from = behind(known(view.position(tx))?);
        known(view.transfers(tx, &mut transfers))?;
        let own = transfers.iter().filter(|transfer| !transfer.kind.is_fee());
        let mut others: Vec<Address> = own
            .filter_map(|transfer| match (transfer.from?, transfer.to?) {
                (payer, other) | (other, payer) if payer == account && other != account => {
                    view.address(other)
                }
                _ => None,
            })
            .collect();
        others.sort_unstable();
        others.dedup();
        // What moved behind a block's transactions has no hash, and is nobody's payment.
        let Some(hash) = known(view.hash(tx))? else {
            continue;
        };
        for other in others {
            let dealings = partners.entry(other).or_default();
            if dealings.len() < limits.interactions_min.max(1) {
                dealings.push(hash);
            }
        }
    }
    Ok(partners)
}

fn known<T>(answer: Answer<T>) -> Result<T, Reason> {
    match answer {
        Answer::Known(known) => Ok(known),
        Answer::NotFetched | Answer::Unknown(_) => Err(Reason::HistoryUnknown),
    }
}
