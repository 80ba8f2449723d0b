//! What blocks spent is found beside them.

use std::fs;

use bitcoin::hashes::{Hash as _, sha256d};
use proptest::prelude::*;
use testdata::simulator::{Settings, SimulatedBlock, Simulation, write_files};
use trace_core::model::BlockHash;
use trace_core::source::block_files::BlockFiles;

use crate::folder::{Folder, ask};

const MAGIC: [u8; 4] = [0xf9, 0xbe, 0xb4, 0xd9];
const SETTINGS: Settings = Settings {
    seed: 11,
    transactions: 10_000,
    block_transactions_max: 400,
};

fn undo(files: &BlockFiles, block: &SimulatedBlock) -> Vec<u8> {
    ask(files, &format!("undo/{}", BlockHash(block.hash))).unwrap()
}

fn framed(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap();
    [&MAGIC, &length.to_le_bytes()[..], content].concat()
}

fn undo_record(block: &SimulatedBlock) -> Vec<u8> {
    let checked = [&block.previous[..], &block.undo].concat();
    [
        framed(&block.undo),
        sha256d::Hash::hash(&checked).to_byte_array().to_vec(),
    ]
    .concat()
}

#[test]
fn a_simulated_folder_gives_every_block_and_what_it_spent() {
    let folder = tempfile::tempdir().unwrap();
    write_files(SETTINGS, folder.path(), |_| ()).unwrap();
    let blocks_folder = folder.path().join("blocks");
    let files = BlockFiles::open(&blocks_folder, None).unwrap();
    assert_eq!(ask(&files, "chain").unwrap(), b"bitcoin");
    let mut last = None;
    for block in Simulation::new(SETTINGS) {
        let hash = BlockHash(block.hash);
        let at = format!("{} {hash}", block.height);
        let refs = ask(&files, &format!("refs/{0}/{0}", block.height)).unwrap();
        assert_eq!(String::from_utf8(refs).unwrap().trim_end(), at);
        assert_eq!(ask(&files, &format!("block/{hash}")).unwrap(), block.bytes);
        // A node keeps none for the genesis block.
        let spent = if block.height == 0 {
            &[]
        } else {
            &block.undo[..]
        };
        assert_eq!(undo(&files, &block), spent);
        last = Some(at);
    }
    assert_eq!(ask(&files, "tip").unwrap(), last.unwrap().into_bytes());
    assert_eq!(files.skipped(), []);

    fs::remove_file(blocks_folder.join("rev00000.dat")).unwrap();
    let without = BlockFiles::open(&blocks_folder, None).unwrap();
    let tip = Simulation::new(SETTINGS).last().unwrap();
    assert_eq!(undo(&without, &tip), b"");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn undo_records_in_any_order_are_those_of_their_blocks(
        order in Just((0..130).collect::<Vec<usize>>()).prop_shuffle(),
        asked in Just((0..130).collect::<Vec<usize>>()).prop_shuffle(),
        // A byte that the key makes zero on the disk passes for room that was never written.
        key in prop::option::of(any::<[u8; 8]>().prop_map(|key| key.map(|byte| byte | 0x80))),
        lost in 0_usize..130,
        copied in any::<bool>(),
    ) {
        let settings = Settings { transactions: 2_000, ..SETTINGS };
        let blocks: Vec<_> = Simulation::new(settings).take(131).collect();
        let folder = Folder::with_key(key);
        let plain: Vec<u8> = blocks.iter().flat_map(|block| framed(&block.bytes)).collect();
        let at = usize::from(copied);
        folder.write("blk00000.dat", &plain, 0);
        if copied {
            // As after a crash: the same blocks once more, and their undo data there.
            folder.write("blk00001.dat", &plain, 0);
        }
        let mut records = Vec::new();
        for (place, index) in order.iter().enumerate() {
            let mut record = undo_record(&blocks[index + 1]);
            if *index == lost {
                *record.last_mut().unwrap() ^= 1;
            }
            records.extend(record);
            if place == 60 {
                records.extend(b"between");
            }
        }
        folder.write(&format!("rev0000{at}.dat"), &records, 5000);
        let files = BlockFiles::open(folder.path(), None).unwrap();
        for index in asked {
            let block = &blocks[index + 1];
            let spent = if index == lost { &[] } else { &block.undo[..] };
            prop_assert_eq!(undo(&files, block), spent);
        }
        let [(name, _, 7, _)] = &Folder::skipped(&files)[..] else {
            panic!("one run: {:?}", files.skipped())
        };
        prop_assert_eq!(name, &format!("rev0000{at}.dat"));
    }
}
