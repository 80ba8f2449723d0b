//! Chains with forks: every view of every tip.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use trace_core::ledger::{Ledger, Writer};
use trace_core::model::BitcoinNetwork;

use crate::chain::{NETWORK, Tree, addresses};
use crate::contents::files;
use crate::folder::folder;
use crate::naive::{Naive, check_stale};

const CHAIN: BitcoinNetwork = NETWORK;

/// What a test does with the tree that it grows.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// Adds a block on the last one.
    Grow,
    /// Adds a block on the one so many before the last one added.
    Fork(usize),
    /// Makes a block the tip that was added so long ago.
    Choose(usize),
    Commit,
    Checkpoint,
    Reopen,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        10 => Just(Act::Grow),
        3 => (0_usize..12).prop_map(Act::Fork),
        1 => (0_usize..12).prop_map(Act::Choose),
        2 => Just(Act::Commit),
        1 => Just(Act::Checkpoint),
        1 => Just(Act::Reopen),
    ]
}

/// Plays a story in a folder and returns the tree and which of its blocks is the tip.
fn play(dir: &Path, seed: u64, first_height: u32, acts: &[Act]) -> (Tree, usize) {
    let mut tree = Tree::new(seed, first_height);
    let mut writer = Writer::open(dir, CHAIN).unwrap();
    let mut tip = 0;
    writer.append(&tree.blocks[0]).unwrap();
    for act in acts {
        let back = |by: usize| tree.blocks.len().saturating_sub(by + 1);
        match *act {
            Act::Grow | Act::Fork(_) => {
                let parent = match *act {
                    Act::Fork(by) => back(by),
                    _ => tip,
                };
                tip = tree.grow(Some(parent));
                writer.append(&tree.blocks[tip]).unwrap();
            }
            Act::Choose(by) => {
                tip = back(by);
                writer.set_tip(tree.blocks[tip].at.hash).unwrap();
            }
            Act::Commit => writer.commit().unwrap(),
            Act::Checkpoint => writer.checkpoint().unwrap(),
            Act::Reopen => {
                writer.checkpoint().unwrap();
                drop(writer);
                writer = Writer::open(dir, CHAIN).unwrap();
            }
        }
        assert_eq!(writer.tip(), Some(tree.blocks[tip].at));
    }
    writer.commit().unwrap();
    (tree, tip)
}

fn check_all(dir: &Path, tree: &Tree, tip: usize) {
    let ledger = Ledger::open(dir).unwrap();
    let view = ledger.view().unwrap();
    Naive::of(tree.branch(tip), addresses()).check(&view);
    let blocks: Vec<_> = tree.blocks.iter().collect();
    for (number, block) in tree.blocks.iter().enumerate() {
        let view = ledger.view_at(block.at.hash).unwrap();
        let branch = tree.branch(number);
        check_stale(&view, &blocks, &branch);
        if number % 3 == 0 || number + 4 > tree.blocks.len() {
            Naive::of(branch, addresses()).check(&view);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_view_of_a_forked_chain_answers_as_a_naive_one_does(
        seed: u64,
        first_height in prop_oneof![Just(0_u32), Just(700_000)],
        acts in proptest::collection::vec(act(), 0..50),
    ) {
        let dir = folder();
        let (tree, tip) = play(dir.path(), seed, first_height, &acts);
        check_all(dir.path(), &tree, tip);
    }

    #[test]
    fn the_bytes_depend_on_the_blocks_and_not_on_when_they_were_committed(
        seed: u64,
        acts in proptest::collection::vec(act(), 0..50),
    ) {
        let is_choice = |act: &&Act| !matches!(act, Act::Choose(_));
        let acts: Vec<Act> = acts.iter().filter(is_choice).copied().collect();
        let is_block = |act: &&Act| matches!(act, Act::Grow | Act::Fork(_));
        let plain: Vec<Act> = acts.iter().filter(is_block).copied().collect();
        let (one, other) = (folder(), folder());
        play(one.path(), seed, 0, &acts);
        play(other.path(), seed, 0, &plain);
        prop_assert_eq!(files(one.path()), files(other.path()));
    }
}

#[test]
fn an_index_that_was_deleted_comes_back_with_the_same_bytes() {
    let dir = folder();
    let acts: Vec<Act> = (0..40)
        .map(|n| if n % 9 == 5 { Act::Fork(3) } else { Act::Grow })
        .collect();
    let (tree, tip) = play(dir.path(), 5, 0, &acts);
    let before = files(dir.path());
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    drop(Writer::open(dir.path(), CHAIN).unwrap());
    assert_eq!(files(dir.path()), before);
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    check_all(dir.path(), &tree, tip);
    assert_eq!(files(dir.path()), before);
}

/// Three coinbases in a row have one name; the last of them is spent, and a fourth has the name
/// again. Whoever opens the ledger then holds the fourth to be unspent, and none of the others.
#[test]
fn a_name_that_was_taken_over_spent_and_given_again_is_unspent_after_opening() {
    let mut acts = [Act::Grow; 9];
    acts[4] = Act::Reopen;
    let dir = folder();
    let (tree, tip) = play(dir.path(), 1_382_187_408_708_427_236, 0, &acts);
    let coinbases = tree.blocks.iter().map(|block| block.transactions[0].txid);
    assert!(
        coinbases.collect::<Vec<_>>()[1..5]
            .windows(2)
            .all(|pair| pair[0] == pair[1])
    );
    check_all(dir.path(), &tree, tip);
}
