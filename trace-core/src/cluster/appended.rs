//! A file that only grows.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write};
use std::path::PathBuf;

use crc32fast::Hasher;

use super::StoredError;

/// Bytes read or written at a time: whole links, and many of them.
const BUFFER_BYTES: usize = 12 << 12;

/// How much of a file counts. What lies beyond was never acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) bytes: u64,
    /// CRC-32 (IEEE) of these bytes.
    pub(super) crc32: u32,
}

/// A file that is appended to.
#[derive(Debug)]
pub(super) struct Appended {
    path: PathBuf,
    file: File,
}

impl Appended {
    /// Opens a file, making an empty one where there is none.
    pub(super) fn open(path: PathBuf) -> Result<Self, StoredError> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| StoredError::system(&path, &error))?;
        Ok(Self { path, file })
    }

    /// The error for what the system said of this file.
    pub(super) fn error(&self, error: &io::Error) -> StoredError {
        StoredError::system(&self.path, error)
    }

    /// Cuts off what does not count.
    pub(super) fn cut(&self, extent: Extent) -> Result<(), StoredError> {
        let cut = self.file.set_len(extent.bytes);
        cut.map_err(|error| self.error(&error))
    }

    /// Writes behind what counts, and returns once that is on the disk what counts then.
    pub(super) fn append(
        &self,
        extent: Extent,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Extent, StoredError> {
        self.cut(extent)?;
        let append = || {
            let mut file = &self.file;
            file.seek(SeekFrom::Start(extent.bytes))?;
            let mut into = BufWriter::with_capacity(BUFFER_BYTES, Summed::of(file, extent));
            write(&mut into)?;
            let summed = into.into_inner().map_err(io::IntoInnerError::into_error)?;
            self.file.sync_data()?;
            Ok(summed.extent())
        };
        append().map_err(|error| self.error(&error))
    }

    /// Reads what counts.
    pub(super) fn read(&self, extent: Extent) -> Result<impl Read + use<>, StoredError> {
        self.read_summed(extent)
    }

    /// Hands what counts to `read`, and says whether it has the checksum that it should have.
    /// The error of `read` comes first.
    pub(super) fn check(
        &self,
        extent: Extent,
        read: impl FnOnce(&mut dyn Read) -> Result<(), StoredError>,
    ) -> Result<bool, StoredError> {
        let mut from = self.read_summed(extent)?;
        read(&mut from)?;
        io::copy(&mut from, &mut io::sink()).map_err(|error| self.error(&error))?;
        Ok(from.into_inner().into_inner().extent() == extent)
    }

    fn read_summed(
        &self,
        extent: Extent,
    ) -> Result<BufReader<io::Take<Summed<File>>>, StoredError> {
        // Opened once more, so that every reader has a place of its own.
        let file = File::open(&self.path).map_err(|error| self.error(&error))?;
        let summed = Summed::of(file, Extent::default()).take(extent.bytes);
        Ok(BufReader::with_capacity(BUFFER_BYTES, summed))
    }
}

/// Adds up the extent of what passes.
struct Summed<T> {
    inner: T,
    hasher: Hasher,
    bytes: u64,
}

impl<T> Summed<T> {
    fn of(inner: T, before: Extent) -> Self {
        Self {
            inner,
            hasher: Hasher::new_with_initial(before.crc32),
            bytes: before.bytes,
        }
    }

    fn extent(self) -> Extent {
        Extent {
            bytes: self.bytes,
            crc32: self.hasher.finalize(),
        }
    }

    fn add(&mut self, bytes: Option<&[u8]>) {
        let bytes = bytes.unwrap_or_default();
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
    }
}

impl<T: Write> Write for Summed<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.add(bytes.get(..written));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Summed<T> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.add(into.get(..read));
        Ok(read)
    }
}
