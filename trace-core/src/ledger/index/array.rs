//! One file of 32-bit numbers that are overwritten in place.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::ledger::LedgerError;
use crate::ledger::disk::Disk;
use crate::ledger::map::Map;
use crate::ledger::number::index;

/// Numbers of a page. Changes in the same page or the next one are written together,
const PAGE: u64 = 1024;
/// but never more than these.
const STRETCH: u64 = 256 * PAGE;
/// Bytes of zeros that a growing file is filled with at a time.
const FILL: usize = 1 << 20;

/// Numbers by position, 0 where nothing was written.
///
/// It is read as memory and changed by writes, not through memory: a full disk is then an
/// error and not the end of the process.
#[derive(Debug)]
pub(crate) struct Array {
    path: PathBuf,
    file: File,
    map: Map,
    count: u64,
}

impl Array {
    /// Opens the first `count` numbers for reading.
    pub(crate) fn read(path: &Path, count: u64) -> Result<Self, LedgerError> {
        let system = |error: std::io::Error| LedgerError::system(path, &error);
        let file = File::open(path).map_err(system)?;
        if file.metadata().map_err(system)?.len() < count * 4 {
            return Err(LedgerError::damaged(
                path,
                None,
                "shorter than its stamp says",
            ));
        }
        let map = Map::of(&file, index(count * 4)).map_err(system)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            map,
            count,
        })
    }

    /// Opens all that is there for changing.
    pub(crate) fn resume(path: &Path, disk: &Disk) -> Result<Self, LedgerError> {
        let file = disk.create(path)?;
        let system = |error: std::io::Error| LedgerError::system(path, &error);
        let count = file.metadata().map_err(system)?.len() / 4;
        let mut map = Map::default();
        map.grow(&file, index(count * 4)).map_err(system)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            map,
            count,
        })
    }

    /// How many numbers there are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// A number; 0 beyond the end.
    #[inline]
    pub(crate) fn get(&self, position: u64) -> u32 {
        let at = index(position).saturating_mul(4);
        let entry = self.map.bytes().get(at..).and_then(<[u8]>::first_chunk);
        entry.copied().map_or(0, u32::from_le_bytes)
    }

    /// Makes room for `count` numbers. Zeros are written rather than left as a hole, so that
    /// a full disk is noticed here.
    pub(crate) fn grow(&mut self, count: u64, disk: &Disk) -> Result<(), LedgerError> {
        let zeros = vec![0; FILL.min(index(count.saturating_sub(self.count) * 4))];
        while self.count < count {
            let missing = index((count - self.count) * 4).min(zeros.len());
            let part = zeros.get(..missing).unwrap_or_default();
            disk.write(&self.file, &self.path, self.count * 4, part)?;
            self.count += (missing / 4) as u64;
        }
        self.see()
    }

    /// Replaces numbers below the end. `changes` are sorted by position.
    pub(crate) fn update(
        &mut self,
        changes: &[(u64, u32)],
        disk: &Disk,
    ) -> Result<(), LedgerError> {
        let is_near = |a: u64, b: u64| b / PAGE - a / PAGE <= 1 && a / STRETCH == b / STRETCH;
        for near in changes.chunk_by(|(a, _), (b, _)| is_near(*a, *b)) {
            let (Some((first, _)), Some((last, _))) = (near.first(), near.last()) else {
                continue;
            };
            let start = index(first * 4);
            let end = index(last * 4 + 4);
            let mut bytes = self
                .map
                .bytes()
                .get(start..end)
                .unwrap_or_default()
                .to_vec();
            for (position, number) in near {
                let at = index(position * 4) - start;
                if let Some(entry) = bytes.get_mut(at..at + 4) {
                    entry.copy_from_slice(&number.to_le_bytes());
                }
            }
            disk.write(&self.file, &self.path, start as u64, &bytes)?;
        }
        Ok(())
    }

    /// Returns once all that was written is durable.
    pub(crate) fn sync(&self, disk: &Disk) -> Result<(), LedgerError> {
        disk.sync(&self.file, &self.path)
    }

    fn see(&mut self) -> Result<(), LedgerError> {
        self.map
            .grow(&self.file, index(self.count * 4))
            .map_err(|error| LedgerError::system(&self.path, &error))
    }
}
