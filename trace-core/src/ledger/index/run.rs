//! Numbers sorted by hash.

use std::fs::File;
use std::path::Path;

use crate::ledger::LedgerError;
use crate::ledger::map::Map;
use crate::ledger::number::index;

/// The entries for a stretch of numbers: 32 bits of a hash, and the number counted from the
/// start of the stretch, sorted. Whoever looks one up compares the whole name with the columns.
#[derive(Debug)]
pub(crate) struct Run {
    entries: Entries,
    pub(crate) start: u64,
}

#[derive(Debug)]
enum Entries {
    File(Map),
    Memory(Vec<[u8; 8]>),
}

/// An entry as it is stored: little-endian, the hash in the higher half.
pub(crate) fn entry(hash: u64, offset: u64) -> [u8; 8] {
    let hash = hash >> 32 << 32;
    (hash | (offset & 0xffff_ffff)).to_le_bytes()
}

/// The hash's bits and the offset in an entry.
pub(crate) fn parts(entry: [u8; 8]) -> (u64, u64) {
    let entry = u64::from_le_bytes(entry);
    (entry >> 32, entry & 0xffff_ffff)
}

impl Run {
    /// The run in a file, without its checksum; `None` where the file has not this many
    /// entries and so was never finished.
    pub(crate) fn read(path: &Path, start: u64, count: u64) -> Result<Option<Self>, LedgerError> {
        let system = |error: std::io::Error| LedgerError::system(path, &error);
        let file = File::open(path).map_err(system)?;
        if file.metadata().map_err(system)?.len() != count * 8 + 4 {
            return Ok(None);
        }
        let map = Map::of(&file, index(count * 8)).map_err(system)?;
        let entries = Entries::File(map);
        Ok(Some(Self { entries, start }))
    }

    /// The run of some hashes, in memory.
    pub(crate) fn of(start: u64, hashes: impl Iterator<Item = u64>) -> Self {
        let mut entries: Vec<_> = (0..).zip(hashes).map(|(n, hash)| entry(hash, n)).collect();
        entries.sort_unstable_by_key(|entry| u64::from_le_bytes(*entry));
        Self {
            entries: Entries::Memory(entries),
            start,
        }
    }

    pub(crate) fn entries(&self) -> &[[u8; 8]] {
        match &self.entries {
            Entries::File(map) => map.bytes().as_chunks().0,
            Entries::Memory(entries) => entries,
        }
    }

    /// Behind the last number of the stretch.
    pub(crate) fn end(&self) -> u64 {
        self.start + self.entries().len() as u64
    }

    /// The numbers whose hash has the same 32 bits, lowest first.
    pub(crate) fn candidates(&self, hash: u64) -> impl Iterator<Item = u64> {
        self.candidates_from(hash, 0)
    }

    /// Those of them from `from` on.
    pub(crate) fn candidates_from(&self, hash: u64, from: u64) -> impl Iterator<Item = u64> {
        let wanted = hash >> 32;
        let mut candidates = self.at_least(wanted);
        if let Some(from) = from.checked_sub(self.start).filter(|from| *from > 0) {
            let before = count_before(candidates, wanted, from);
            candidates = candidates.get(before..).unwrap_or_default();
        }
        candidates
            .iter()
            .map(|entry| parts(*entry))
            .take_while(move |(hash, _)| *hash == wanted)
            .map(|(_, offset)| self.start + offset)
    }

    /// Those of them before `before`, highest first.
    pub(crate) fn candidates_before(&self, hash: u64, before: u64) -> impl Iterator<Item = u64> {
        let wanted = hash >> 32;
        let candidates = self.at_least(wanted);
        let end = count_before(candidates, wanted, before.saturating_sub(self.start));
        let candidates = candidates.get(..end).unwrap_or_default().iter().rev();
        candidates
            .map(|entry| parts(*entry))
            .take_while(move |(hash, _)| *hash == wanted)
            .map(|(_, offset)| self.start + offset)
    }

    /// The entries from the first one on whose hash is not below `wanted`.
    fn at_least(&self, wanted: u64) -> &[[u8; 8]] {
        let entries = self.entries();
        entries
            .get(first_at_least(entries, wanted)..)
            .unwrap_or_default()
    }
}

/// How many of the entries of a hash, which come first, are below an offset.
fn count_before(entries: &[[u8; 8]], wanted: u64, before: u64) -> usize {
    entries.partition_point(|entry| {
        let (hash, offset) = parts(*entry);
        hash == wanted && offset < before
    })
}

/// The first entry whose hash is not below `wanted`. Hashes are spread evenly, so it is near
/// where its value says; from there the search goes outwards in doubling steps, then halves
/// what is left.
fn first_at_least(entries: &[[u8; 8]], wanted: u64) -> usize {
    let is_below = |at: usize| {
        entries
            .get(at)
            .is_some_and(|entry| parts(*entry).0 < wanted)
    };
    let guess = (u128::from(wanted) * entries.len() as u128) >> 32;
    let guess = usize::try_from(guess).unwrap_or(entries.len());
    let (mut low, mut high) = (guess, guess);
    let mut step = 1;
    while low > 0 && !is_below(low - 1) {
        high = low;
        low = low.saturating_sub(step);
        step *= 2;
    }
    step = 1;
    while is_below(high) {
        low = high;
        high = high.saturating_add(step).min(entries.len());
        step *= 2;
    }
    let among = entries.get(low..high).unwrap_or_default();
    low + among.partition_point(|entry| parts(*entry).0 < wanted)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn a_search_from_the_guess_finds_what_a_scan_finds(
            hashes in proptest::collection::vec(prop_oneof![any::<u64>(), 0..(4_u64 << 32), Just(u64::MAX)], 0..300),
            wanted in prop_oneof![any::<u64>(), 0..(4_u64 << 32), Just(u64::MAX)],
        ) {
            let run = Run::of(1000, hashes.iter().copied());
            for wanted in hashes.iter().copied().chain([wanted]) {
                let found: Vec<u64> = run.candidates(wanted).collect();
                let scanned: Vec<u64> = (1000..)
                    .zip(&hashes)
                    .filter(|(_, hash)| *hash >> 32 == wanted >> 32)
                    .map(|(number, _)| number)
                    .collect();
                prop_assert_eq!(&found, &scanned);
                let before = 1000 + hashes.len() as u64 / 2;
                let found: Vec<u64> = run.candidates_before(wanted, before).collect();
                let scanned = scanned.into_iter().rev().filter(|number| *number < before);
                prop_assert_eq!(found, scanned.collect::<Vec<u64>>());
            }
        }
    }
}
