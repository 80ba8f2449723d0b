//! Whatever may be wrong with a folder is refused by name.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use trace_core::ledger::{Ledger, LedgerError, Verified, Writer, verify};
use trace_core::model::BitcoinNetwork;
use trace_core::view::CoinView;

use crate::chain::{NETWORK, Tree, addresses};
use crate::folder::folder;

const CHAIN: BitcoinNetwork = NETWORK;
/// Bytes of a row in the file `blocks`.
const ROW: usize = 284;

fn write(dir: &Path, tree: &Tree) {
    let mut writer = Writer::open(dir, CHAIN).unwrap();
    for block in &tree.blocks {
        writer.append(block).unwrap();
    }
    writer.commit().unwrap();
}

/// A ledger of a forked chain that begins at a height.
fn ledger(first_height: u32) -> (tempfile::TempDir, Tree) {
    let dir = folder();
    let mut tree = Tree::straight(3, first_height, 12);
    for parent in [8, 12, 13, 14, 15] {
        tree.grow(Some(parent));
    }
    write(dir.path(), &tree);
    (dir, tree)
}

fn check(dir: &Path) -> Result<Verified, LedgerError> {
    verify(dir, &mut |_, _| ())
}

/// Changes a file's bytes, asks, and puts them back.
fn with_changed<T>(path: &Path, change: impl FnOnce(&mut Vec<u8>), ask: impl FnOnce() -> T) -> T {
    let before = fs::read(path).unwrap();
    let mut bytes = before.clone();
    change(&mut bytes);
    assert_ne!(bytes, before, "{}", path.display());
    fs::write(path, bytes).unwrap();
    let answer = ask();
    fs::write(path, before).unwrap();
    answer
}

#[test]
fn a_folder_that_is_no_ledger_is_named() {
    let dir = folder();
    let not = LedgerError::NotALedger {
        dir: dir.path().to_owned(),
    };
    assert_eq!(Ledger::open(dir.path()).unwrap_err(), not);
    fs::write(dir.path().join("thesis.txt"), "years of work").unwrap();
    assert_eq!(Writer::open(dir.path(), CHAIN).unwrap_err(), not);
    fs::write(dir.path().join("trace-ledger"), [0xff, 0xfe]).unwrap();
    assert_eq!(Ledger::open(dir.path()).unwrap_err(), not);
    let files = fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(files, 2, "nothing is added to a folder that is refused");
}

#[test]
fn another_chain_and_a_newer_format_are_named() {
    let (dir, _) = ledger(0);
    let mainnet = BitcoinNetwork::Mainnet;
    assert_eq!(
        Writer::open(dir.path(), mainnet).unwrap_err(),
        LedgerError::OtherChain {
            dir: dir.path().to_owned(),
            holds: CHAIN.into(),
            wanted: mainnet.into(),
        }
    );
    fs::write(dir.path().join("trace-ledger"), "trace-ledger 2 doge\n").unwrap();
    let newer = LedgerError::NewerFormat {
        dir: dir.path().to_owned(),
        found: 2,
        known: 1,
    };
    assert_eq!(Writer::open(dir.path(), CHAIN).unwrap_err(), newer);
    assert_eq!(Ledger::open(dir.path()).unwrap_err(), newer);
    fs::write(dir.path().join("trace-ledger"), "trace-ledger 1 doge\n").unwrap();
    let error = Ledger::open(dir.path()).unwrap_err();
    assert!(matches!(error, LedgerError::Damaged { .. }), "{error}");
}

#[test]
fn a_writer_waits_a_moment_for_one_that_is_going() {
    let dir = folder();
    let going = Writer::open(dir.path(), CHAIN).unwrap();
    let goes = thread::spawn(move || {
        thread::sleep(Duration::from_millis(60));
        drop(going);
    });
    assert!(Writer::open(dir.path(), CHAIN).is_ok());
    goes.join().unwrap();
}

