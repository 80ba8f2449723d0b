//! Which outputs can be spent on the branch being written.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Slot;

use super::number::{entry, from_40};
use crate::model::OutPoint;

/// Tables that the outputs are spread over. Each grows by itself, so that memory for two
/// copies is needed only for one of them at a time.
const SHARDS: usize = 64;

/// The unspent outputs by outpoint.
///
/// An entry is 12 bytes: 40 bits of the number of the transaction that created the output and
/// 56 of the outpoint's hash, enough to grow without reading the chain. An outpoint is found
/// exactly: of two with the same 56 bits the caller's `is` tells the transactions apart by hash,
/// and no two outputs of one transaction share them.
/// The transaction leads to its hash and to the output's number in one step each.
#[derive(Debug)]
pub(crate) struct Unspent(Vec<HashTable<Entry>>);

#[derive(Clone, Copy, Debug)]
struct Entry {
    tx: [u8; 5],
    hash: [u8; 7],
}

impl Entry {
    fn new(tx: [u8; 5], hash: u64) -> Self {
        let [_, hash @ ..] = hash.to_be_bytes();
        Self { tx, hash }
    }

    fn hash(&self) -> u64 {
        spread(u64::from_be_bytes(entry(&[&[0], &self.hash])))
    }
}

impl Unspent {
    pub(crate) fn new() -> Self {
        Self((0..SHARDS).map(|_| HashTable::new()).collect())
    }

    /// Adds an output of a transaction. Returns the transaction whose output had its name until
    /// now, if there is one: before BIP 30 a transaction could take over that of an earlier one.
    pub(crate) fn insert(
        &mut self,
        outpoint: &OutPoint,
        tx: [u8; 5],
        is: impl Fn(u64) -> bool,
    ) -> Option<u64> {
        let new = Entry::new(tx, hash(outpoint));
        let shard = self.shard(new.hash())?;
        let same = |other: &Entry| other.hash == new.hash && is(from_40(other.tx));
        match shard.entry(new.hash(), same, Entry::hash) {
            Slot::Vacant(vacant) => {
                vacant.insert(new);
                None
            }
            Slot::Occupied(mut occupied) => {
                let before = std::mem::replace(occupied.get_mut(), new);
                Some(from_40(before.tx))
            }
        }
    }

    /// Takes an output out and returns its transaction, or `None` where it is not unspent.
    pub(crate) fn remove(&mut self, outpoint: &OutPoint, is: impl Fn(u64) -> bool) -> Option<u64> {
        let wanted = Entry::new([0; 5], hash(outpoint));
        let shard = self.shard(wanted.hash())?;
        let same = |other: &Entry| other.hash == wanted.hash && is(from_40(other.tx));
        let found = shard.find_entry(wanted.hash(), same).ok()?;
        Some(from_40(found.remove().0.tx))
    }

    /// The transaction that an outpoint is most likely of: its name has the same 56 bits.
    pub(crate) fn likely(&self, outpoint: &OutPoint) -> Option<u64> {
        let wanted = Entry::new([0; 5], hash(outpoint));
        let shard = self.0.get(shard(wanted.hash()))?;
        let found = shard.find(wanted.hash(), |other| other.hash == wanted.hash)?;
        Some(from_40(found.tx))
    }

    fn shard(&mut self, hash: u64) -> Option<&mut HashTable<Entry>> {
        self.0.get_mut(shard(hash))
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.iter().map(|shard| shard.len() as u64).sum()
    }

    /// Bytes of memory.
    pub(crate) fn bytes(&self) -> u64 {
        self.0
            .iter()
            .map(|shard| shard.allocation_size() as u64)
            .sum()
    }
}

/// An odd number of mixed bits.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The table uses the highest and the lowest bits.
fn shard(hash: u64) -> usize {
    (hash >> 40) as usize % SHARDS
}

/// A number of which 56 bits stand for an outpoint. Transaction hashes are random already, and
/// the outputs of one transaction are an odd step apart, so that no two of them share the 56
/// bits: what has them and is of a transaction with this hash is this outpoint.
fn hash(outpoint: &OutPoint) -> u64 {
    let first = outpoint.txid.0.first_chunk::<8>().copied();
    let first = u64::from_le_bytes(first.unwrap_or_default());
    spread(first).wrapping_add(u64::from(outpoint.vout).wrapping_mul(STEP))
}

fn spread(number: u64) -> u64 {
    let product = u128::from(number) * u128::from(STEP);
    #[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
    let (high, low) = ((product >> 64) as u64, product as u64);
    high ^ low
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::Txid;

    #[test]
    fn no_two_outputs_of_one_transaction_are_taken_for_each_other() {
        for first in [0, 1, 0xff] {
            let txid = Txid([first; 32]);
            let vouts = (0..200_000).chain(u32::MAX - 10..=u32::MAX);
            let entry = |vout| Entry::new([0; 5], hash(&OutPoint { txid, vout })).hash;
            let seen: BTreeSet<[u8; 7]> = vouts.map(entry).collect();
            assert_eq!(seen.len(), 200_011);
        }
    }
}
