//! The tainted outputs whose next transaction is known and not reached yet.
//!
//! A radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, *Faster algorithms for the shortest path
//! problem*, 1990): following only ever goes on, so no key is smaller than the last one taken,
//! and an entry need only be kept apart from others by the highest digit in which its key
//! differs from that, and by what the digit is. Entries move through memory in sequence, where
//! a binary heap of ten million would miss the cache at each of its 23 levels.

use super::VisitId;
use super::segment::Segments;
use crate::model::{OutputId, TxNumber};

/// A tainted output on its way into a transaction.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// When the transaction's turn is; the smallest key comes first.
    pub(super) key: u64,
    pub(super) tx: TxNumber,
    pub(super) held: Held,
}

/// A tainted output.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) output: OutputId,
    pub(super) value_sat: u64,
    pub(super) visit: VisitId,
    pub(super) hops: u32,
    /// Empty in an entry that stands for a seed: its turn is when the transaction that created
    /// it has its turn.
    pub(super) segments: Segments,
}

/// Keys are read as digits of six bits, so that the digits of one place that have entries are the
/// bits of one word.
const DIGIT_BITS: u32 = 6;
const PLACES: u32 = u64::BITS.div_ceil(DIGIT_BITS);
const DIGITS: usize = 1 << DIGIT_BITS;

#[derive(Clone, Debug)]
pub(super) struct Frontier {
    /// The key taken last.
    now: u64,
    /// What has that key.
    due: Vec<Entry>,
    /// One bucket for each digit of each place.
    buckets: Vec<Bucket>,
    spare: Spare,
    /// By place, which digits have entries.
    occupied: [u64; PLACES as usize],
    /// The transactions of what moved into the lowest place since they were last taken.
    soon: Vec<TxNumber>,
}

impl Frontier {
    pub(super) fn new() -> Self {
        Self {
            now: 0,
            due: Vec::new(),
            buckets: vec![Bucket::default(); PLACES as usize * DIGITS],
            spare: Spare::default(),
            occupied: [0; PLACES as usize],
            soon: Vec::new(),
        }
    }

    /// The key taken last.
    pub(super) fn now(&self) -> u64 {
        self.now
    }

    /// Adds an entry. Its key must not be smaller than the last one taken.
    pub(super) fn push(&mut self, entry: Entry) {
        debug_assert!(entry.key >= self.now, "following goes on, not back");
        let Some((place, digit)) = place_of(entry.key, self.now) else {
            self.due.push(entry);
            return;
        };
        if let Some(bucket) = self.buckets.get_mut(place * DIGITS + digit)
            && let Some(occupied) = self.occupied.get_mut(place)
        {
            *occupied |= 1 << digit;
            bucket.push(entry, &mut self.spare);
        }
    }

    /// Moves every entry with the smallest key into `group`. False when there is none.
    ///
    /// Time: an entry moves to a lower place at most 11 times in its life.
    pub(super) fn take(&mut self, group: &mut Vec<Entry>) -> bool {
        if self.due.is_empty() && !self.spread() {
            return false;
        }
        group.append(&mut self.due);
        true
    }

    /// Transactions whose turn is among the next, each once: handed out once, when their entries
    /// came near. Some that are not handed out come between them.
    pub(super) fn take_soon(&mut self, soon: &mut Vec<TxNumber>) {
        soon.clear();
        soon.append(&mut self.soon);
        soon.sort_unstable();
        soon.dedup();
    }

    /// Forgets which those are.
    pub(super) fn forget_soon(&mut self) {
        self.soon.clear();
    }

    /// Moves what has the key taken last into `group`.
    pub(super) fn take_more(&mut self, group: &mut Vec<Entry>) {
        group.append(&mut self.due);
    }

