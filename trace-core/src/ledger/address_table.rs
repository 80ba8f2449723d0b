//! The number of every script met, in less than eight bytes of memory each.

use bitcoin::hashes::siphash24;

use super::number::entry;
use super::slots::Slots;

/// Scripts by hash, in one open table.
///
/// A slot is five bytes: one more than the number of the address, and eight bits of the script's
/// hash; all zero where it is free. What
/// has the same eight bits is compared with the column of scripts. A full table is thrown away
/// and made again from that column, one third larger, so that the old and the new one are
/// never in memory together; a script is hashed about four times in all for it.
#[derive(Debug, Default)]
pub(crate) struct AddressTable {
    slots: Slots<5>,
    count: u64,
}

/// Addresses that go into a new table at a time.
const TOGETHER: usize = 256;

/// A slot's content until it is taken, as [`Slots`] make it.
const FREE: [u8; 5] = [0; 5];

/// The 64 bits of a script that it is found by, in memory and on disk: SipHash-2-4 with both
/// keys 0, for which nobody knows how to make many scripts of one hash.
pub(crate) fn script_hash(script: &[u8]) -> u64 {
    siphash24::Hash::hash_to_u64_with_keys(0, 0, script)
}

impl AddressTable {
    /// A table with room for `count` addresses and a third more, 7.9 bytes each.
    pub(crate) fn for_count(count: u64) -> Self {
        let slots = (count.saturating_mul(79) / 50).max(1 << 10);
        Self {
            slots: Slots::of(usize::try_from(slots).unwrap_or(usize::MAX)),
            count: 0,
        }
    }

    /// A table of the addresses below `count`, whose hashes `hash` tells, with room for more.
    pub(crate) fn of(count: u64, hash: impl Fn(u64) -> Option<u64>) -> Self {
        let mut table = Self::for_count(count);
        let mut hashed = Vec::with_capacity(TOGETHER);
        for address in 0..u32::try_from(count).unwrap_or(u32::MAX) {
            hashed.extend(hash(u64::from(address)).map(|hash| (hash, address)));
            if hashed.len() == TOGETHER {
                table.insert_all(&hashed);
                hashed.clear();
            }
        }
        table.insert_all(&hashed);
        table
    }

    /// Whether the table must be made anew before another address goes in: beyond 85 of 100
    /// slots, looking for a script that is not there takes more than about 20 steps.
    pub(crate) fn is_full(&self) -> bool {
        self.count.saturating_mul(100) >= (self.slots.all().len() as u64).saturating_mul(85)
    }

    /// The address that `is` the one looked for, among those whose script may have this hash.
    pub(crate) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let mut slot = self.slots.home(hash);
        loop {
            let [tag, number @ ..] = *self.slots.all().get(slot)?;
            let number = u32::from_le_bytes(number).checked_sub(1)?;
            if tag == tag_of(hash) && is(number) {
                return Some(number);
            }
            slot = self.slots.next(slot);
        }
    }

    /// Something of the slot at which a hash is looked for first.
    pub(crate) fn glance(&self, hash: u64) -> u8 {
        let slot = self.slots.all().get(self.slots.home(hash));
        slot.map_or(0, |[tag, ..]| *tag)
    }

    /// The first address whose script may have this hash.
    pub(crate) fn likely(&self, hash: u64) -> Option<u32> {
        self.find(hash, |_| true)
    }

    /// Adds an address that is not there. There must be room.
    pub(crate) fn insert(&mut self, hash: u64, number: u32) {
        let mut slot = self.slots.home(hash);
        while self
            .slots
            .all()
            .get(slot)
            .is_some_and(|taken| *taken != FREE)
        {
            slot = self.slots.next(slot);
        }
        if let Some(free) = self.slots.all_mut().get_mut(slot) {
            *free = entry(&[&[tag_of(hash)], &number.saturating_add(1).to_le_bytes()]);
            self.count += 1;
        }
    }

    /// Adds several. Their slots are anywhere in memory, so all are looked at before the first
    /// is waited for.
    fn insert_all(&mut self, hashed: &[(u64, u32)]) {
        let mut seen = 0;
        for (hash, _) in hashed {
            seen ^= self.glance(*hash);
        }
        std::hint::black_box(seen);
        for (hash, number) in hashed {
            self.insert(*hash, *number);
        }
    }

    /// Bytes of memory.
    pub(crate) fn bytes(&self) -> u64 {
        self.slots.all().len() as u64 * 5
    }
}

/// The lowest bits: the highest decide the slot.
fn tag_of(hash: u64) -> u8 {
    (hash & 0xff) as u8
}
