//! From a hash to the numbers that may have it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::run::{Run, entry, parts};
use crate::ledger::LedgerError;
use crate::ledger::disk::Disk;

/// Runs of one size that become one of the next, as a power of two.
const MERGED: u32 = 4;
/// The size of the largest runs, as a power of two.
const LARGEST: u32 = 28;
/// Bytes written at a time.
const PART_BYTES: usize = 1 << 20;

/// All numbers of one table, in runs sorted by hash.
///
/// Numbers 0 to 65 535 make a run as soon as they are all there, the next 65 536 the next
/// one, and so on; sixteen runs of one size become one of the next. So the files depend on how
/// many numbers there are and on nothing else, each number is written at most four times and
/// always in sequence, and a look-up searches at most 45 runs and those of the largest size.
/// Numbers behind the last run are not in a file.
#[derive(Debug)]
pub(crate) struct Directory {
    dir: PathBuf,
    name: &'static str,
    /// The size of the smallest runs, as a power of two.
    smallest: u32,
    runs: Vec<(u32, Run)>,
}

impl Directory {
    /// Opens the runs that are there.
    pub(crate) fn read(dir: &Path, name: &'static str, smallest: u32) -> Result<Self, LedgerError> {
        let mut directory = Self {
            dir: dir.to_owned(),
            name,
            smallest,
            runs: Vec::new(),
        };
        while let Some(run) = directory.next_run()? {
            directory.runs.push(run);
        }
        Ok(directory)
    }

