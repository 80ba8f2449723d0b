//! A disk that fails, and what a ledger makes of it.

#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what a test cannot go on without fails it, and its numbers are small"
)]

#[path = "../../../tests/ledger/chain.rs"]
#[expect(dead_code, reason = "some of it is for the tests of views")]
mod chain;
mod crash;
#[path = "../../../tests/ledger/folder.rs"]
pub(crate) mod folder;
pub(crate) mod plug;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

pub(crate) use super::disk::Disk;

/// A disk whose plug is pulled after a number of changes, or on which no room is left then.
/// Whoever comes later is told that it is full: no other refusal has a name.
#[derive(Debug)]
pub(crate) struct Fault {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    steps_left: u64,
    /// Of a write that is cut off, this many bytes still reach the disk, as far as it has them.
    torn_bytes: usize,
    /// The bytes of every file when it was last synced.
    synced: BTreeMap<PathBuf, Vec<u8>>,
}

impl Fault {
    pub(crate) fn after(steps: u64, torn_bytes: usize) -> Self {
        let state = State {
            steps_left: steps,
            torn_bytes,
            synced: BTreeMap::new(),
        };
        Self {
            state: Mutex::new(state),
        }
    }

    /// Changes that are still to come before the plug is pulled.
    fn steps_left(&self) -> u64 {
        self.state.lock().unwrap().steps_left
    }

    /// Makes room again.
    pub(crate) fn free(&self) {
        self.state.lock().unwrap().steps_left = plug::FOREVER;
    }

    pub(crate) fn step<'a>(&self, bytes: &'a [u8]) -> io::Result<(&'a [u8], &'a [u8])> {
        let mut state = self.state.lock().unwrap();
        match state.steps_left {
            0 => Err(io::ErrorKind::StorageFull.into()),
            1 => {
                state.steps_left = 0;
                let torn = state.torn_bytes.min(bytes.len().saturating_sub(1));
                if bytes.is_empty() {
                    return Err(io::ErrorKind::StorageFull.into());
                }
                Ok(bytes.split_at(torn))
            }
            _ => {
                state.steps_left -= 1;
                Ok((bytes, &[]))
            }
        }
    }

    pub(crate) fn sync(&self, path: &Path) -> io::Result<()> {
        let bytes = fs::read(path)?;
        let mut state = self.state.lock().unwrap();
        state.synced.insert(path.to_owned(), bytes);
        Ok(())
    }

    /// Takes back what was never synced, in some of the files: what a power cut does and the
    /// end of a process does not. `before` is what was on the disk to begin with. A file may
    /// have kept its length all the same, with zeros where its bytes never arrived.
    pub(crate) fn lose(
        &self,
        before: &BTreeMap<PathBuf, Vec<u8>>,
        is_lost: impl Fn(usize) -> bool,
        dir: &Path,
    ) {
        let state = self.state.lock().unwrap();
        for (number, path) in all_files(dir).into_iter().enumerate() {
            // A file gets its name only once it is synced, under another one.
            let unfinished = path.with_extension("unfinished");
            let synced = state
                .synced
                .get(&path)
                .or_else(|| state.synced.get(&unfinished));
            let held = synced.or_else(|| before.get(&path));
            if is_lost(number) {
                let length = fs::read(&path).unwrap().len();
                let mut held = held.cloned().unwrap_or_default();
                if is_lost(number + 1) && held.len() < length {
                    held.resize(length, 0);
                }
                fs::write(&path, held).unwrap();
            }
        }
    }
}

fn all_files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(all_files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
