//! One `blk*.dat` or `rev*.dat`, as long as it was when the folder was opened.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::xor_key::XorKey;
use crate::source::SourceError;

/// A file of the folder. Not held open: a folder has thousands.
#[derive(Debug)]
pub(super) struct DataFile {
    path: PathBuf,
    bytes: u64,
    key: XorKey,
}

/// A file being read.
pub(super) struct Reader<'a> {
    of: &'a DataFile,
    file: File,
}

impl DataFile {
    /// The file as long as it is now; what is written to it later is never read.
    pub(super) fn at(path: PathBuf, key: XorKey) -> Result<Self, SourceError> {
        let metadata = fs::metadata(&path).map_err(|error| failed(&path, error.to_string()))?;
        // Reading a pipe or a device could wait for ever.
        if !metadata.is_file() {
            return Err(failed(&path, "is not a regular file".to_owned()));
        }
        let bytes = metadata.len();
        Ok(Self { path, bytes, key })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Opens the file for reading, without a lock: its node may be writing to it.
    pub(super) fn reader(&self) -> Result<Reader<'_>, SourceError> {
        let file = File::open(&self.path).map_err(|error| failed(&self.path, error.to_string()))?;
        Ok(Reader { of: self, file })
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
                io::ErrorKind::UnexpectedEof => {
                    self.of.error(at, "the file was cut since it was opened")
                }
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
