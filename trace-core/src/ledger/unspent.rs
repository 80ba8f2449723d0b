//! Which outputs can be spent on the branch being written.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use super::number::index;
use super::slots::Slots;
use crate::model::OutPoint;

/// Tables that the outputs are spread over. Each grows by itself, so that memory for two
/// copies is needed only for one of them at a time.
const SHARDS: usize = 16;
/// Slots of the smallest table.
const SLOTS_MIN: usize = 64;

/// The unspent outputs by outpoint.
///
/// A slot is 12 bytes: one more than the number of the transaction that created the output in
/// 40 bits, and 56 bits of the outpoint's hash, enough to grow without reading the chain; all
/// zero where it is free. An outpoint is found exactly: of two with the same 56 bits the
/// caller's `is` tells the transactions apart by hash, and no two outputs of one transaction
/// share them. The transaction leads to its hash and to the output's number in one step each.
///
/// A slot is searched for from its home on. At most three quarters are taken, so that the search
/// ends in one or two lines of the processor's cache; a full table grows by a third.
#[derive(Debug)]
pub(crate) struct Unspent {
    shards: Vec<Shard>,
    /// Decides the slots, so that nobody can make transactions whose outputs all have one home.
    key: u64,
}

#[derive(Debug)]
struct Shard {
    slots: Slots<12>,
    count: usize,
    key: u64,
}

/// What a taken slot says.
#[derive(Clone, Copy)]
struct Entry {
    tx: u64,
    /// 56 bits.
    hash: u64,
}

impl Entry {
    fn new(tx: u64, hash: u64) -> Self {
        Self {
            tx,
            hash: hash >> 8,
        }
    }

    #[inline]
    fn read(slot: [u8; 12]) -> Option<Self> {
        let mut wide = [0; 16];
        *wide.first_chunk_mut()? = slot;
        let wide = u128::from_le_bytes(wide);
        #[expect(clippy::cast_possible_truncation, reason = "40 and 56 bits")]
        let (tx, hash) = ((wide & 0xff_ffff_ffff) as u64, (wide >> 40) as u64);
        let tx = tx.checked_sub(1)?;
        Some(Self { tx, hash })
    }

    #[inline]
    fn slot(self) -> [u8; 12] {
        let wide = u128::from(self.hash) << 40 | u128::from(self.tx + 1);
        let [slot @ .., _, _, _, _] = wide.to_le_bytes();
        slot
    }

    /// What decides its table and its slot.
    #[inline]
    fn place(self, key: u64) -> u64 {
        spread(self.hash, key)
    }
}

impl Unspent {
    pub(crate) fn new() -> Self {
        let key = RandomState::new().hash_one(SHARDS) | 1;
        let shards = (0..SHARDS).map(|_| Shard::with_slots(SLOTS_MIN, key));
        Self {
            shards: shards.collect(),
            key,
        }
    }

    /// Adds an output of a transaction, whose number is below 2³⁹. Returns the transaction whose
    /// output had its name until now, if there is one: before BIP 30 a transaction could take
    /// over that of an earlier one.
    pub(crate) fn insert(
        &mut self,
        outpoint: &OutPoint,
        tx: u64,
        is: impl Fn(u64) -> bool,
    ) -> Option<u64> {
        let new = Entry::new(tx, hash(outpoint));
        let shard = self.shards.get_mut(shard(new.place(self.key)))?;
        shard.insert(new, is)
    }

    /// Takes an output out and returns its transaction, or `None` where it is not unspent.
    pub(crate) fn remove(&mut self, outpoint: &OutPoint, is: impl Fn(u64) -> bool) -> Option<u64> {
        let wanted = Entry::new(0, hash(outpoint));
        let shard = self.shards.get_mut(shard(wanted.place(self.key)))?;
        shard.remove(wanted, is)
    }

