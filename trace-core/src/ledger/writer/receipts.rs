//! The last output that pays to each address, where the index does not say so yet.

use hashbrown::HashMap;

/// Links of receipts by address. Most outputs pay to an address never met before, and such
/// addresses have numbers one after another.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    /// Addresses from here on are new to the index.
    first_new: u32,
    /// Of those, in order; 0 for none.
    new: Vec<u32>,
    /// Of the others.
    old: HashMap<u32, u32>,
}

impl Receipts {
    /// None, where the index knows the addresses below `first_new`.
    pub(super) fn clear(&mut self, first_new: u32) {
        self.first_new = first_new;
        self.new.clear();
        self.old.clear();
    }

    /// Puts a link in the place of the last one, which is returned. `indexed` tells that of an
    /// address of which none is held here.
    pub(super) fn replace(
        &mut self,
        address: u32,
        link: u32,
        indexed: impl FnOnce() -> u32,
    ) -> u32 {
        let Some(new) = address.checked_sub(self.first_new) else {
            return self.old.insert(address, link).unwrap_or_else(indexed);
        };
        let at = new as usize;
        if at >= self.new.len() {
            self.new.resize(at + 1, 0);
        }
        let held = self.new.get_mut(at);
        held.map_or(0, |held| std::mem::replace(held, link))
    }

    /// What is held here of an address.
    pub(super) fn get(&self, address: u32) -> Option<u32> {
        match address.checked_sub(self.first_new) {
            Some(new) => self.new.get(new as usize).copied(),
            None => self.old.get(&address).copied(),
        }
    }
}
