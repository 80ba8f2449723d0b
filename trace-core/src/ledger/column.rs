//! One file of equally long entries that only grows.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::LedgerError;
use super::disk::Disk;
use super::map::Map;
use super::number::index;

/// A file of entries of `W` bytes: those in the file, and those about to be written.
#[derive(Debug)]
pub(crate) struct Column<const W: usize> {
    path: PathBuf,
    file: File,
    map: Map,
    /// Entries in the file.
    written: usize,
    /// The bytes of the entries behind them.
    tail: Vec<u8>,
    /// Bytes of the tail that `crc` covers.
    sealed: usize,
    crc: crc32fast::Hasher,
    /// Whether all that is written is durable.
    is_synced: bool,
}

/// What is done to all columns alike, however wide.
pub(crate) trait AnyColumn {
    /// Bytes of an entry.
    fn width(&self) -> u64;
    /// The file.
    fn path(&self) -> &Path;
    /// Bytes of the entries in the file.
    fn bytes(&self) -> &[u8];
    /// Bytes that wait to be written.
    fn waiting(&self) -> usize;
    /// The checksum of all entries up to here.
    fn seal(&mut self) -> u32;
    /// Drops what was added since the last seal.
    fn drop_unsealed(&mut self);
    /// Writes what waits. It is visible to others after this, but durable only after a sync.
    fn write(&mut self, disk: &Disk) -> Result<(), LedgerError>;
    /// Has the next sync make durable what is there already: a process that was killed may
    /// have written it without having synced.
    fn distrust(&mut self);
    /// Returns once all that was written is durable.
    fn sync(&mut self, disk: &Disk) -> Result<(), LedgerError>;
}

impl<const W: usize> Column<W> {
    /// Opens the first `count` entries for reading.
    pub(crate) fn read(path: PathBuf, count: u64) -> Result<Self, LedgerError> {
        let file = File::open(&path).map_err(|error| LedgerError::system(&path, &error))?;
        let len = checked_len::<W>(&path, &file, count)?;
        let map = Map::of(&file, len).map_err(|error| LedgerError::system(&path, &error))?;
        Ok(Self::new(path, file, map, len / W, 0))
    }

    /// Opens for writing behind the first `count` entries, whose checksum is `crc`, and cuts
    /// off what lies beyond them.
    pub(crate) fn resume(
        path: PathBuf,
        count: u64,
        crc: u32,
        disk: &Disk,
    ) -> Result<Self, LedgerError> {
        let file = Disk::open(&path)?;
        let len = checked_len::<W>(&path, &file, count)?;
        if file_len(&path, &file)? > len as u64 {
            disk.cut(&file, &path, len as u64)?;
        }
        let mut map = Map::default();
        map.grow(&file, len)
            .map_err(|error| LedgerError::system(&path, &error))?;
        Ok(Self::new(path, file, map, len / W, crc))
    }

    fn new(path: PathBuf, file: File, map: Map, written: usize, crc: u32) -> Self {
        Self {
            path,
            file,
            map,
            written,
            tail: Vec::new(),
            sealed: 0,
            crc: crc32fast::Hasher::new_with_initial(crc),
            is_synced: true,
        }
    }

    /// Entries in all.
    pub(crate) fn count(&self) -> u64 {
        (self.written + self.tail.len() / W) as u64
    }

    /// An entry, or `None` beyond the end.
    #[inline]
    pub(crate) fn get(&self, number: u64) -> Option<[u8; W]> {
        let number = index(number);
        let (bytes, number) = match number.checked_sub(self.written) {
            None => (self.map.bytes(), number),
            Some(behind) => (self.tail.as_slice(), behind),
        };
        let at = number.checked_mul(W)?;
        bytes.get(at..)?.first_chunk().copied()
    }

    /// The entries in the file.
    pub(crate) fn entries(&self) -> &[[u8; W]] {
        self.map.bytes().as_chunks().0
    }

    /// Adds an entry.
    #[inline]
    pub(crate) fn push(&mut self, entry: [u8; W]) {
        self.tail.extend_from_slice(&entry);
    }
}

impl Column<1> {
    /// Adds an entry for each byte.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
    }

    /// The entries from one number up to another.
    #[inline]
    pub(crate) fn range(&self, from: u64, to: u64) -> Option<&[u8]> {
        let (from, to) = (index(from), index(to));
        match from.checked_sub(self.written) {
            None => self.map.bytes().get(from..to),
            Some(behind) => self.tail.get(behind..to.checked_sub(self.written)?),
        }
    }
}

fn file_len(path: &Path, file: &File) -> Result<u64, LedgerError> {
    file.metadata()
        .map(|metadata| metadata.len())
        .map_err(|error| LedgerError::system(path, &error))
}

/// The bytes of `count` entries, which the file must have.
fn checked_len<const W: usize>(path: &Path, file: &File, count: u64) -> Result<usize, LedgerError> {
    let found = file_len(path, file)?;
    let wanted = count.saturating_mul(W as u64);
    if found < wanted {
        let why = format!("{found} bytes long where the rows of blocks say {wanted}");
        return Err(LedgerError::damaged(path, None, why));
    }
    Ok(index(wanted))
}

impl<const W: usize> AnyColumn for Column<W> {
    fn width(&self) -> u64 {
        W as u64
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn bytes(&self) -> &[u8] {
        self.map.bytes()
    }

    fn waiting(&self) -> usize {
        self.tail.len()
    }

    fn seal(&mut self) -> u32 {
        self.crc
            .update(self.tail.get(self.sealed..).unwrap_or_default());
        self.sealed = self.tail.len();
        self.crc.clone().finalize()
    }

    fn drop_unsealed(&mut self) {
        self.tail.truncate(self.sealed);
    }

    fn write(&mut self, disk: &Disk) -> Result<(), LedgerError> {
        if self.tail.is_empty() {
            return Ok(());
        }
        let at = (self.written * W) as u64;
        self.is_synced = false;
        disk.write(&self.file, &self.path, at, &self.tail)?;
        self.written += self.tail.len() / W;
        self.tail.clear();
        self.sealed = 0;
        self.map
            .grow(&self.file, self.written * W)
            .map_err(|error| LedgerError::system(&self.path, &error))
    }

    fn distrust(&mut self) {
        self.is_synced = false;
    }

    fn sync(&mut self, disk: &Disk) -> Result<(), LedgerError> {
        if !self.is_synced {
            disk.sync(&self.file, &self.path)?;
            self.is_synced = true;
        }
        Ok(())
    }
}
