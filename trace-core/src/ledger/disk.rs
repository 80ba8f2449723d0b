//! Everything that changes a file goes through here, so that a test can pull the plug.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use super::LedgerError;

/// The disk, or in a test one that fails.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    #[cfg(test)]
    pub(crate) fault: Option<std::sync::Arc<super::tests::Fault>>,
}

impl Disk {
    /// Opens a file for reading and writing that must be there.
    pub(crate) fn open(path: &Path) -> Result<File, LedgerError> {
        OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .map_err(|error| LedgerError::system(path, &error))
    }

    /// Opens a file for reading and writing, making an empty one where there is none.
    pub(crate) fn create(&self, path: &Path) -> Result<File, LedgerError> {
        self.may_change(path)?;
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|error| LedgerError::system(path, &error))
    }

    /// Writes bytes at an offset.
    pub(crate) fn write(
        &self,
        mut file: &File,
        path: &Path,
        at: u64,
        bytes: &[u8],
    ) -> Result<(), LedgerError> {
        let system = |error: io::Error| LedgerError::system(path, &error);
        let (now, never) = self.allowed(bytes).map_err(system)?;
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.write_all(now))
            .map_err(system)?;
        if never.is_empty() {
            Ok(())
        } else {
            Err(system(io::ErrorKind::StorageFull.into()))
        }
    }

    /// Returns once the file's bytes are on the disk.
    pub(crate) fn sync(&self, file: &File, path: &Path) -> Result<(), LedgerError> {
        self.may_change(path)?;
        #[cfg(test)]
        if let Some(fault) = &self.fault {
            return fault
                .sync(path)
                .map_err(|error| LedgerError::system(path, &error));
        }
        file.sync_data()
            .map_err(|error| LedgerError::system(path, &error))
    }

    /// Cuts off what lies beyond `len` bytes.
    pub(crate) fn cut(&self, file: &File, path: &Path, len: u64) -> Result<(), LedgerError> {
        self.may_change(path)?;
        file.set_len(len)
            .map_err(|error| LedgerError::system(path, &error))
    }

    /// Gives a finished and synced file its name, in place of what had it.
    pub(crate) fn rename(&self, from: &Path, to: &Path) -> Result<(), LedgerError> {
        self.may_change(to)?;
        fs::rename(from, to).map_err(|error| LedgerError::system(to, &error))?;
        self.sync_folder(to)
    }

    /// Writes a small file as a whole: after a crash there is the old one or the new one.
    pub(crate) fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), LedgerError> {
        let unfinished = path.with_extension("unfinished");
        let file = self.create(&unfinished)?;
        self.cut(&file, &unfinished, 0)?;
        self.write(&file, &unfinished, 0, bytes)?;
        self.sync(&file, &unfinished)?;
        self.rename(&unfinished, path)
    }

    /// Removes a file, if it is there.
    pub(crate) fn remove(&self, path: &Path) -> Result<(), LedgerError> {
        self.may_change(path)?;
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(LedgerError::system(path, &error))
            }
            _ => Ok(()),
        }
    }

    fn sync_folder(&self, path: &Path) -> Result<(), LedgerError> {
        self.may_change(path)?;
        #[cfg(test)]
        if self.fault.is_some() {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| LedgerError::system(folder, &error))
    }

    fn may_change(&self, path: &Path) -> Result<(), LedgerError> {
        let allowed = self.allowed(&[]);
        allowed.map_or_else(|error| Err(LedgerError::system(path, &error)), |_| Ok(()))
    }

    /// The bytes that reach the disk, and those that do not any more.
    #[cfg(test)]
    fn allowed<'a>(&self, bytes: &'a [u8]) -> io::Result<(&'a [u8], &'a [u8])> {
        match &self.fault {
            Some(fault) => fault.step(bytes),
            None => Ok((bytes, &[])),
        }
    }

    #[cfg(not(test))]
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the disk of a test refuses"
    )]
    fn allowed<'a>(&self, bytes: &'a [u8]) -> io::Result<(&'a [u8], &'a [u8])> {
        Ok((bytes, &[]))
    }
}