    /// The largest run that begins where the runs so far end.
    fn next_run(&self) -> Result<Option<(u32, Run)>, LedgerError> {
        let start = self.covered();
        let levels = (0..=(LARGEST - self.smallest) / MERGED).rev();
        for size in levels.map(|level| self.smallest + level * MERGED) {
            let path = self.path(size, start);
            if !start.is_multiple_of(1 << size) || !path.exists() {
                continue;
            }
            match Run::read(&path, start, 1 << size) {
                Ok(Some(run)) => return Ok(Some((size, run))),
                // A writer that merges runs may have removed it just now.
                Ok(None) | Err(LedgerError::Missing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Numbers below this are in the runs.
    pub(crate) fn covered(&self) -> u64 {
        self.runs
            .last()
            .map_or(0, |(size, run)| run.start + (1 << size))
    }

    /// Makes the runs that `count` numbers have. `hash` tells the hash of a number.
    pub(crate) fn grow(
        &mut self,
        count: u64,
        hash: impl Fn(u64) -> Option<u64>,
        disk: &Disk,
    ) -> Result<(), LedgerError> {
        // A crash may have come between the sixteenth run and the one that it makes.
        self.merge(disk)?;
        while count - self.covered().min(count) >= 1 << self.smallest {
            let start = self.covered();
            let numbers = start..start + (1 << self.smallest);
            let hashes = numbers.map(|number| hash(number).unwrap_or_default());
            let run = Run::of(start, hashes);
            self.finish(self.smallest, start, run.entries().iter().copied(), disk)?;
            self.merge(disk)?;
        }
        Ok(())
    }

    /// Merges the last sixteen runs as long as they are of one size.
    fn merge(&mut self, disk: &Disk) -> Result<(), LedgerError> {
        while let Some((size, _)) = self.runs.last() {
            let size = *size;
            let (first, larger) = (self.runs.len().checked_sub(1 << MERGED), size + MERGED);
            let Some(first) = first.filter(|_| larger <= LARGEST) else {
                break;
            };
            let parts = self.runs.split_off(first);
            let whole = parts.iter().all(|(of, _)| *of == size);
            let start = parts.first().map_or(0, |(_, run)| run.start);
            if !whole || !start.is_multiple_of(1 << larger) {
                self.runs.extend(parts);
                break;
            }
            self.finish(larger, start, merged(start, &parts), disk)?;
            for (size, run) in &parts {
                disk.remove(&self.path(*size, run.start))?;
            }
        }
        Ok(())
    }

    /// Writes a run's file and opens it.
    fn finish(
        &mut self,
        size: u32,
        start: u64,
        entries: impl Iterator<Item = [u8; 8]>,
        disk: &Disk,
    ) -> Result<(), LedgerError> {
        let path = self.path(size, start);
        let unfinished = path.with_extension("unfinished");
        let file = disk.create(&unfinished)?;
        disk.cut(&file, &unfinished, 0)?;
        write(&file, &unfinished, entries, disk)?;
        disk.sync(&file, &unfinished)?;
        disk.rename(&unfinished, &path)?;
        let run = Run::read(&path, start, 1 << size)?;
        let run = run.ok_or_else(|| LedgerError::damaged(&path, None, "not as long as written"))?;
        self.runs.push((size, run));
        Ok(())
    }

    /// The numbers that may have a hash, in runs from the last to the first.
    pub(crate) fn candidates(&self, hash: u64) -> impl Iterator<Item = u64> {
        let runs = self.runs.iter().rev();
        runs.flat_map(move |(_, run)| run.candidates(hash))
    }

    /// The runs that hold numbers from `from` on, in order.
    pub(crate) fn runs_from(&self, from: u64) -> impl Iterator<Item = &Run> {
        let ended = self.runs.partition_point(|(_, run)| run.end() <= from);
        let left = self.runs.get(ended..).unwrap_or_default();
        left.iter().map(|(_, run)| run)
    }

    /// The runs and their files.
    pub(crate) fn runs(&self) -> impl DoubleEndedIterator<Item = (PathBuf, &Run)> {
        let runs = self.runs.iter();
        runs.map(|(size, run)| (self.path(*size, run.start), run))
    }

    /// Removes what a crash left behind: runs that were merged, and such as were not finished.
    pub(crate) fn clean(&self, disk: &Disk) -> Result<(), LedgerError> {
        let wanted: Vec<PathBuf> = self.runs().map(|(path, _)| path).collect();
        let system = |error: std::io::Error| LedgerError::system(&self.dir, &error);
        for file in fs::read_dir(&self.dir).map_err(system)? {
            let path = file.map_err(system)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with(self.name) && !wanted.contains(&path) {
                disk.remove(&path)?;
            }
        }
        Ok(())
    }

    fn path(&self, size: u32, start: u64) -> PathBuf {
        let number = start >> size;
        self.dir.join(format!("{}-{size}-{number}", self.name))
    }
}

/// The entries of sixteen runs in order, counted from the start of the first.
fn merged(start: u64, runs: &[(u32, Run)]) -> impl Iterator<Item = [u8; 8]> {
    let mut rests: Vec<(u64, &[[u8; 8]])> = runs
        .iter()
        .map(|(_, run)| (run.start - start, run.entries()))
        .collect();
    std::iter::from_fn(move || {
        let next = rests
            .iter_mut()
            .filter(|(_, rest)| !rest.is_empty())
            .min_by_key(|(_, rest)| rest.first().map(|entry| parts(*entry).0))?;
        let (first, rest) = next.1.split_first()?;
        next.1 = rest;
        let (hash, offset) = parts(*first);
        Some(entry(hash << 32, next.0 + offset))
    })
}

/// Writes entries and the checksum of all of them.
fn write(
    file: &File,
    path: &Path,
    entries: impl Iterator<Item = [u8; 8]>,
    disk: &Disk,
) -> Result<(), LedgerError> {
    let mut crc = crc32fast::Hasher::new();
    let mut at = 0;
    let mut part = Vec::with_capacity(PART_BYTES);
    for entry in entries {
        part.extend(entry);
        if part.len() >= PART_BYTES {
            crc.update(&part);
            disk.write(file, path, at, &part)?;
            at += part.len() as u64;
            part.clear();
        }
    }
    crc.update(&part);
    part.extend(crc.finalize().to_le_bytes());
    disk.write(file, path, at, &part)
}
