//! A play of a writer during which the plug is pulled at every change of a file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder::folder;
use super::{Disk, Fault, all_files};
use crate::ledger::LedgerError;
use crate::model::BlockHash;

pub(crate) const FOREVER: u64 = u64::MAX;

/// Which files lose what was not synced, a bit each.
pub(crate) const MASKS: [u64; 3] = [u64::MAX, 0x5555_5555_5555_5555, 0x0f33_a5c3_96e1_7b2d];

type Act<'a> = dyn Fn(&Path, Disk, &mut Vec<BlockHash>) -> Result<(), LedgerError> + 'a;
type Lacks<'a> = dyn Fn(&Path, Disk, &[BlockHash]) -> Option<BlockHash> + 'a;

/// Something that is written to a ledger, for tests of one or the other kind of it.
pub(crate) struct Play<'a> {
    /// Adds what is not there yet, committing now and then, and notes what is acknowledged.
    pub(crate) act: &'a Act<'a>,
    /// The first of some blocks that a writer opened now does not hold.
    pub(crate) lacks: &'a Lacks<'a>,
    /// Verifies the folder and counts its blocks.
    pub(crate) blocks: &'a dyn Fn(&Path) -> usize,
    /// How many blocks there are in the end.
    pub(crate) blocks_at_the_end: usize,
}

pub(crate) fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = all_files(dir).into_iter();
    files
        .map(|path| {
            let bytes = fs::read(&path).unwrap();
            (path.strip_prefix(dir).unwrap().to_owned(), bytes)
        })
        .collect()
}

pub(crate) fn disk(fault: &Arc<Fault>) -> Disk {
    Disk {
        fault: Some(Arc::clone(fault)),
    }
}

impl Play<'_> {
    /// The files of an undisturbed run, and how many changes it took.
    pub(crate) fn undisturbed(&self) -> (BTreeMap<PathBuf, Vec<u8>>, u64) {
        let dir = folder();
        let fault = Arc::new(Fault::after(FOREVER, 0));
        (self.act)(dir.path(), disk(&fault), &mut Vec::new()).unwrap();
        assert_eq!((self.blocks)(dir.path()), self.blocks_at_the_end);
        (contents(dir.path()), FOREVER - fault.steps_left())
    }

    /// Killed at any change it goes on to the same bytes.
    pub(crate) fn survives_any_kill(&self, changes_min: u64) {
        let (expected, changes) = self.undisturbed();
        assert!(changes > changes_min, "{changes}");
        for pull in 1..changes {
            self.check(&expected, &[pull], None);
        }
    }

    /// And killed again while it recovers, tried at one in `every` changes.
    pub(crate) fn survives_kills_in_a_row(&self, every: usize) {
        let (expected, changes) = self.undisturbed();
        for pull in (3..changes).step_by(every) {
            let pulls = [pull, 1 + pull * 5 % 40, 1 + pull % 9];
            self.check(&expected, &pulls, None);
        }
    }

    /// A power cut that loses what was not synced loses nothing acknowledged.
    pub(crate) fn survives_power_cuts(&self, masks: &[u64]) {
        let (expected, changes) = self.undisturbed();
        for pull in 1..changes {
            let mask = masks[usize::try_from(pull).unwrap() % masks.len()];
            self.check(&expected, &[pull], Some(mask));
        }
    }

    /// Pulls the plug after so many changes; then again, so many after the restart; then goes
    /// on.
    fn check(&self, expected: &BTreeMap<PathBuf, Vec<u8>>, pulls: &[u64], power_cut: Option<u64>) {
        let dir = folder();
        let mut acknowledged = Vec::new();
        for (turn, pull) in pulls.iter().enumerate() {
            let before = all_files(dir.path()).into_iter();
            let before = before
                .map(|path| (path.clone(), fs::read(path).unwrap()))
                .collect();
            let torn = (pull * 7 % 61) as usize;
            let fault = Arc::new(Fault::after(*pull, torn));
            let done = (self.act)(dir.path(), disk(&fault), &mut acknowledged);
            assert!(done.is_err() || turn > 0, "the plug was pulled too late");
            if let Some(mask) = power_cut {
                fault.lose(&before, |file| mask >> (file % 64) & 1 == 1, dir.path());
            }
        }
        let fault = Arc::new(Fault::after(FOREVER, 0));
        let lost = (self.lacks)(dir.path(), disk(&fault), &acknowledged);
        assert_eq!(lost, None, "after {pulls:?}");
        (self.act)(dir.path(), disk(&fault), &mut acknowledged).unwrap();
        let found = contents(dir.path());
        assert!(found.keys().eq(expected.keys()), "{:?}", found.keys());
        for (path, bytes) in expected {
            let path_shown = path.display();
            assert!(
                found[path] == *bytes,
                "{path_shown} differs after {pulls:?}"
            );
        }
    }
}
