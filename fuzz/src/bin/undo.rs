//! What a block spends: as a node's undo data, and as plain outputs.
//!
//! The input begins with how many transactions follow the coinbase and how many inputs each of
//! them has, a byte each; what is left is the data.

#![no_main]

use bitcoin::absolute::LockTime;
use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash;
use bitcoin::transaction::Version;
use bitcoin::{Amount, OutPoint, ScriptBuf, Transaction, TxIn, TxOut, Txid};
use libfuzzer_sys::fuzz_target;
use trace_core::model::{BlockHash, BlockRef};
use trace_core::normalise::{RawBlock, Spent, block};

fuzz_target!(|bytes: &[u8]| {
    let Some((count, rest)) = bytes.split_first() else {
        return;
    };
    let Some((inputs, data)) = rest.split_at_checked(usize::from(*count)) else {
        return;
    };
    let (at, bytes) = spending(inputs);
    for spent in [
        Spent::Undo(data.to_owned()),
        Spent::Outputs(data.to_owned()),
    ] {
        let Ok(read) = block(&RawBlock::Serialised {
            at,
            block: bytes.clone(),
            spent,
        }) else {
            continue;
        };
        for transaction in read.transactions.iter().skip(1) {
            assert!(transaction.fee_sat().is_some());
        }
    }
});

/// A block whose transactions have so many inputs each and pay nothing to anybody.
fn spending(inputs: &[u8]) -> (BlockRef, Vec<u8>) {
    let input = |previous_output| TxIn {
        previous_output,
        ..TxIn::default()
    };
    let transaction = |input: Vec<TxIn>| Transaction {
        version: Version::ONE,
        lock_time: LockTime::ZERO,
        input,
        output: vec![TxOut {
            value: Amount::ZERO,
            script_pubkey: ScriptBuf::new(),
        }],
    };
    let mut txdata = vec![transaction(vec![input(OutPoint::null())])];
    for (count, index) in inputs.iter().zip(1..=u8::MAX) {
        let outpoints = (0..u32::from(*count).max(1)).map(|vout| OutPoint {
            txid: Txid::from_byte_array([index; 32]),
            vout,
        });
        txdata.push(transaction(outpoints.map(input).collect()));
    }
    let mut block = bitcoin::constants::genesis_block(bitcoin::Network::Regtest);
    block.txdata = txdata;
    block.header.merkle_root = block.compute_merkle_root().expect("there are transactions");
    let hash = BlockHash(block.block_hash().to_byte_array());
    (BlockRef { height: 1, hash }, serialize(&block))
}
