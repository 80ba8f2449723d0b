//! Bytes that are no block: cut short, changed, or made up to deceive.

use std::sync::LazyLock;

use bitcoin::consensus::encode::{deserialize, serialize};
use proptest::prelude::*;
use testdata::simulator::{Settings, Simulation};
use trace_core::model::BlockRef;
use trace_core::normalise::Spent;

use crate::reference::{self, Coins};
use crate::{at, read};

struct Example {
    at: BlockRef,
    block: Vec<u8>,
    undo: Vec<u8>,
    outputs: Vec<u8>,
}

/// A block with inputs of every form, small enough to be cut at every byte.
static EXAMPLE: LazyLock<Example> = LazyLock::new(|| {
    let mut coins = Coins::new();
    for simulated in Simulation::new(Settings::of_size(300, 5)) {
        let block: bitcoin::Block = deserialize(&simulated.bytes).unwrap();
        let outputs = reference::outputs(&reference::spend(&block, &mut coins));
        if block.txdata.len() > 12 {
            return Example {
                at: at(simulated.height, &simulated.bytes),
                block: simulated.bytes,
                undo: simulated.undo,
                outputs,
            };
        }
    }
    panic!("no block holds twelve transactions")
});

impl Example {
    fn undo(&self) -> Spent {
        Spent::Undo(self.undo.clone())
    }
}

/// The error of a block that must be refused, named by the hash of its own header so that the
/// header is not what it is refused for.
fn refused(bytes: &[u8], spent: Spent) -> String {
    let error = read(at(1, bytes), bytes, spent).unwrap_err();
    assert_eq!(error.block, Some(at(1, bytes).hash));
    error.to_string()
}

#[test]
fn what_is_cut_short_or_too_long_is_refused_at_every_byte() {
    let example = &*EXAMPLE;
    for length in 0..example.block.len() {
        let error = read(example.at, &example.block[..length], example.undo()).unwrap_err();
        assert_eq!(error.block, Some(example.at.hash));
        assert!(error.place.contains("byte "), "{error}");
    }
    for length in 0..example.undo.len() {
        let cut = Spent::Undo(example.undo[..length].to_owned());
        let error = read(example.at, &example.block, cut).unwrap_err();
        assert!(error.place.contains("undo data, byte "), "{error}");
    }
    for length in 0..example.outputs.len() {
        let cut = Spent::Outputs(example.outputs[..length].to_owned());
        let error = read(example.at, &example.block, cut).unwrap_err();
        assert!(error.place.contains("spent outputs, byte "), "{error}");
    }
    let longer = |bytes: &[u8]| [bytes, &[0]].concat();
    for error in [
        refused(&longer(&example.block), example.undo()),
        refused(&example.block, Spent::Undo(longer(&example.undo))),
        refused(&example.block, Spent::Outputs(longer(&example.outputs))),
    ] {
        assert!(error.contains("1 bytes more than expected"), "{error}");
    }
}

#[test]
fn every_byte_of_a_block_counts_but_those_of_witnesses() {
    let example = &*EXAMPLE;
    let good = read(example.at, &example.block, example.undo()).unwrap();
    let mut accepted = 0;
    for index in 0..example.block.len() {
        let mut block = example.block.clone();
        block[index] ^= 0x10;
        if let Ok(read) = read(example.at, &block, example.undo()) {
            // A witness is not hashed into a txid, and of it only the presence is kept.
            assert_eq!(read, good, "byte {index}");
            accepted += 1;
        }
    }
    let parsed: bitcoin::Block = deserialize(&example.block).unwrap();
    let inputs = parsed.txdata.iter().flat_map(|tx| &tx.input);
    let witnesses: usize = inputs
        .flat_map(|input| &input.witness)
        .map(<[u8]>::len)
        .sum();
    assert_eq!(accepted, witnesses);
}

#[test]
fn a_block_under_another_name_is_refused() {
    let example = &*EXAMPLE;
    let mut other = example.at;
    other.hash.0[0] ^= 1;
    let error = read(other, &example.block, example.undo()).unwrap_err();
    let expected = format!(
        "block {}: header: this is block {}",
        other.hash, example.at.hash
    );
    assert_eq!(error.to_string(), expected);
}

/// The example with its transactions changed and its header's root made to fit.
fn rebuilt(change: impl FnOnce(&mut Vec<bitcoin::Transaction>)) -> Vec<u8> {
    let mut block: bitcoin::Block = deserialize(&EXAMPLE.block).unwrap();
    change(&mut block.txdata);
    block.header.merkle_root = block.compute_merkle_root().unwrap();
    serialize(&block)
}

