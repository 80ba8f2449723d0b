//! Single transactions of the real chain, a line each.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};

use bitcoin::hashes::{Hash as _, sha256};
use testdata::recorded::{self, folder};
use trace_core::model::ScriptKind;
use trace_core::normalise::{flat_transaction, transaction_line};

use crate::unpacked;

#[test]
fn transactions_of_a_public_explorer_hash_to_the_names_of_their_files() {
    let Some(folder) = folder() else { return };
    let archive = unpacked(&folder.join("bitcoin/mempool-2024/mempool-2024.tar.zst"));
    let expected: HashMap<_, _> = recorded::ordinary(&folder)
        .unwrap()
        .into_iter()
        .map(|one| (one.txid.to_string(), one))
        .collect();
    let mut count = 0;
    let mut revealing = BTreeSet::new();
    for entry in tar::Archive::new(&archive[..]).entries().unwrap() {
        let mut entry = entry.unwrap();
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = entry
            .path()
            .unwrap()
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let mut json = Vec::new();
        entry.read_to_end(&mut json).unwrap();
        let told = transaction_line(&json).unwrap();
        assert_eq!(told.confirmed, None);
        // The files are named by a hash of the transaction's hash, as people write that.
        let mut written = told.transaction.txid.0;
        written.reverse();
        assert_eq!(sha256::Hash::hash(&written).to_string(), name);
        let expected = &expected[&name];
        assert!(told.transaction.fee_sat().is_some());
        assert_eq!(told.transaction.outputs, expected.outputs);
        for (input, expected) in told.transaction.inputs.iter().zip(&expected.inputs) {
            let spent = input.prevout.as_ref().unwrap();
            let address = spent.address.as_ref().unwrap();
            if let Some(key) = input.reveals {
                // Miniscript and the like may have that form, too, but does not here.
                assert!(address.hides(key));
                revealing.extend((spent.kind == ScriptKind::P2sh).then_some(key));
            }
            let mut input = input.clone();
            input.reveals = None;
            assert_eq!(input, *expected);
        }
        count += 1;
    }
    assert_eq!(count, 4_076);
    // As many P2WPKH scripts as the explorer itself names inside P2SH.
    assert_eq!(revealing.len(), 401);
}

#[test]
fn recorded_mixes_are_read_flat() {
    let Some(folder) = folder() else { return };
    let expected = recorded::mixes(&folder).unwrap();
    let file = File::open(folder.join("bitcoin/mixes.jsonl.zst")).unwrap();
    let lines = BufReader::new(zstd::Decoder::new(file).unwrap()).lines();
    let mut count = 0;
    for (line, (expected, _)) in lines.zip(&expected) {
        let line = line.unwrap();
        let transaction = flat_transaction(line.as_bytes()).unwrap();
        assert_eq!(transaction.txid, expected.txid);
        assert_eq!(transaction.outputs, expected.outputs);
        let told = |one: &recorded::Recorded| {
            let inputs = one.inputs.iter();
            inputs
                .map(|input| (input.spends, input.prevout.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(&transaction), told(expected));
        let either = transaction_line(line.as_bytes()).unwrap();
        assert_eq!((either.transaction, either.confirmed), (transaction, None));
        count += 1;
    }
    assert_eq!(count, 3_749);
}
