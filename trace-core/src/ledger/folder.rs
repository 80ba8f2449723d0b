//! The folder of a ledger: what it says of itself, and who may write.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::LedgerError;
use super::disk::Disk;
use crate::model::{BitcoinNetwork, Chain, ChainId};

/// The format that this version writes, and the highest it reads.
const VERSION: u32 = 1;
/// The file that makes a folder a ledger. It holds one line: this word, the format's version
/// and the chain.
const FORMAT: &str = "trace-ledger";
/// The file that a writer locks.
const LOCK: &str = "lock";
/// How often a writer looks again whether the lock is free, and how long it waits each time.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(25);
/// The rows of blocks.
pub(crate) const BLOCKS: &str = "blocks";
/// The tips that were chosen over the last block.
pub(crate) const TIPS: &str = "tips";

/// Which chain the ledger in a folder holds, and thereby of which kind it is.
///
/// # Errors
/// When the folder is no ledger, or one of a newer format.
pub fn chain_of(dir: &Path) -> Result<Chain, LedgerError> {
    Folder::open(dir).map(|folder| folder.chain)
}

/// A folder that is a ledger.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) dir: PathBuf,
    pub(crate) chain: Chain,
}

impl Folder {
    /// Reads what an existing folder says of itself.
    pub(crate) fn open(dir: &Path) -> Result<Self, LedgerError> {
        let path = dir.join(FORMAT);
        let not = || LedgerError::NotALedger {
            dir: dir.to_owned(),
        };
        let text = match fs::read(&path) {
            Ok(bytes) => String::from_utf8(bytes).map_err(|_| not())?,
            Err(error) if path.exists() => return Err(LedgerError::system(&path, &error)),
            Err(_) => return Err(not()),
        };
        let mut words = text.split_whitespace();
        if words.next() != Some(FORMAT) {
            return Err(not());
        }
        let version = words.next().and_then(|word| word.parse().ok());
        let found = version.ok_or_else(not)?;
        if found > VERSION {
            return Err(LedgerError::NewerFormat {
                dir: dir.to_owned(),
                found,
                known: VERSION,
            });
        }
        let chain = words.next().unwrap_or_default();
        let chain = chain.parse().map_err(|_| {
            LedgerError::damaged(&path, None, format!("no chain is named {chain:?}"))
        })?;
        Ok(Self {
            dir: dir.to_owned(),
            chain,
        })
    }

    /// Opens the folder for the one writer, making a new ledger where there is nothing.
    pub(crate) fn for_writing(
        dir: &Path,
        chain: Chain,
        columns: &[&str],
        disk: &Disk,
    ) -> Result<(Self, File), LedgerError> {
        let is_new = !dir.join(FORMAT).exists();
        if is_new {
            refuse_foreign(dir, columns)?;
            fs::create_dir_all(dir).map_err(|error| LedgerError::system(dir, &error))?;
        }
        let lock = wait_for_lock(dir, disk)?;
        if is_new {
            for name in columns.iter().copied().chain([BLOCKS, TIPS]) {
                disk.create(&dir.join(name))?;
            }
            // Last, so that a folder that says it is a ledger has all its files.
            let line = format!("{FORMAT} {VERSION} {chain}\n");
            disk.replace(&dir.join(FORMAT), line.as_bytes())?;
        }
        let folder = Self::open(dir)?;
        if folder.chain != chain {
            return Err(LedgerError::OtherChain {
                dir: dir.to_owned(),
                holds: folder.chain,
                wanted: chain,
            });
        }
        Ok((folder, lock))
    }

    /// The network, of a ledger of coins.
    pub(crate) fn network(&self) -> Result<BitcoinNetwork, LedgerError> {
        match self.chain {
            Chain::Bitcoin(network) => Ok(network),
            Chain::Evm(_) => Err(self.of_another_kind()),
        }
    }

    /// The chain's number, of a ledger of accounts.
    pub(crate) fn chain_id(&self) -> Result<ChainId, LedgerError> {
        match self.chain {
            Chain::Evm(id) => Ok(id),
            Chain::Bitcoin(_) => Err(self.of_another_kind()),
        }
    }

    fn of_another_kind(&self) -> LedgerError {
        LedgerError::OtherKind {
            dir: self.dir.clone(),
            holds: self.chain,
        }
    }

    /// Locks the folder, or returns `None` where somebody writes to it or nobody may.
    pub(crate) fn lock_if_free(&self) -> Option<File> {
        lock(&self.dir, &Disk::default()).ok().flatten()
    }
}

/// Waits a moment for another writer: one that was just killed, or whose open files a child
/// process took with it, lets go only when the system gets to it.
fn wait_for_lock(dir: &Path, disk: &Disk) -> Result<File, LedgerError> {
    for _ in 0..LOCK_TRIES {
        if let Some(lock) = lock(dir, disk)? {
            return Ok(lock);
        }
        thread::sleep(LOCK_PAUSE);
    }
    lock(dir, disk)?.ok_or_else(|| LedgerError::InUse {
        dir: dir.to_owned(),
    })
}

fn lock(dir: &Path, disk: &Disk) -> Result<Option<File>, LedgerError> {
    let path = dir.join(LOCK);
    let file = disk.create(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(LedgerError::system(&path, &error)),
    }
}

/// Refuses a folder with files that no unfinished ledger has.
fn refuse_foreign(dir: &Path, columns: &[&str]) -> Result<(), LedgerError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(LedgerError::system(dir, &error)),
    };
    for entry in entries {
        let name = entry
            .map_err(|error| LedgerError::system(dir, &error))?
            .file_name();
        let ours = columns
            .iter()
            .copied()
            .chain([BLOCKS, TIPS, LOCK])
            .any(|known| name == known);
        if !ours && name != "trace-ledger.unfinished" {
            return Err(LedgerError::NotALedger {
                dir: dir.to_owned(),
            });
        }
    }
    Ok(())
}