#[test]
fn a_list_with_its_end_repeated_has_the_same_root_and_is_refused() {
    // Fourteen transactions are seven pairs: the last pair again, and the root is the same.
    let good = rebuilt(|list| list.truncate(14));
    let deceiving = rebuilt(|list| {
        list.truncate(14);
        list.extend_from_within(12..);
    });
    assert_eq!(good[..80], deceiving[..80]);
    assert!(read(at(1, &good), &good, Spent::Unknown).is_ok());
    let error = refused(&deceiving, Spent::Unknown);
    assert!(error.contains("transactions: they do not hash"), "{error}");
}

#[test]
fn a_transaction_must_have_a_sense() {
    let nowhere = bitcoin::OutPoint::null();
    let check = |change: &dyn Fn(&mut Vec<bitcoin::Transaction>), why: &str| {
        let error = refused(&rebuilt(|list| change(list)), Spent::Unknown);
        assert!(error.contains(why), "{error}\nhas not: {why}");
    };
    check(
        &|list| list.swap(0, 1),
        "transaction 0: the coinbase must come first",
    );
    check(
        &|list| list[2] = list[0].clone(),
        "transaction 2: the coinbase must come first",
    );
    check(
        &|list| {
            let input = bitcoin::TxIn {
                previous_output: nowhere,
                ..list[3].input[0].clone()
            };
            list[3].input.push(input);
        },
        "only a coinbase spends nothing",
    );
    check(&|list| list[3].output.clear(), "transaction 3, byte ");
    check(&|list| list[3].input.clear(), "transaction 3, byte ");
    let most = bitcoin::Amount::MAX_MONEY;
    check(
        &|list| list[3].output[0].value = most + bitcoin::Amount::ONE_SAT,
        "output 0, byte ",
    );
    check(
        &|list| {
            let output = bitcoin::TxOut {
                value: most,
                ..list[3].output[0].clone()
            };
            list[3].output.splice(.., [output.clone(), output]);
        },
        "output 1, byte ",
    );
}

#[test]
fn a_transaction_that_pays_more_than_it_spends_is_refused() {
    let example = &*EXAMPLE;
    let mut outputs = example.outputs.clone();
    outputs[..8].fill(0);
    let error = refused(&example.block, Spent::Outputs(outputs));
    let why = ": transaction 1, fee: it spends ";
    assert!(error.contains(why), "{error}");
}

#[test]
fn announced_but_empty_witnesses_and_unknown_flags_are_refused() {
    // Version, marker, flag, an input, an output, no witness item, lock time.
    let transaction = |flag: u8| {
        let input = [&[1][..], &[7; 36], &[0], &[0xff; 4]].concat();
        let output = [&[1][..], &[0; 8], &[0]].concat();
        [&[1, 0, 0, 0, 0, flag][..], &input, &output, &[0], &[0; 4]].concat()
    };
    let block = |flag: u8| {
        let parsed: bitcoin::Block = deserialize(&EXAMPLE.block).unwrap();
        let coinbase = serialize(&parsed.txdata[0]);
        [&EXAMPLE.block[..80], &[2], &coinbase, &transaction(flag)].concat()
    };
    for (flag, why) in [
        (1, "all are empty"),
        (2, "unknown flag 2"),
        (0, "unknown flag 0"),
    ] {
        let error = refused(&block(flag), Spent::Unknown);
        assert!(error.contains("transaction 1, byte "), "{error}");
        assert!(error.contains(why), "{error}");
    }
}

/// Changes some bytes.
fn spoilt(bytes: &[u8], changes: &[(prop::sample::Index, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_owned();
    for (index, value) in changes {
        let index = index.index(bytes.len());
        bytes[index] = *value;
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)
}

proptest! {
    #[test]
    fn spoilt_undo_data_covers_the_outputs_or_is_refused(changes in changes()) {
        let example = &*EXAMPLE;
        let undo = Spent::Undo(spoilt(&example.undo, &changes));
        if let Ok(block) = read(example.at, &example.block, undo) {
            for transaction in &block.transactions[1..] {
                prop_assert!(transaction.fee_sat().is_some());
            }
        }
    }

    #[test]
    fn spoilt_blocks_are_read_as_the_reference_reads_them(changes in changes()) {
        let example = &*EXAMPLE;
        // The header's root is made to fit where the reference still finds a block in it, so
        // that what is said of the transactions is compared and not their hash.
        let mut bytes = spoilt(&example.block, &changes);
        if let Ok(mut block) = deserialize::<bitcoin::Block>(&bytes) {
            block.header.merkle_root = block.compute_merkle_root().unwrap();
            bytes = serialize(&block);
        }
        if let Ok(block) = read(at(1, &bytes), &bytes, Spent::Unknown) {
            prop_assert_eq!(block, reference::block(at(1, &bytes), &bytes, &Coins::new()));
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 80..400)) {
        let bytes = [&EXAMPLE.block[..81], &bytes].concat();
        let _ = read(at(1, &bytes), &bytes, Spent::Undo(bytes.clone()));
    }
}