#[test]
fn there_is_one_writer_at_a_time_and_readers_beside_it() {
    let dir = folder();
    let tree = Tree::straight(8, 0, 9);
    let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
    let in_use = LedgerError::InUse {
        dir: dir.path().to_owned(),
    };
    assert_eq!(Writer::open(dir.path(), CHAIN).unwrap_err(), in_use);
    let empty = LedgerError::Empty {
        dir: dir.path().to_owned(),
    };
    assert_eq!(Ledger::open(dir.path()).unwrap_err(), empty);
    assert_eq!(check(dir.path()), Ok(Verified::default()));
    for block in &tree.blocks[..4] {
        writer.append(block).unwrap();
    }
    writer.commit().unwrap();
    let early = Ledger::open(dir.path()).unwrap();
    for block in &tree.blocks[4..] {
        writer.append(block).unwrap();
    }
    // Durable, but not yet in the index that readers go by.
    writer.checkpoint().unwrap();
    let tip = |ledger: &Ledger| ledger.view().unwrap().tip();
    assert_eq!(tip(&Ledger::open(dir.path()).unwrap()), tree.blocks[3].at);
    // The index is ahead of this reader, which was there first, and of the blocks it sees.
    crate::naive::Naive::of(tree.branch(3), addresses()).check(&early.view().unwrap());
    writer.commit().unwrap();
    assert_eq!(tip(&Ledger::open(dir.path()).unwrap()), tree.blocks[8].at);
    crate::naive::Naive::of(tree.branch(3), addresses()).check(&early.view().unwrap());
    drop(writer);
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    let writer = fs::File::open(dir.path().join("lock")).unwrap();
    writer.lock().unwrap();
    let no_index = LedgerError::NoIndex {
        dir: dir.path().to_owned(),
    };
    assert_eq!(Ledger::open(dir.path()).unwrap_err(), no_index);
}

#[test]
fn what_lies_beyond_the_last_whole_row_is_cut_off() {
    let (dir, tree) = ledger(0);
    let before = crate::contents::files(dir.path());
    let rows = dir.path().join("blocks");
    let mut torn = fs::read(&rows).unwrap();
    torn.extend([5; 100]);
    fs::write(&rows, &torn).unwrap();
    let values = dir.path().join("output.value");
    let mut longer = fs::read(&values).unwrap();
    longer.extend([9; 77]);
    fs::write(&values, longer).unwrap();
    let ledger = Ledger::open(dir.path()).unwrap();
    assert_eq!(ledger.view().unwrap().tip(), tree.blocks.last().unwrap().at);
    drop(Writer::open(dir.path(), CHAIN).unwrap());
    assert_eq!(crate::contents::files(dir.path()), before);
    // A last row that was never acknowledged may be of the right length and wrong.
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    torn.truncate(torn.len() - 100);
    let end = torn.len();
    torn[end - ROW + 40] ^= 1;
    fs::write(&rows, &torn).unwrap();
    let writer = Writer::open(dir.path(), CHAIN).unwrap();
    assert_eq!(writer.tip(), Some(tree.blocks[tree.blocks.len() - 2].at));
}

#[test]
fn a_torn_row_among_acknowledged_ones_is_damage() {
    let (dir, tree) = ledger(0);
    let rows = dir.path().join("blocks");
    let last = tree.blocks.len() - 1;
    for row in [3, last] {
        with_changed(
            &rows,
            |bytes| bytes[row * ROW + 33] ^= 1,
            || {
                let damaged = LedgerError::Damaged {
                    path: rows.clone(),
                    block: Some(tree.blocks[row - 1].at),
                    why: format!("row {row} does not have its checksum"),
                };
                assert_eq!(Writer::open(dir.path(), CHAIN).unwrap_err(), damaged);
                let error = check(dir.path()).unwrap_err();
                assert!(matches!(error, LedgerError::Damaged { path, .. } if path == rows));
            },
        );
    }
}

