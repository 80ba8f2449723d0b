//! A pot whose units keep their order: FIFO and LIFO.

use std::collections::VecDeque;

use super::lot::{Lot, Owner, clean_of, push};
use super::pot::Taken;
use crate::model::account::U256;

/// The lots of a pot in the order of their arrival. Neighbours are never alike.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    lots: VecDeque<Lot>,
    /// What the lots come to.
    sum: U256,
    /// Of that, what is tainted.
    tainted: U256,
    /// What was there before the first of them is clean and was not counted.
    is_endless: bool,
}

impl Queue {
    /// A pot that holds `clean`, or is not known to hold how much.
    pub(super) fn new(clean: Option<U256>) -> Self {
        let mut queue = Self {
            lots: VecDeque::new(),
            sum: U256::ZERO,
            tainted: U256::ZERO,
            is_endless: clean.is_none(),
        };
        queue.push_back(Lot::clean(clean.unwrap_or(U256::ZERO)));
        queue
    }

    pub(super) fn is_clean(&self) -> bool {
        self.tainted.is_zero()
    }

    pub(super) fn lots(&self) -> Vec<Lot> {
        self.lots.iter().copied().collect()
    }

    pub(super) fn room(&self) -> U256 {
        U256::MAX - self.sum
    }

    /// Clean value on top of an uncounted amount of it is as uncounted as that.
    pub(super) fn push_back(&mut self, lot: Lot) {
        if lot.amount.is_zero() || (self.is_endless && self.lots.is_empty() && lot.owner.is_none())
        {
            return;
        }
        self.count(lot);
        match self.lots.back_mut() {
            Some(last) if last.owner == lot.owner => {
                last.amount = last.amount.saturating_add(lot.amount);
            }
            _ => self.lots.push_back(lot),
        }
    }

    fn count(&mut self, lot: Lot) {
        self.sum = self.sum.saturating_add(lot.amount);
        if lot.owner.is_some() {
            self.tainted = self.tainted.saturating_add(lot.amount);
        }
    }

    fn uncount(&mut self, lot: Lot) {
        self.sum = self.sum.saturating_sub(lot.amount);
        if lot.owner.is_some() {
            self.tainted = self.tainted.saturating_sub(lot.amount);
        }
    }

    /// Takes `amount`, the first units or the last ones first.
    pub(super) fn take(&mut self, amount: U256, last_first: bool) -> Taken {
        let mut lots = Vec::new();
        let mut left = amount;
        while !left.is_zero() {
            let end = if last_first {
                self.lots.back_mut()
            } else {
                self.lots.front_mut()
            };
            let Some(end) = end else { break };
            let taken = Lot {
                amount: left.min(end.amount),
                owner: end.owner,
            };
            left -= taken.amount;
            end.amount -= taken.amount;
            if end.amount.is_zero() {
                if last_first {
                    self.lots.pop_back();
                } else {
                    self.lots.pop_front();
                }
            }
            self.uncount(taken);
            push(&mut lots, taken);
        }
        push(&mut lots, Lot::clean(left));
        Taken {
            lots,
            overdrawn: !left.is_zero() && !self.is_endless,
        }
    }

    /// Takes clean units only, the first ones first. False when there are not as many.
    pub(super) fn take_clean(&mut self, amount: U256) -> bool {
        let mut left = amount;
        let lots = std::mem::take(&mut self.lots);
        self.sum = U256::ZERO;
        self.tainted = U256::ZERO;
        for mut lot in lots {
            if lot.owner.is_none() {
                let taken = left.min(lot.amount);
                left -= taken;
                lot.amount -= taken;
            }
            self.push_back(lot);
        }
        left.is_zero() || self.is_endless
    }

    /// The clean part of the last units.
    pub(super) fn clean_of_last(&self, units: U256) -> U256 {
        let mut left = units;
        let mut clean = U256::ZERO;
        for lot in self.lots.iter().rev() {
            let part = left.min(lot.amount);
            left -= part;
            if lot.owner.is_none() {
                clean += part;
            }
            if left.is_zero() {
                return clean;
            }
        }
        if self.is_endless { clean + left } else { clean }
    }

    /// Puts `pattern` in the place of the clean part of the last units, unit by unit.
    pub(super) fn replace_last(&mut self, units: U256, pattern: &[Lot]) {
        let mut last = Vec::new();
        let mut left = units;
        while !left.is_zero()
            && let Some(lot) = self.lots.back_mut()
        {
            let taken = Lot {
                amount: left.min(lot.amount),
                owner: lot.owner,
            };
            left -= taken.amount;
            lot.amount -= taken.amount;
            if lot.amount.is_zero() {
                self.lots.pop_back();
            }
            self.uncount(taken);
            last.push(taken);
        }
        if self.is_endless {
            last.push(Lot::clean(left));
        }
        let mut pattern = pattern.iter().copied();
        let mut ahead = pattern.next();
        for lot in last.into_iter().rev() {
            if lot.owner.is_some() {
                self.push_back(lot);
                continue;
            }
            let mut left = lot.amount;
            while !left.is_zero() {
                let Some(next) = &mut ahead else {
                    self.push_back(Lot::clean(left));
                    break;
                };
                let part = left.min(next.amount);
                left -= part;
                next.amount -= part;
                self.push_back(Lot {
                    amount: part,
                    owner: next.owner,
                });
                if next.amount.is_zero() {
                    ahead = pattern.next();
                }
            }
        }
    }

    /// Gives what is clean of the whole balance to `owner`, and says how much that is.
    pub(super) fn sow(&mut self, balance: U256, owner: Owner) -> U256 {
        let before = if self.is_endless {
            balance.saturating_sub(self.sum)
        } else {
            U256::ZERO
        };
        self.is_endless = false;
        let lots = self.lots();
        let sown = before.saturating_add(clean_of(&lots));
        *self = Self::new(Some(U256::ZERO));
        let before = Lot::clean(before);
        for lot in std::iter::once(before).chain(lots) {
            self.push_back(Lot {
                amount: lot.amount,
                owner: lot.owner.or(Some(owner)),
            });
        }
        sown
    }
}
