//! However the records lie there, and whatever lies between them, the chain is the same.

use bitcoin::consensus::serialize;
use proptest::prelude::*;
use trace_core::source::block_files::BlockFiles;

use crate::folder::{Folder, assert_chain, economy, framed, record, records};

/// No byte of it, laid over a letter or over nothing, gives zero.
const KEY: [u8; 8] = [0xfc, 0x82, 0x84, 0xbd, 0xda, 0xb2, 0xd1, 0x89];

/// What lies behind a record.
#[derive(Clone, Debug)]
enum Behind {
    Nothing,
    Zeros(usize),
    Garbage(Vec<u8>),
}

fn behind() -> impl Strategy<Value = Behind> {
    prop_oneof![
        4 => Just(Behind::Nothing),
        1 => (1_usize..200_000).prop_map(Behind::Zeros),
        1 => prop::collection::vec(b'a'..=b'z', 1..300).prop_map(Behind::Garbage),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn blocks_in_any_order_in_any_files_with_anything_between_are_one_chain(
        order in Just((0..40).collect::<Vec<usize>>()).prop_shuffle(),
        places in prop::collection::vec((0_usize..4, behind()), 40),
        key in prop::option::of(Just(KEY)),
        zeros in 0_usize..100_000,
    ) {
        let blocks = economy(40);
        let mut files = vec![Vec::new(); 4];
        let mut garbage = Vec::new();
        for (index, (file, behind)) in order.iter().zip(&places) {
            files[*file].extend(record(&blocks[*index]));
            match behind {
                Behind::Nothing => {}
                Behind::Zeros(count) => {
                    let length = files[*file].len() + count;
                    files[*file].resize(length, 0);
                }
                Behind::Garbage(bytes) => {
                    let from = files[*file].len() as u64;
                    let why = "NoRecord".to_owned();
                    garbage.push((format!("blk0000{file}.dat"), from, bytes.len() as u64, why));
                    files[*file].extend(bytes);
                }
            }
        }
        let folder = Folder::with_key(key);
        for (number, plain) in files.iter().enumerate() {
            folder.write(&format!("blk0000{number}.dat"), plain, zeros);
        }
        let opened = folder.open();
        assert_chain(&opened, 0, &blocks);
        garbage.sort();
        prop_assert_eq!(Folder::skipped(&opened), garbage);
    }

    #[test]
    fn no_bytes_make_it_panic(
        pieces in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..400),
            any::<u32>().prop_map(|length| {
                [&framed(b"")[..4], &(length % 5000).to_le_bytes()].concat()
            }),
            (0_usize..5, 0_usize..900).prop_map(|(index, cut)| {
                let bytes = record(&economy(5)[index]);
                bytes[..cut.min(bytes.len())].to_vec()
            }),
        ], 0..20),
        undo in any::<bool>(),
    ) {
        let folder = Folder::plain();
        let bytes = [records(&economy(2)), pieces.concat()].concat();
        folder.write("blk00000.dat", &bytes, 0);
        if undo {
            folder.write("rev00000.dat", &bytes, 0);
        }
        let files = folder.open();
        let tip = crate::folder::ask(&files, "tip").unwrap();
        let hash = String::from_utf8(tip).unwrap();
        let hash = hash.split(' ').nth(1).unwrap();
        let _ = crate::folder::ask(&files, &format!("undo/{hash}"));
    }
}

/// Checks the chain for every length of the last record that was written, with `rest` of what
/// the record would take on the disk.
fn check_torn(key: Option<[u8; 8]>, rest: impl Fn(&[u8]) -> Vec<u8>) {
    let blocks = economy(110);
    // A small one with a witness, which its merkle root does not cover.
    let with_witness = (3..blocks.len()).filter(|index| has_witness(&blocks[*index]));
    let tip = with_witness
        .min_by_key(|index| blocks[*index].total_size())
        .unwrap();
    let first = tip - 3;
    let whole = records(&blocks[first..tip]);
    let last = record(&blocks[tip]);
    for written in 0..=last.len() {
        let folder = Folder::with_key(key);
        let (written, missing) = last.split_at(written);
        let torn = [written, &rest(missing)].concat();
        folder.write("blk00000.dat", &[&whole, &torn[..]].concat(), 0);
        let files = folder.open();
        let is_whole = torn.starts_with(&last);
        let chain = &blocks[first..tip + usize::from(is_whole)];
        assert_chain(&files, u32::try_from(first).unwrap(), chain);
        let skipped = Folder::skipped(&files);
        let left = torn.strip_prefix(&last[..]).unwrap_or(&torn);
        if left.iter().all(|byte| *byte == 0) {
            assert_eq!(skipped, [], "{}", written.len());
        } else if is_whole {
            assert_eq!(skipped[0].2, left.len() as u64);
        } else {
            let [(_, byte, bytes, why)] = &skipped[..] else {
                panic!("{skipped:?}")
            };
            assert_eq!(*byte, whole.len() as u64);
            assert!(*bytes <= torn.len() as u64);
            let begins = torn.starts_with(&last[..4]);
            assert_eq!(why, if begins { "NotWhole" } else { "NoRecord" });
        }
    }
}