    /// Makes the smallest key the present one and spreads the entries of its bucket over the
    /// buckets below. False when there are no entries.
    ///
    /// The lowest bucket with entries has the smallest key: what differs from `now` in a lower
    /// place agrees with it in all places above, and is smaller than what differs in a higher
    /// one.
    fn spread(&mut self) -> bool {
        let places = self.occupied.iter_mut().enumerate();
        let Some((place, occupied)) = places.into_iter().find(|(_, digits)| **digits != 0) else {
            return false;
        };
        let digit = occupied.trailing_zeros() as usize;
        *occupied &= *occupied - 1;
        let emptied = place * DIGITS + digit;
        let Some(bucket) = self.buckets.get_mut(emptied) else {
            return false;
        };
        let Bucket {
            full,
            open,
            smallest,
        } = std::mem::take(bucket);
        if open.is_empty() {
            return false;
        }
        self.now = smallest;
        for mut block in full.into_iter().chain([open]) {
            if place == 0 {
                // Keys that differ from the last one in the lowest place alone are all alike.
                self.due.append(&mut block);
            }
            for entry in block.drain(..) {
                if place_of(entry.key, smallest).is_none_or(|(place, _)| place == 0) {
                    self.soon.push(entry.tx);
                }
                self.push(entry);
            }
            self.spare.keep(block);
        }
        true
    }
}

/// Entries in blocks of one size, all full but the open one: a bucket of millions grows and
/// shrinks without being copied, and its memory goes on to the others.
#[derive(Clone, Debug)]
struct Bucket {
    full: Vec<Vec<Entry>>,
    open: Vec<Entry>,
    /// The smallest key among them.
    smallest: u64,
}

impl Default for Bucket {
    fn default() -> Self {
        Self {
            full: Vec::new(),
            open: Vec::new(),
            smallest: u64::MAX,
        }
    }
}

/// Entries of a block.
const BLOCK_ENTRIES: usize = 64;
/// Empty blocks that are kept. More are given back, so that memory follows the number of entries
/// and not its past.
const SPARE_BLOCKS: usize = 1024;

impl Bucket {
    #[inline]
    fn push(&mut self, entry: Entry, spare: &mut Spare) {
        self.smallest = self.smallest.min(entry.key);
        if self.open.len() == self.open.capacity() {
            let full = std::mem::replace(&mut self.open, spare.take());
            if !full.is_empty() {
                self.full.push(full);
            }
        }
        self.open.push(entry);
    }
}

/// Empty blocks.
#[derive(Clone, Debug, Default)]
struct Spare(Vec<Vec<Entry>>);

impl Spare {
    fn take(&mut self) -> Vec<Entry> {
        let block = self.0.pop();
        block.unwrap_or_else(|| Vec::with_capacity(BLOCK_ENTRIES))
    }

    fn keep(&mut self, block: Vec<Entry>) {
        if self.0.len() < SPARE_BLOCKS {
            self.0.push(block);
        }
    }
}

/// The highest place in which a key differs from `now`, and its digit there. `None` where they
/// are the same.
#[inline]
fn place_of(key: u64, now: u64) -> Option<(usize, usize)> {
    let place = (key ^ now).checked_ilog2()? / DIGIT_BITS;
    let digit = usize::try_from(key >> (place * DIGIT_BITS)).unwrap_or(0) % DIGITS;
    Some((place as usize, digit))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn entry(key: u64, output: u64) -> Entry {
        Entry {
            key,
            tx: TxNumber(key),
            held: Held {
                output: OutputId(output),
                value_sat: 0,
                visit: VisitId(0),
                hops: 0,
                segments: Segments::none(),
            },
        }
    }

    fn outputs(group: &[Entry]) -> Vec<u64> {
        let mut outputs: Vec<u64> = group.iter().map(|entry| entry.held.output.0).collect();
        outputs.sort_unstable();
        outputs
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Steps are (how many groups to take first, how far ahead the new keys are).
        #[test]
        fn gives_what_a_sorted_map_gives(
            steps in vec((0..3_usize, vec(prop_oneof![0..4_u64, 0..=u64::MAX], 0..6)), 0..40)
        ) {
            let mut frontier = Frontier::new();
            let mut map: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
            let mut next = 0;
            for (taken, keys) in steps {
                for _ in 0..taken {
                    let mut group = Vec::new();
                    let any = frontier.take(&mut group);
                    let expected = map.pop_first();
                    prop_assert_eq!(any, expected.is_some());
                    if let Some((key, expected)) = expected {
                        prop_assert_eq!(frontier.now(), key);
                        prop_assert_eq!(outputs(&group), expected);
                    }
                }
                for ahead in keys {
                    let key = frontier.now().saturating_add(ahead);
                    frontier.push(entry(key, next));
                    map.entry(key).or_default().push(next);
                    next += 1;
                }
            }
        }
    }
}