    /// The transaction that an outpoint is most likely of: its name has the same 56 bits.
    pub(crate) fn likely(&self, outpoint: &OutPoint) -> Option<u64> {
        let wanted = Entry::new(0, hash(outpoint));
        let shard = self.shards.get(shard(wanted.place(self.key)))?;
        shard.find(wanted, |_| true).ok().map(|(_, tx)| tx)
    }

    /// Something of the slot at which an outpoint is looked for first.
    pub(crate) fn glance(&self, outpoint: &OutPoint) -> u8 {
        let place = Entry::new(0, hash(outpoint)).place(self.key);
        let slots = self.shards.get(shard(place)).map(|shard| &shard.slots);
        let slot = slots.and_then(|slots| slots.all().get(slots.home(place)));
        slot.map_or(0, |[first, ..]| *first)
    }

    pub(crate) fn count(&self) -> u64 {
        self.shards.iter().map(|shard| shard.count as u64).sum()
    }

    /// Bytes of memory.
    pub(crate) fn bytes(&self) -> u64 {
        let slots = self
            .shards
            .iter()
            .map(|shard| shard.slots.all().len() as u64);
        slots.sum::<u64>() * 12
    }
}

impl Shard {
    fn with_slots(count: usize, key: u64) -> Self {
        Self {
            slots: Slots::of(count),
            count: 0,
            key,
        }
    }

    /// The slot and the transaction of an entry, or else the free slot at which its search ended.
    #[inline]
    fn find(&self, wanted: Entry, is: impl Fn(u64) -> bool) -> Result<(usize, u64), usize> {
        let mut at = self.slots.home(wanted.place(self.key));
        while let Some(held) = self.read(at) {
            if held.hash == wanted.hash && is(held.tx) {
                return Ok((at, held.tx));
            }
            at = self.slots.next(at);
        }
        Err(at)
    }

    #[inline]
    fn read(&self, slot: usize) -> Option<Entry> {
        Entry::read(*self.slots.all().get(slot)?)
    }

    #[inline]
    fn write(&mut self, slot: usize, entry: Option<Entry>) {
        if let Some(held) = self.slots.all_mut().get_mut(slot) {
            *held = entry.map_or([0; 12], Entry::slot);
        }
    }

    fn insert(&mut self, new: Entry, is: impl Fn(u64) -> bool) -> Option<u64> {
        match self.find(new, is) {
            Ok((at, before)) => {
                self.write(at, Some(new));
                Some(before)
            }
            Err(free) => {
                self.write(free, Some(new));
                self.count += 1;
                if self.count * 4 >= self.slots.all().len() * 3 {
                    self.grow();
                }
                None
            }
        }
    }

    /// Takes an entry out and moves back what stands behind it only because its place was taken,
    /// so that no search meets a gap too early.
    fn remove(&mut self, wanted: Entry, is: impl Fn(u64) -> bool) -> Option<u64> {
        let (mut gap, tx) = self.find(wanted, is).ok()?;
        self.count -= 1;
        let mut at = self.slots.next(gap);
        while let Some(behind) = self.read(at) {
            let home = self.slots.home(behind.place(self.key));
            if self.steps(home, at) >= self.steps(gap, at) {
                self.write(gap, Some(behind));
                gap = at;
            }
            at = self.slots.next(at);
        }
        self.write(gap, None);
        Some(tx)
    }

    /// Steps from a slot to another one, around the end.
    #[inline]
    fn steps(&self, from: usize, to: usize) -> usize {
        match to.checked_sub(from) {
            Some(steps) => steps,
            None => to + self.slots.all().len() - from,
        }
    }

    /// The entries go over in the order of their slots, which is that of their new ones.
    fn grow(&mut self) {
        let slots = self.slots.all().len();
        let mut larger = Self::with_slots(slots + slots / 3, self.key);
        for entry in self.slots.all().iter().copied().filter_map(Entry::read) {
            if let Err(free) = larger.find(entry, |_| false) {
                larger.write(free, Some(entry));
            }
        }
        larger.count = self.count;
        *self = larger;
    }
}

