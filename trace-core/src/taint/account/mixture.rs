//! A pot of which only amounts count: haircut, TIHO, dirty-first and clean-first.

use std::cmp::Reverse;

use super::Share;
use super::apportion::{apportion, part_of};
use super::lot::{Lot, Owner, best, push, shares_of, tainted_of};
use super::pot::Taken;
use crate::model::account::U256;
use crate::taint::Policy;

/// What is tainted of a pot, by seed.
#[derive(Clone, Debug)]
pub(super) struct Mixture {
    /// All of it; `None` where the policy does not ask.
    balance: Option<U256>,
    /// Ascending by seed.
    shares: Vec<Share>,
    /// The arrival that stands for all, and how much it brought.
    from: Option<(Owner, U256)>,
}

impl Mixture {
    pub(super) fn new(clean: Option<U256>) -> Self {
        Self {
            balance: clean,
            shares: Vec::new(),
            from: None,
        }
    }

    pub(super) fn is_clean(&self) -> bool {
        self.shares.is_empty()
    }

    pub(super) fn counts_clean(&self) -> bool {
        self.balance.is_some()
    }

    pub(super) fn tainted(&self) -> U256 {
        let amounts = self.shares.iter().map(|share| share.amount);
        amounts.fold(U256::ZERO, U256::saturating_add)
    }

    pub(super) fn room(&self) -> U256 {
        U256::MAX - self.balance.unwrap_or_else(|| self.tainted())
    }

    /// How much more can become tainted. Where clean value is not counted, all taint together is
    /// the only bound that is known.
    pub(super) fn taintable(&self) -> U256 {
        match self.balance {
            Some(_) => U256::MAX,
            None => self.room(),
        }
    }

    /// The shares as lots, all from the arrival that stands for all.
    pub(super) fn lots(&self) -> Vec<Lot> {
        let Some((from, _)) = self.from else {
            return Vec::new();
        };
        let lots = self.shares.iter().map(|share| Lot {
            amount: share.amount,
            owner: Some(Owner {
                seed: share.seed,
                ..from
            }),
        });
        lots.collect()
    }

    pub(super) fn put(&mut self, amount: U256, lots: &[Lot]) {
        if let Some(balance) = &mut self.balance {
            *balance = balance.saturating_add(amount);
        }
        self.taint(lots);
    }

    /// Makes of what is there as much tainted as `lots` say.
    pub(super) fn taint(&mut self, lots: &[Lot]) {
        for Share { seed, amount } in shares_of(lots) {
            match self.shares.binary_search_by_key(&seed, |share| share.seed) {
                Ok(at) => {
                    if let Some(share) = self.shares.get_mut(at) {
                        share.amount = share.amount.saturating_add(amount);
                    }
                }
                Err(at) => self.shares.insert(at, Share { seed, amount }),
            }
        }
        let Some(owner) = best(lots) else { return };
        let mine = (owner, tainted_of(lots));
        let rank = |(owner, amount): &(Owner, U256)| (owner.hops, Reverse(*amount), owner.visit);
        if self
            .from
            .as_ref()
            .is_none_or(|from| rank(&mine) < rank(from))
        {
            self.from = Some(mine);
        }
    }

    /// Takes `amount`. Under TIHO the caller knows what the transaction's other withdrawals
    /// take, and says how much of this one is tainted.
    pub(super) fn take(&mut self, policy: Policy, amount: U256, planned: Option<U256>) -> Taken {
        let tainted = self.tainted();
        let balance = self.balance.unwrap_or(U256::MAX);
        let overdrawn = amount > balance;
        let dirty = match policy {
            _ if amount >= balance => tainted,
            Policy::Haircut => part_of(tainted, amount, balance - amount),
            Policy::CleanFirst => amount.saturating_sub(balance.saturating_sub(tainted)),
            _ => planned.unwrap_or(amount),
        };
        let dirty = dirty.min(amount).min(tainted);
        if let Some(balance) = &mut self.balance {
            *balance = balance.saturating_sub(amount);
        }
        let mut lots = self.take_dirty(dirty);
        push(&mut lots, Lot::clean(amount - dirty));
        Taken { lots, overdrawn }
    }

    /// Shares what leaves and what stays out among the seeds, one after another in proportion
    /// to what the seeds before it left: see docs/adr/0007.
    fn take_dirty(&mut self, dirty: U256) -> Vec<Lot> {
        let mut leaving = dirty;
        let mut staying = self.tainted().saturating_sub(dirty);
        let mut lots = Vec::with_capacity(self.shares.len());
        let Some((from, _)) = self.from else {
            return lots;
        };
        for share in &mut self.shares {
            let parts = apportion(share.amount, &[leaving, staying]);
            let [leaves, stays] = parts[..] else { continue };
            leaving = leaving.saturating_sub(leaves);
            staying = staying.saturating_sub(stays);
            share.amount = stays;
            if !leaves.is_zero() {
                lots.push(Lot {
                    amount: leaves,
                    owner: Some(Owner {
                        seed: share.seed,
                        ..from
                    }),
                });
            }
        }
        self.shares.retain(|share| !share.amount.is_zero());
        lots
    }

    /// Takes clean units only. False when there are not as many.
    pub(super) fn take_clean(&mut self, amount: U256) -> bool {
        let tainted = self.tainted();
        let Some(balance) = &mut self.balance else {
            return true;
        };
        let clean = balance.saturating_sub(tainted);
        *balance -= amount.min(clean);
        amount <= clean
    }

    /// Gives what is clean of the whole balance to `owner`, and says how much that is.
    pub(super) fn sow(&mut self, balance: U256, owner: Owner) -> U256 {
        let sown = balance.saturating_sub(self.tainted());
        self.taint(&[Lot {
            amount: sown,
            owner: Some(owner),
        }]);
        sown
    }
}
