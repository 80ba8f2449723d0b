//! A sled that may be damaged, in use or full, and never matters.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bitcoin::hashes::{Hash, HashEngine, sha256};
use tracing::warn;

/// Memory that sled may keep pages in.
const MEMORY_BYTES: u64 = 64 << 20;

const RELEASE_TRIES: u32 = 10;
const RELEASE_PAUSE: Duration = Duration::from_millis(50);

/// Replies by their request, each with a checksum.
pub(super) struct Store {
    folder: PathBuf,
    bytes_max: u64,
    bytes: AtomicU64,
    /// Nothing once sled has failed.
    tree: Mutex<Option<sled::Tree>>,
}

impl Store {
    /// Opens the store in `folder`. One that does not open is moved aside, and a new one made.
    ///
    /// # Errors
    /// When another process uses it, or no new one can be made; with the reason.
    pub(super) fn open(folder: &Path, name: &str, bytes_max: u64) -> Result<Self, String> {
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let path = path_in(folder);
        let opened = if mark_in(folder).exists() {
            Err("it failed when it was last used".to_owned())
        } else {
            open_once_released(&path, name)
        };
        let (tree, bytes) = match opened {
            Ok(opened) => opened,
            Err(why) if is_locked(&why) => {
                return Err("this cache is in use".to_owned());
            }
            Err(why) => {
                let aside = path.with_extension("damaged");
                warn!(why, aside = %aside.display(), "the cache is damaged; it is made anew");
                move_aside(&path, &aside).map_err(|error| error.to_string())?;
                let _ = fs::remove_file(mark_in(folder));
                open(&path, name)?
            }
        };
        Ok(Self {
            folder: folder.to_owned(),
            bytes_max,
            bytes: AtomicU64::new(bytes),
            tree: Mutex::new(Some(tree)),
        })
    }

    /// What is kept under `key`. Nothing if it is not what was put there.
    pub(super) fn get(&self, key: &str) -> Option<Vec<u8>> {
        let value = self.with_tree(|tree| tree.get(key))??;
        let (sum, reply) = value.split_first_chunk::<32>()?;
        if *sum == checksum(key, reply) {
            return Some(reply.to_vec());
        }
        warn!(key, "a cached reply is damaged; it is asked for again");
        None
    }

    /// Keeps a reply under `key`, unless the store is full.
    pub(super) fn put(&self, key: &str, reply: &[u8]) {
        let length = (key.len() + 32 + reply.len()) as u64;
        let before = self.bytes.fetch_add(length, Ordering::SeqCst);
        if before.saturating_add(length) > self.bytes_max {
            self.bytes.fetch_sub(length, Ordering::SeqCst);
            return;
        }
        let mut value = checksum(key, reply).to_vec();
        value.extend(reply);
        self.with_tree(|tree| tree.insert(key, value).map(drop));
    }

    /// Asks sled, and never again once it has failed.
    fn with_tree<R>(&self, ask: impl FnOnce(&sled::Tree) -> sled::Result<R>) -> Option<R> {
        let mut tree = self.lock();
        let why = match guarded(|| tree.as_ref().map(ask)) {
            Ok(None) => return None,
            Ok(Some(Ok(answer))) => return Some(answer),
            Ok(Some(Err(error))) => error.to_string(),
            Err(why) => why,
        };
        warn!(why, "the cache failed and is not used any more");
        // A sled that fails on a page it holds would do so on every run.
        let _ = fs::write(mark_in(&self.folder), why);
        if let Some(failed) = tree.take() {
            let _ = guarded(|| drop(failed));
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, Option<sled::Tree>> {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a store, and where it is locked tries again for half a second: threads of sled's own
/// hold on to its files for a moment after whoever used it has dropped it.
fn open_once_released(path: &Path, name: &str) -> Result<(sled::Tree, u64), String> {
    for _ in 0..RELEASE_TRIES {
        match open(path, name) {
            Err(why) if is_locked(&why) => thread::sleep(RELEASE_PAUSE),
            opened => return opened,
        }
    }
    open(path, name)
}

fn is_locked(why: &str) -> bool {
    why.contains("could not acquire lock")
}

/// The folder that is sled's alone, so that nothing else is ever moved aside.
fn path_in(folder: &Path) -> PathBuf {
    folder.join("replies.sled")
}

/// Stands beside it once it has failed.
fn mark_in(folder: &Path) -> PathBuf {
    folder.join("replies.failed")
}

fn open(path: &Path, name: &str) -> Result<(sled::Tree, u64), String> {
    let config = sled::Config::new().path(path).cache_capacity(MEMORY_BYTES);
    guarded(|| {
        let db = config.open()?;
        Ok((db.open_tree(name)?, db.size_on_disk()?))
    })?
    .map_err(|error: sled::Error| error.to_string())
}

/// Runs what may panic: sled does on some of its own files when they are damaged.
fn guarded<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| "sled panicked".to_owned())
}

/// Only the last one that was moved aside is kept.
fn move_aside(path: &Path, aside: &Path) -> std::io::Result<()> {
    if aside.exists() {
        fs::remove_dir_all(aside)?;
    }
    if path.exists() {
        fs::rename(path, aside)?;
    }
    Ok(())
}

fn checksum(key: &str, reply: &[u8]) -> [u8; 32] {
    let mut engine = sha256::Hash::engine();
    engine.input(&(key.len() as u64).to_le_bytes());
    engine.input(key.as_bytes());
    engine.input(reply);
    sha256::Hash::from_engine(engine).to_byte_array()
}