/// An odd number of mixed bits.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The lowest bits: the highest decide the slot.
#[inline]
fn shard(place: u64) -> usize {
    index(place) % SHARDS
}

/// A number of which 56 bits stand for an outpoint. Transaction hashes are random already, and
/// the outputs of one transaction are an odd step apart, so that no two of them share the 56
/// bits: what has them and is of a transaction with this hash is this outpoint.
#[inline]
fn hash(outpoint: &OutPoint) -> u64 {
    let first = outpoint.txid.0.first_chunk::<8>().copied();
    let first = u64::from_le_bytes(first.unwrap_or_default());
    spread(first, STEP).wrapping_add(u64::from(outpoint.vout).wrapping_mul(STEP))
}

#[inline]
fn spread(number: u64, step: u64) -> u64 {
    let product = u128::from(number) * u128::from(step);
    #[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
    let (high, low) = ((product >> 64) as u64, product as u64);
    high ^ low
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::model::Txid;

    #[test]
    fn no_two_outputs_of_one_transaction_are_taken_for_each_other() {
        for first in [0, 1, 0xff] {
            let txid = Txid([first; 32]);
            let vouts = (0..200_000).chain(u32::MAX - 10..=u32::MAX);
            let entry = |vout| Entry::new(0, hash(&OutPoint { txid, vout })).hash;
            let seen: BTreeSet<u64> = vouts.map(entry).collect();
            assert_eq!(seen.len(), 200_011);
        }
    }

    fn outpoint(number: u32) -> OutPoint {
        let mut txid = [0; 32];
        // Few transactions, and few first bytes, so that searches run into each other.
        if let Some(first) = txid.first_mut() {
            *first = number.to_le_bytes()[0] % 5;
        }
        OutPoint {
            txid: Txid(txid),
            vout: number >> 8,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn it_is_a_map_however_often_it_grows_and_shrinks(
            steps in proptest::collection::vec((any::<bool>(), 0..4_000_u32), 0..6_000),
            key in any::<u64>(),
        ) {
            let mut unspent = Unspent::new();
            unspent.key = key | 1;
            unspent.shards.iter_mut().for_each(|shard| shard.key = key | 1);
            let mut plain = BTreeMap::new();
            let names: Vec<OutPoint> = steps.iter().map(|(_, number)| outpoint(*number)).collect();
            for (tx, ((adds, _), outpoint)) in (0..).zip(steps.iter().zip(&names)) {
                // Of these transactions some share their outputs' 56 bits.
                let is = |tx: u64| names.get(index(tx)).is_some_and(|name| name.txid == outpoint.txid);
                if *adds {
                    prop_assert_eq!(unspent.insert(outpoint, tx, is), plain.insert(*outpoint, tx));
                } else {
                    prop_assert_eq!(unspent.remove(outpoint, is), plain.remove(outpoint));
                }
                prop_assert!(!plain.contains_key(outpoint) || unspent.likely(outpoint).is_some());
            }
            prop_assert_eq!(unspent.count(), plain.len() as u64);
            for (outpoint, tx) in plain {
                prop_assert_eq!(unspent.remove(&outpoint, |held| held == tx), Some(tx));
            }
            prop_assert_eq!(unspent.count(), 0);
        }

        #[test]
        fn the_table_grows_and_stays_a_table(count in 0..20_000_u32) {
            let mut unspent = Unspent::new();
            let all = (0..count).map(|vout| OutPoint { txid: Txid([7; 32]), vout });
            for (tx, outpoint) in (0..).zip(all.clone()) {
                unspent.insert(&outpoint, tx, |_| true);
            }
            for (tx, outpoint) in (0..).zip(all) {
                prop_assert_eq!(unspent.likely(&outpoint), Some(tx));
            }
            prop_assert!(unspent.bytes() <= 12 * 2 * u64::from(count).max(16 * 32));
        }
    }
}
