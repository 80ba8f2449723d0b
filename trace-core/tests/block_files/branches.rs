//! Which of the blocks are the chain, and how high it is.

use bitcoin::Block;
use futures_util::FutureExt as _;
use trace_core::source::BlockSource as _;
use trace_core::source::block_files::LocalBlocks;

use crate::folder::{Folder, ask, assert_chain, economy, hash, rebuilt, record, records};

/// The least work a block of regtest can show: two hashes.
const EASY: u32 = 0x207f_ffff;
/// Thirty-two times that.
const HARD: u32 = 0x2003_ffff;

#[test]
fn of_equal_branches_the_one_found_first_is_the_chain() {
    let blocks = economy(6);
    let stale = rebuilt(&blocks[4], &blocks[4], EASY);
    for (first, second) in [(&blocks[5], &stale), (&stale, &blocks[5])] {
        let folder = Folder::plain();
        folder.write("blk00000.dat", &records(&blocks[..5]), 0);
        folder.write("blk00001.dat", &records([first, second]), 0);
        let files = folder.open();
        assert_chain(&files, 0, blocks[..5].iter().chain([first]));
        // The other one is there for who asks for it.
        assert!(ask(&files, &format!("block/{}", hash(second))).is_ok());
        assert_eq!(files.skipped(), []);
    }
}

#[test]
fn a_longer_branch_is_the_chain_wherever_it_lies() {
    let blocks = economy(6);
    let mut branch = vec![rebuilt(&blocks[5], &blocks[3], EASY)];
    for block in &blocks[4..6] {
        branch.push(rebuilt(block, branch.last().unwrap(), EASY));
    }
    branch.reverse();
    let chain: Vec<&Block> = blocks[..4].iter().chain(branch.iter().rev()).collect();
    for names in [
        ["blk00000.dat", "blk00001.dat"],
        ["blk00001.dat", "blk00000.dat"],
    ] {
        let folder = Folder::plain();
        folder.write(names[0], &records(&blocks), 0);
        folder.write(names[1], &records(&branch), 0);
        assert_chain(&folder.open(), 0, chain.iter().copied());
    }
}

#[test]
fn as_a_source_it_names_the_blocks_up_to_its_tip_whatever_is_asked() {
    let blocks = economy(6);
    let folder = Folder::plain();
    folder.write("blk00000.dat", &records(&blocks), 0);
    let source = LocalBlocks::over(folder.open()).now_or_never();
    let source = source.unwrap().unwrap();
    let named = |from: u32, to: u32| -> Vec<u32> {
        let refs = source.refs(from, to).now_or_never().unwrap().unwrap();
        refs.iter().map(|at| at.height).collect()
    };
    assert_eq!(named(0, u32::MAX), [0, 1, 2, 3, 4, 5]);
    assert_eq!(named(2, 3), [2, 3]);
    assert_eq!(named(6, 9), [0; 0]);
    assert_eq!(named(3, 2), [0; 0]);
}

#[test]
fn work_decides_and_not_height() {
    let blocks = economy(10);
    let heavy = rebuilt(&blocks[5], &blocks[3], HARD);
    let folder = Folder::plain();
    folder.write("blk00000.dat", &records(blocks.iter().chain([&heavy])), 0);
    assert_chain(&folder.open(), 0, blocks[..4].iter().chain([&heavy]));
}

#[test]
fn work_that_is_claimed_and_not_shown_does_not_count() {
    let blocks = economy(6);
    let mut claims = rebuilt(&blocks[5], &blocks[3], EASY);
    claims.header.bits = bitcoin::CompactTarget::from_consensus(0x1d00_ffff);
    let folder = Folder::plain();
    folder.write("blk00000.dat", &records(blocks.iter().chain([&claims])), 0);
    assert_chain(&folder.open(), 0, &blocks);
}

#[test]
fn without_its_first_blocks_a_chain_begins_at_the_height_its_coinbases_state() {
    let blocks = economy(40);
    for first in [1, 10, 17, 39] {
        let folder = Folder::plain();
        folder.write("blk00007.dat", &records(&blocks[first..]), 0);
        let files = folder.open();
        assert_chain(&files, u32::try_from(first).unwrap(), &blocks[first..]);
        let outside = ask(&files, &format!("refs/0/{}", first - 1)).unwrap();
        assert_eq!(outside, b"");
    }
}

#[test]
fn a_height_that_nobody_states_or_that_is_contradicted_is_not_made_up() {
    let mut blocks = economy(6);
    let folder = Folder::plain();
    // The third block's coinbase on the fourth: one too low.
    let wrong = rebuilt(&blocks[3], &blocks[4], EASY);
    folder.write(
        "blk00003.dat",
        &records(blocks[3..5].iter().chain([&wrong])),
        0,
    );
    let refused = folder.refused();
    assert!(refused.contains("blk00003.dat: byte "), "{refused}");
    assert!(refused.contains(&hash(&wrong).to_string()), "{refused}");
    assert!(refused.contains("states height 3"), "{refused}");

    for block in &mut blocks {
        block.header.version = bitcoin::block::Version::ONE;
    }
    folder.write("blk00003.dat", &record(&blocks[3]), 0);
    let refused = folder.refused();
    assert!(refused.contains("its height cannot be known"), "{refused}");
}

#[test]
fn blocks_that_hang_in_the_air_are_named_and_do_not_count() {
    let blocks = economy(30);
    let folder = Folder::plain();
    folder.write("blk00000.dat", &records(&blocks[..5]), 0);
    let between = records(&blocks[10..12]);
    folder.write(
        "blk00002.dat",
        &[
            between.clone(),
            records(&blocks[5..7]),
            records(&blocks[12..]),
        ]
        .concat(),
        0,
    );
    let files = folder.open();
    assert_chain(&files, 0, &blocks[..7]);
    let name = || "blk00002.dat".to_owned();
    let why = || "Unconnected".to_owned();
    let from = (between.len() + records(&blocks[5..7]).len()) as u64;
    assert_eq!(
        Folder::skipped(&files),
        [
            (name(), 0, between.len() as u64, why()),
            (name(), from, records(&blocks[12..]).len() as u64, why()),
        ]
    );
}

#[test]
fn a_block_that_lies_there_twice_counts_once() {
    let blocks = economy(5);
    let folder = Folder::plain();
    folder.write(
        "blk00000.dat",
        &records(blocks.iter().chain(&blocks[2..4])),
        0,
    );
    folder.write("blk00001.dat", &records(&blocks[1..]), 0);
    let files = folder.open();
    assert_chain(&files, 0, &blocks);
    assert_eq!(files.skipped(), []);
}

#[test]
fn a_folder_without_blocks_says_so() {
    let folder = Folder::plain();
    assert!(folder.refused().ends_with("holds no blk*.dat"));
    folder.write("blk00000.dat", b"no block at all", 0);
    assert!(folder.refused().contains("a network known here"));
    let network = Some(trace_core::model::BitcoinNetwork::Signet);
    let refused = trace_core::source::block_files::BlockFiles::open(folder.path(), network);
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .ends_with("no block of bitcoin-signet")
    );
    std::fs::write(folder.file("xor.dat"), [1, 2, 3]).unwrap();
    assert!(
        folder
            .refused()
            .ends_with("xor.dat: 3 bytes where a key has 8")
    );
}
