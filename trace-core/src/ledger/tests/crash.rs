//! The plug is pulled at every change of a file; what was acknowledged is there again, and
//! going on ends with the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::chain::{NETWORK, Tree};
use super::folder::folder;
use super::{Fault, all_files};
use crate::ledger::disk::Disk;
use crate::ledger::{LedgerError, Writer, verify};
use crate::model::{BitcoinNetwork, BlockHash};

const CHAIN: BitcoinNetwork = NETWORK;
const FOREVER: u64 = u64::MAX;

/// A chain with two forks, of which the second is left in the end.
fn tree() -> Tree {
    let mut tree = Tree::straight(11, 0, 6);
    for parent in [3, 6, 7, 8, 9, 8, 11] {
        tree.grow(Some(parent));
    }
    tree
}

/// Appends what is not there yet, committing now and then. Notes what is acknowledged.
fn play(
    dir: &Path,
    tree: &Tree,
    fault: &Arc<Fault>,
    acknowledged: &mut Vec<BlockHash>,
) -> Result<(), LedgerError> {
    let disk = Disk {
        fault: Some(Arc::clone(fault)),
    };
    let mut writer = Writer::open_on(dir, CHAIN, disk)?;
    for (number, block) in tree.blocks.iter().enumerate() {
        if !writer.has(block.at.hash) {
            writer.append(block)?;
        }
        match number % 4 {
            1 => writer.checkpoint()?,
            3 => writer.commit()?,
            _ => continue,
        }
        let known = tree.blocks[..=number].iter().map(|block| block.at.hash);
        *acknowledged = known.collect();
    }
    writer.set_tip(tree.blocks[10].at.hash)?;
    writer.commit()?;
    *acknowledged = tree.blocks.iter().map(|block| block.at.hash).collect();
    Ok(())
}

fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = all_files(dir).into_iter();
    files
        .map(|path| {
            let bytes = fs::read(&path).unwrap();
            (path.strip_prefix(dir).unwrap().to_owned(), bytes)
        })
        .collect()
}

/// The files of an undisturbed run, and how many changes it took.
fn undisturbed(tree: &Tree) -> (BTreeMap<PathBuf, Vec<u8>>, u64) {
    let dir = folder();
    let fault = Arc::new(Fault::after(FOREVER, 0));
    play(dir.path(), tree, &fault, &mut Vec::new()).unwrap();
    let progress = &mut |_, _| ();
    assert_eq!(
        verify(dir.path(), progress).unwrap().blocks as usize,
        tree.blocks.len()
    );
    (contents(dir.path()), FOREVER - fault.steps_left())
}

/// Pulls the plug after so many changes; then again, so many after the restart; then goes on.
fn check(
    tree: &Tree,
    expected: &BTreeMap<PathBuf, Vec<u8>>,
    pulls: &[u64],
    power_cut: Option<u64>,
) {
    let dir = folder();
    let mut acknowledged = Vec::new();
    for (turn, pull) in pulls.iter().enumerate() {
        let before = all_files(dir.path()).into_iter();
        let before = before
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        let torn = (pull * 7 % 61) as usize;
        let fault = Arc::new(Fault::after(*pull, torn));
        let error = play(dir.path(), tree, &fault, &mut acknowledged);
        assert!(error.is_err() || turn > 0, "the plug was pulled too late");
        if let Some(mask) = power_cut {
            fault.lose(&before, |file| mask >> (file % 64) & 1 == 1, dir.path());
        }
    }
    let disk = Disk {
        fault: Some(Arc::new(Fault::after(FOREVER, 0))),
    };
    let writer = Writer::open_on(dir.path(), CHAIN, disk).unwrap();
    let lost = acknowledged.iter().find(|hash| !writer.has(**hash));
    assert_eq!(lost, None, "after {pulls:?}");
    drop(writer);
    let fault = Arc::new(Fault::after(FOREVER, 0));
    play(dir.path(), tree, &fault, &mut acknowledged).unwrap();
    let found = contents(dir.path());
    assert!(found.keys().eq(expected.keys()), "{:?}", found.keys());
    for (path, bytes) in expected {
        assert!(
            found[path] == *bytes,
            "{} differs after {pulls:?}",
            path.display()
        );
    }
}

#[test]
fn killed_at_any_change_it_goes_on_to_the_same_bytes() {
    let tree = tree();
    let (expected, changes) = undisturbed(&tree);
    assert!(changes > 300, "{changes}");
    for pull in 1..changes {
        check(&tree, &expected, &[pull], None);
    }
}

#[test]
fn killed_again_while_it_recovers_it_goes_on_to_the_same_bytes() {
    let tree = tree();
    let (expected, changes) = undisturbed(&tree);
    for pull in (3..changes).step_by(7) {
        check(
            &tree,
            &expected,
            &[pull, 1 + pull * 5 % 40, 1 + pull % 9],
            None,
        );
    }
}

#[test]
fn a_power_cut_that_loses_what_was_not_synced_loses_nothing_acknowledged() {
    let tree = tree();
    let (expected, changes) = undisturbed(&tree);
    let masks = [u64::MAX, 0x5555_5555_5555_5555, 0x0f33_a5c3_96e1_7b2d];
    for pull in 1..changes {
        let mask = masks[usize::try_from(pull).unwrap() % masks.len()];
        check(&tree, &expected, &[pull], Some(mask));
    }
}

#[test]
fn what_a_torn_write_left_in_the_index_is_overwritten() {
    let tree = tree();
    let (expected, _) = undisturbed(&tree);
    let dir = folder();
    let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
    writer.append(&tree.blocks[0]).unwrap();
    writer.commit().unwrap();
    let path = dir.path().join("index/spender");
    let stamped = fs::read(&path).unwrap();
    for block in &tree.blocks[1..] {
        writer.append(block).unwrap();
    }
    writer.set_tip(tree.blocks[10].at.hash).unwrap();
    writer.checkpoint().unwrap();
    drop(writer);
    // What is from behind the stamp may be half a number.
    let mut bytes = fs::read(&path).unwrap();
    let stamped = stamped.chunks(4).chain(std::iter::repeat(&[0; 4][..]));
    for (number, stamped) in bytes.chunks_mut(4).zip(stamped) {
        if number[0] > 1 && stamped == [0; 4] {
            number[0] >>= 1;
        }
    }
    fs::write(&path, bytes).unwrap();
    drop(Writer::open(dir.path(), CHAIN).unwrap());
    assert!(contents(dir.path()) == expected);
}