fn has_witness(block: &bitcoin::Block) -> bool {
    let spending = block.txdata.iter().skip(1);
    let mut inputs = spending.flat_map(|tx| &tx.input);
    inputs.any(|input| !input.witness.is_empty())
}

#[test]
fn a_last_record_that_the_file_ends_in_is_passed_over() {
    check_torn(None, |_| Vec::new());
    check_torn(Some(KEY), |_| Vec::new());
}

#[test]
fn a_last_record_of_which_the_rest_is_not_written_yet_is_passed_over() {
    check_torn(None, |missing| vec![0; missing.len()]);
}

#[test]
fn a_last_record_written_over_something_older_is_passed_over() {
    check_torn(None, |missing| vec![b'x'; missing.len() + 100]);
    check_torn(Some(KEY), |missing| vec![b'x'; missing.len()]);
}

#[test]
fn a_torn_end_of_a_file_that_has_room_is_passed_over_though_another_file_follows() {
    // Two parts of a node may each have a file of their own that they write to.
    let blocks = economy(6);
    let folder = Folder::plain();
    let mut torn = records(&blocks[..4]);
    let length = torn.len();
    torn[length - 100..].fill(0);
    folder.write("blk00000.dat", &torn, 0);
    folder.write("blk00001.dat", &records(&blocks[3..]), 0);
    let files = folder.open();
    assert_chain(&files, 0, &blocks);
    assert_eq!(Folder::skipped(&files)[0].3, "NotWhole");
}

#[test]
fn a_whole_record_inside_a_torn_one_is_found() {
    // A node that writes anew after a crash: over the third and the fourth block, which it has
    // not reached yet, it has begun to write the fifth.
    let blocks = economy(5);
    let mut begun = record(&blocks[4]);
    begun[4..8].copy_from_slice(&600_u32.to_le_bytes());
    begun.truncate(90);
    begun.resize(200, b'x');
    let folder = Folder::plain();
    folder.write(
        "blk00000.dat",
        &[records(&blocks[..3]), begun, records(&blocks[3..])].concat(),
        1000,
    );
    let files = folder.open();
    assert_chain(&files, 0, &blocks);
    assert_eq!(
        Folder::skipped(&files),
        [(
            "blk00000.dat".to_owned(),
            records(&blocks[..3]).len() as u64,
            200,
            "NotWhole".to_owned()
        )]
    );
}

#[test]
fn a_record_is_found_wherever_garbage_before_it_ends() {
    // The search reads 4 KiB and then four times as much: a record may begin across a border.
    let blocks = economy(3);
    let before = records(&blocks[..2]);
    for garbage in (4085..4105).chain(20_460..20_490) {
        let folder = Folder::with_key(Some(KEY));
        let bytes = [&before[..], &vec![b'x'; garbage], &record(&blocks[2])].concat();
        folder.write("blk00000.dat", &bytes, 0);
        let files = folder.open();
        assert_chain(&files, 0, &blocks);
        assert_eq!(Folder::skipped(&files)[0].2, garbage as u64);
    }
}

#[test]
fn a_file_made_of_beginnings_ends() {
    let folder = Folder::plain();
    let mut bytes = records(&economy(2));
    let from = bytes.len() as u64;
    let beginning = [&framed(b"")[..4], &400_000_u32.to_le_bytes()].concat();
    bytes.extend(beginning.repeat(60_000));
    folder.write("blk00000.dat", &bytes, 0);
    let files = folder.open();
    assert_chain(&files, 0, &economy(2));
    let [(_, byte, bytes, _)] = &Folder::skipped(&files)[..] else {
        panic!("one run")
    };
    // The highest byte of the last length is zero.
    assert_eq!((*byte, *bytes), (from, 479_999));
}

#[test]
fn a_length_beyond_the_limit_of_a_block_is_not_believed() {
    let folder = Folder::plain();
    let blocks = economy(3);
    let oversized = framed(&vec![b'x'; 4_000_001]);
    let length = oversized.len() as u64;
    folder.write(
        "blk00000.dat",
        &[records(&blocks[..2]), oversized, record(&blocks[2])].concat(),
        0,
    );
    let files = BlockFiles::open(folder.path(), None).unwrap();
    assert_chain(&files, 0, &blocks);
    assert_eq!(Folder::skipped(&files)[0].2, length);
    assert_eq!(serialize(&blocks[2]).len() + 8, record(&blocks[2]).len());
}
