//! A folder whose node is running, pruning or ruining it.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use testdata::node::{Node, Options, bitcoind};
use trace_core::source::block_files::BlockFiles;

use crate::folder::{Folder, ask, assert_chain, economy, hash, record, records};

#[test]
fn what_is_written_after_opening_is_seen_by_opening_again() {
    let blocks = economy(12);
    let folder = Folder::plain();
    folder.write("blk00000.dat", &records(&blocks[..10]), 0);
    let before = folder.open();
    let mut file = OpenOptions::new()
        .append(true)
        .open(folder.file("blk00000.dat"))
        .unwrap();
    file.write_all(&record(&blocks[10])).unwrap();
    folder.write("blk00001.dat", &record(&blocks[11]), 0);
    assert_chain(&before, 0, &blocks[..10]);
    assert!(ask(&before, &format!("block/{}", hash(&blocks[11]))).is_err());
    assert_chain(&folder.open(), 0, &blocks);
}

#[test]
fn a_file_that_vanishes_or_changes_is_an_error_that_names_it() {
    let blocks = economy(10);
    let folder = Folder::plain();
    folder.write("blk00000.dat", &records(&blocks[..5]), 0);
    folder.write("blk00001.dat", &records(&blocks[5..]), 0);
    let files = folder.open();
    let read = |index: usize| ask(&files, &format!("block/{}", hash(&blocks[index])));
    let length = fs::metadata(folder.file("blk00001.dat")).unwrap().len();
    let file = OpenOptions::new()
        .write(true)
        .open(folder.file("blk00001.dat"))
        .unwrap();
    file.set_len(length - 1).unwrap();
    let error = read(9).unwrap_err();
    assert!(
        error.contains("blk00001.dat: byte ") && error.contains("cut off"),
        "{error}"
    );
    folder.write("blk00001.dat", &vec![7; records(&blocks[5..]).len()], 0);
    let error = read(6).unwrap_err();
    assert!(error.contains("another block"), "{error}");
    fs::remove_file(folder.file("blk00001.dat")).unwrap();
    let error = read(5).unwrap_err();
    assert!(error.contains("blk00001.dat: No such file"), "{error}");
    read(4).unwrap();
}

#[test]
fn the_folder_of_a_running_node_is_read_and_a_reorganisation_is_seen() {
    let test = "the_folder_of_a_running_node_is_read_and_a_reorganisation_is_seen";
    let Some(program) = bitcoind(test) else {
        return;
    };
    let node = Node::start(&program, &Options::default()).unwrap();
    let blocks = economy(120);
    testdata::economy::submit(&node, &blocks).unwrap();
    let open = || BlockFiles::open(&node.blocks_folder(), None).unwrap();
    let files = open();
    assert_chain(&files, 0, &blocks);
    assert_eq!(files.skipped(), []);
    assert!(fs::metadata(node.blocks_folder().join("xor.dat")).is_ok());
    for block in &blocks[1..] {
        let undo = ask(&files, &format!("undo/{}", hash(block))).unwrap();
        assert_eq!(usize::from(undo[0]), block.txdata.len() - 1);
    }

    // A folder does not say what its node holds for invalid: what counts is work.
    let fork = blocks[117].block_hash().to_string();
    node.call("invalidateblock", &serde_json::json!([fork]))
        .unwrap();
    let miner = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
    node.mine(1, miner).unwrap();
    assert_chain(&open(), 0, &blocks);
    node.mine(3, miner).unwrap();
    let after = open();
    let tip = node
        .call_text("getbestblockhash", &serde_json::json!([]))
        .unwrap();
    assert_eq!(
        ask(&after, "tip").unwrap(),
        format!("120 {tip}").into_bytes()
    );
    // The stale branch stays, with what it spent.
    let undo = ask(&after, &format!("undo/{}", hash(&blocks[118]))).unwrap();
    assert_eq!(usize::from(undo[0]), blocks[118].txdata.len() - 1);
}