#[test]
fn a_file_that_is_missing_or_too_short_is_named() {
    let (dir, _) = ledger(0);
    for (name, bytes) in crate::contents::files(dir.path()) {
        let path = dir.path().join(&name);
        if ["lock", "trace-ledger"].contains(&&*name) || name.starts_with("index/") {
            continue;
        }
        fs::remove_file(&path).unwrap();
        let missing = LedgerError::Missing { path: path.clone() };
        assert_eq!(Writer::open(dir.path(), CHAIN).unwrap_err(), missing);
        assert_eq!(Ledger::open(dir.path()).unwrap_err(), missing);
        if !bytes.is_empty() && !["blocks", "tips"].contains(&&*name) {
            fs::write(&path, &bytes[1..]).unwrap();
            for error in [
                Writer::open(dir.path(), CHAIN).unwrap_err(),
                Ledger::open(dir.path()).unwrap_err(),
            ] {
                assert!(
                    matches!(&error, LedgerError::Damaged { path: named, .. } if *named == path),
                    "{name}: {error}"
                );
            }
        }
        fs::write(&path, &bytes).unwrap();
    }
    check(dir.path()).unwrap();
}

#[test]
fn verification_finds_every_changed_byte_and_names_file_and_block() {
    for first_height in [0, 700_000] {
        let (dir, tree) = ledger(first_height);
        let verified = check(dir.path()).unwrap();
        assert_eq!(verified.blocks as usize, tree.blocks.len());
        let transactions = tree.blocks.iter().map(|block| block.transactions.len());
        assert_eq!(verified.transactions as usize, transactions.sum::<usize>());
        assert_eq!(verified.blocks_without_sums > 0, first_height > 0);
        for (name, bytes) in crate::contents::files(dir.path()) {
            let is_column = name.contains('.') || name == "external";
            let path = dir.path().join(&name);
            if !is_column && name != "blocks" {
                continue;
            }
            for at in (0..bytes.len()).step_by(1 + bytes.len() / 6) {
                let error = with_changed(&path, |bytes| bytes[at] ^= 0x10, || check(dir.path()));
                let Err(LedgerError::Damaged { path: named, .. }) = error else {
                    panic!("byte {at} of {name}: {error:?}");
                };
                assert_eq!(named, path, "byte {at}");
            }
        }
        check(dir.path()).unwrap();
    }
}

#[test]
fn verification_does_not_trust_checksums_alone() {
    let (dir, tree) = ledger(0);
    // The last output's value, with checksums to fit: it creates more than it may.
    let values = dir.path().join("output.value");
    let mut bytes = fs::read(&values).unwrap();
    let end = bytes.len();
    bytes[end - 2] = 0x7f;
    fs::write(&values, &bytes).unwrap();
    let rows = dir.path().join("blocks");
    let mut rows_bytes = fs::read(&rows).unwrap();
    let start = rows_bytes.len() - ROW;
    let row = &mut rows_bytes[start..];
    // The columns' checksums follow hash, header, three numbers and nine counts; that of the
    // values is the tenth.
    let crc = 32 + 80 + 12 + 72 + 9 * 4;
    row[crc..crc + 4].copy_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
    let sum = crc32fast::hash(&row[..ROW - 4]);
    row[ROW - 4..].copy_from_slice(&sum.to_le_bytes());
    fs::write(&rows, &rows_bytes).unwrap();
    let Err(LedgerError::Damaged { path, block, why }) = check(dir.path()) else {
        panic!("coins from nothing");
    };
    assert_eq!(path, values);
    assert_eq!(block, Some(tree.blocks.last().unwrap().at));
    assert!(
        why.contains("outputs exceed") || why.contains("subsidy"),
        "{why}"
    );
}

#[test]
fn verification_finds_an_index_that_says_something_else() {
    let (dir, _) = ledger(0);
    for name in ["spender", "receipt"] {
        let path = dir.path().join("index").join(name);
        let length = fs::read(&path).unwrap().len();
        for at in (0..length).step_by(12) {
            let error = with_changed(&path, |bytes| bytes[at] ^= 1, || check(dir.path()));
            let Err(LedgerError::Damaged { path: named, .. }) = error else {
                panic!("entry {} of {name}: {error:?}", at / 4);
            };
            assert_eq!(named, path);
        }
    }
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    check(dir.path()).unwrap();
}
