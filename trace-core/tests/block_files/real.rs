//! Blocks of the real chain, raw and as a real node kept them.

use std::collections::HashMap;

use testdata::recorded;
use trace_core::model::{BlockRef, OutPoint};
use trace_core::normalise::{self, RawBlock, Spent};
use trace_core::source::block_files::BlockFiles;

use crate::folder::ask;

#[test]
fn raw_blocks_and_the_folder_of_a_real_node_are_the_same_chain() {
    let Some(data) = recorded::folder() else {
        return;
    };
    let raw = BlockFiles::open(&data.join("bitcoin/mainnet-0-4312"), None).unwrap();
    let (_dir, folder) = recorded::core_blocks_folder(&data).unwrap();
    let core = BlockFiles::open(&folder, None).unwrap();
    assert_eq!(raw.skipped(), []);
    assert_eq!(core.skipped(), []);
    let text =
        |files: &BlockFiles, name: &str| String::from_utf8(ask(files, name).unwrap()).unwrap();
    let refs = text(&raw, "refs/0/10000");
    assert_eq!(refs, text(&core, "refs/0/10000"));
    assert_eq!(refs.lines().count(), 4_313);
    assert_eq!(refs.lines().last().unwrap(), text(&core, "tip"));
    assert_eq!(text(&raw, "tip"), text(&core, "tip"));
    let mut inputs = 0;
    let mut unspent = HashMap::new();
    for line in refs.lines() {
        let (height, hash) = line.split_once(' ').unwrap();
        let at = BlockRef {
            height: height.parse().unwrap(),
            hash: hash.parse().unwrap(),
        };
        let bytes = ask(&raw, &format!("block/{hash}")).unwrap();
        assert_eq!(bytes, ask(&core, &format!("block/{hash}")).unwrap());
        assert_eq!(ask(&raw, &format!("undo/{hash}")).unwrap(), b"");
        let undo = ask(&core, &format!("undo/{hash}")).unwrap();
        // A node keeps none for the genesis block.
        assert_eq!(undo.is_empty(), at.height == 0, "{line}");
        let spent = if undo.is_empty() {
            Spent::Unknown
        } else {
            Spent::Undo(undo)
        };
        let block = bytes;
        let block = normalise::block(&RawBlock::Serialised { at, block, spent }).unwrap();
        for transaction in block.transactions {
            for input in transaction.inputs {
                assert_eq!(input.prevout, unspent.remove(&input.spends), "{line}");
                assert!(input.prevout.is_some(), "{line}");
                inputs += 1;
            }
            for (vout, output) in (0..).zip(transaction.outputs) {
                let txid = transaction.txid;
                unspent.insert(OutPoint { txid, vout }, output);
            }
        }
    }
    assert_eq!(inputs, 247);
}
