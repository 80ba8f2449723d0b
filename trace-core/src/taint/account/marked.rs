//! A pot under poison: once a seed has touched it, all that leaves it is that seed's.

use super::lot::{Lot, Owner};
use crate::model::account::U256;

/// The seeds that have touched a pot.
#[derive(Clone, Debug, Default)]
pub(super) struct Marked {
    /// One for each seed, ascending; of several arrivals the one with the fewest hops, of those
    /// the first.
    marks: Vec<Owner>,
    /// What came since the first of them and has not left, as far as that can be told.
    since: U256,
}

impl Marked {
    pub(super) fn put(&mut self, amount: U256, lots: &[Lot]) {
        self.since = self.since.saturating_add(amount);
        for owner in lots.iter().filter_map(|lot| lot.owner) {
            self.mark(owner);
        }
    }

    pub(super) fn mark(&mut self, owner: Owner) {
        match self
            .marks
            .binary_search_by_key(&owner.seed, |mark| mark.seed)
        {
            Ok(at) => {
                if let Some(mark) = self.marks.get_mut(at)
                    && owner.hops < mark.hops
                {
                    *mark = owner;
                }
            }
            Err(at) => self.marks.insert(at, owner),
        }
    }

    /// Marks all that was there before anything came.
    pub(super) fn sow(&mut self, balance: U256, owner: Owner) {
        self.since = self.since.max(balance);
        self.mark(owner);
    }

    /// Whether the seed has touched it.
    pub(super) fn has(&self, seed: u32) -> bool {
        self.marks.iter().any(|mark| mark.seed == seed)
    }

    pub(super) fn take(&mut self, amount: U256) -> Vec<Lot> {
        self.since = self.since.saturating_sub(amount);
        self.lots(amount)
    }

    /// All of an amount for each seed.
    pub(super) fn lots(&self, amount: U256) -> Vec<Lot> {
        let marks = self.marks.iter();
        let lots = marks.map(|owner| Lot {
            amount,
            owner: Some(*owner),
        });
        lots.collect()
    }

    pub(super) fn since(&self) -> U256 {
        self.since
    }

    pub(super) fn take_clean(&mut self, amount: U256) {
        self.since = self.since.saturating_sub(amount);
    }
}
