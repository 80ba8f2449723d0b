//! A bit that flips anywhere is found, and its file is named.

use std::fs;

use super::blocks::straight;
use super::ledger_of;
use crate::ledger::LedgerError;
use crate::ledger::account::columns::NAMES;
use crate::ledger::account::{Ledger, verify};

#[test]
fn a_flipped_bit_in_any_file_is_found() {
    let blocks = straight(12);
    let (dir, ledger) = ledger_of(&blocks);
    drop(ledger);
    let index = fs::read_dir(dir.path().join("index")).unwrap();
    let runs = index.map(|file| file.unwrap().file_name().into_string().unwrap());
    let runs = runs.filter(|name| name != "stamp");
    let files: Vec<String> = NAMES
        .iter()
        .map(|name| (*name).to_owned())
        .chain(["blocks".to_owned()])
        .chain(runs.map(|name| format!("index/{name}")))
        .collect();
    assert!(files.iter().any(|name| name.starts_with("index/parts")));
    for name in files {
        let path = dir.path().join(&name);
        let whole = fs::read(&path).unwrap();
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            fs::write(&path, bytes).unwrap();
            let error = verify(dir.path(), &mut |_, _| ()).unwrap_err();
            let is_named =
                matches!(&error, LedgerError::Damaged { path: named, .. } if *named == path);
            assert!(is_named, "{name} at {at}: {error}");
        }
        fs::write(&path, whole).unwrap();
    }
    verify(dir.path(), &mut |_, _| ()).unwrap();
}

#[test]
fn an_index_that_was_deleted_is_made_again() {
    let blocks = straight(12);
    let (dir, ledger) = ledger_of(&blocks);
    drop(ledger);
    let before = crate::ledger::tests::plug::contents(dir.path());
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    Ledger::open(dir.path()).unwrap();
    assert!(crate::ledger::tests::plug::contents(dir.path()) == before);
}
