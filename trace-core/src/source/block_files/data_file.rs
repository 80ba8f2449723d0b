//! One `blk*.dat` or `rev*.dat`.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::xor_key::XorKey;
use crate::source::SourceError;

/// A file of the folder. Not held open: a folder has thousands.
#[derive(Debug)]
pub(super) struct DataFile {
    path: PathBuf,
    key: XorKey,
}

/// A file being read, as long as it was when reading began: its node may write behind that,
/// and cuts it to its proper length when it begins the next one.
pub(super) struct Reader<'a> {
    of: &'a DataFile,
    file: File,
    bytes: u64,
}

impl DataFile {
    /// A file that is there and can be read from any byte.
    pub(super) fn at(path: PathBuf, key: XorKey) -> Result<Self, SourceError> {
        let metadata = fs::metadata(&path).map_err(|error| failed(&path, error.to_string()))?;
        // Reading a pipe or a device could wait for ever.
        if !metadata.is_file() {
            return Err(failed(&path, "is not a regular file".to_owned()));
        }
        Ok(Self { path, key })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the file for reading, without a lock: its node may be writing to it.
    pub(super) fn reader(&self) -> Result<Reader<'_>, SourceError> {
        let failed = |error: io::Error| failed(&self.path, error.to_string());
        let file = File::open(&self.path).map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len();
        Ok(Reader {
            of: self,
            file,
            bytes,
        })
    }

    /// An error at a byte of this file.
    pub(super) fn error(&self, byte: u64, why: impl std::fmt::Display) -> SourceError {
        failed(&self.path, format!("byte {byte}: {why}"))
    }
}

impl<'a> Reader<'a> {
    /// The file that is read.
    pub(super) fn file(&self) -> &'a DataFile {
        self.of
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The bytes from `at` on as they were before the pattern was laid over them.
    pub(super) fn read(&self, at: u64, length: usize) -> Result<Vec<u8>, SourceError> {
        let mut bytes = vec![0; length];
        self.read_raw(at, &mut bytes)?;
        self.of.key.apply(at, &mut bytes);
        Ok(bytes)
    }

    /// Fills `bytes` from byte `at` on with what lies on the disk.
    pub(super) fn read_raw(&self, at: u64, bytes: &mut [u8]) -> Result<(), SourceError> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(bytes))
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => self.of.error(at, "the file is cut off here"),
                _ => self.of.error(at, error),
            })
    }

    /// Takes the pattern off bytes that were read raw from `at` on.
    pub(super) fn unmask(&self, at: u64, bytes: &mut [u8]) {
        self.of.key.apply(at, bytes);
    }
}

fn failed(path: &Path, why: String) -> SourceError {
    SourceError::File {
        path: path.display().to_string(),
        why,
    }
}
