//! The plug is pulled at every change of a file; what was acknowledged is there again, and
//! going on ends with the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::chain::{NETWORK, Tree};
use super::folder::folder;
use super::plug::{MASKS, Play, contents};
use crate::ledger::disk::Disk;
use crate::ledger::{LedgerError, Writer, verify};
use crate::model::{BitcoinNetwork, BlockHash};

const CHAIN: BitcoinNetwork = NETWORK;

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
    disk: Disk,
    acknowledged: &mut Vec<BlockHash>,
) -> Result<(), LedgerError> {
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

fn with_play(then: impl Fn(&Play<'_>)) {
    let tree = tree();
    then(&Play {
        act: &|dir, disk, acknowledged| play(dir, &tree, disk, acknowledged),
        lacks: &|dir, disk, wanted| {
            let writer = Writer::open_on(dir, CHAIN, disk).unwrap();
            wanted.iter().copied().find(|hash| !writer.has(*hash))
        },
        blocks: &|dir| verify(dir, &mut |_, _| ()).unwrap().blocks as usize,
        blocks_at_the_end: tree.blocks.len(),
    });
}

#[test]
fn killed_at_any_change_it_goes_on_to_the_same_bytes() {
    with_play(|play| play.survives_any_kill(300));
}

#[test]
fn killed_again_while_it_recovers_it_goes_on_to_the_same_bytes() {
    with_play(|play| play.survives_kills_in_a_row(7));
}

#[test]
fn a_power_cut_that_loses_what_was_not_synced_loses_nothing_acknowledged() {
    with_play(|play| play.survives_power_cuts(&MASKS));
}

#[test]
fn what_a_torn_write_left_in_the_index_is_overwritten() {
    with_play(|play| overwrites_a_torn_index(&play.undisturbed().0));
}

fn overwrites_a_torn_index(expected: &BTreeMap<PathBuf, Vec<u8>>) {
    let tree = tree();
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
    assert!(contents(dir.path()) == *expected);
}
