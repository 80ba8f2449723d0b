//! The same blocks through the reference library's decoder, its hashes and its script forms.

use std::collections::HashMap;

use bitcoin::consensus::encode::{deserialize, serialize};
use bitcoin::hashes::Hash;
use bitcoin::script::Instruction;
use bitcoin::{PubkeyHash, Script, TxOut};
use trace_core::model::{
    Address, Block, BlockRef, Header, Input, KeyHash, OutPoint, Output, ScriptKind, Transaction,
    Txid,
};

/// Outputs by the outpoint that names them.
pub(crate) type Coins = HashMap<bitcoin::OutPoint, TxOut>;

/// A block as it should be read, with those prevouts that are in `coins`.
pub(crate) fn block(at: BlockRef, bytes: &[u8], coins: &Coins) -> Block {
    let block: bitcoin::Block = deserialize(bytes).unwrap();
    assert!(block.check_merkle_root());
    Block {
        at,
        header: Header(serialize(&block.header).try_into().unwrap()),
        transactions: block
            .txdata
            .iter()
            .map(|one| transaction(one, coins))
            .collect(),
    }
}

/// A transaction as it should be read.
pub(crate) fn transaction(
    tx: &bitcoin::Transaction,
    coins: &Coins,
) -> Transaction<Address, OutPoint> {
    let inputs = if tx.is_coinbase() {
        Vec::new()
    } else {
        tx.input.iter().map(|one| input(one, coins)).collect()
    };
    Transaction {
        txid: Txid(tx.compute_txid().to_byte_array()),
        version: tx.version.0,
        lock_time: tx.lock_time.to_consensus_u32(),
        weight: Some(u32::try_from(tx.weight().to_wu()).unwrap()),
        inputs,
        outputs: tx.output.iter().map(output).collect(),
    }
}

/// Adds what a block creates to `coins`, and returns what it spends, in order.
pub(crate) fn spend(block: &bitcoin::Block, coins: &mut Coins) -> Vec<TxOut> {
    let mut spent = Vec::new();
    for tx in &block.txdata {
        if !tx.is_coinbase() {
            let inputs = tx.input.iter();
            spent.extend(inputs.map(|input| coins[&input.previous_output].clone()));
        }
        for (vout, output) in (0..).zip(&tx.output) {
            let txid = tx.compute_txid();
            coins.insert(bitcoin::OutPoint { txid, vout }, output.clone());
        }
    }
    spent
}

/// Spent outputs one after the other.
pub(crate) fn outputs(spent: &[TxOut]) -> Vec<u8> {
    spent.iter().flat_map(serialize).collect()
}

fn output(output: &TxOut) -> Output<Address> {
    let script = output.script_pubkey.as_bytes();
    Output {
        value_sat: output.value.to_sat(),
        kind: ScriptKind::of(script),
        address: Address::of_script(script),
    }
}

fn input(input: &bitcoin::TxIn, coins: &Coins) -> Input<Address, OutPoint> {
    let prevout = coins.get(&input.previous_output);
    Input {
        spends: OutPoint {
            txid: Txid(input.previous_output.txid.to_byte_array()),
            vout: input.previous_output.vout,
        },
        prevout: prevout.map(output),
        sequence: input.sequence.0,
        has_witness: !input.witness.is_empty(),
        reveals: reveals(&input.script_sig),
    }
}

/// The key that a signature script shows, found by taking it apart.
fn reveals(script_sig: &Script) -> Option<KeyHash> {
    let pushes: Option<Vec<&[u8]>> = script_sig
        .instructions_minimal()
        .map(|instruction| match instruction {
            Ok(Instruction::PushBytes(bytes)) => Some(bytes.as_bytes()),
            _ => None,
        })
        .collect();
    match pushes?[..] {
        [redeem] if Script::from_bytes(redeem).is_p2wpkh() => {
            Some(KeyHash(redeem[2..].try_into().unwrap()))
        }
        [signature, key] if (1..76).contains(&signature.len()) && is_uncompressed(key) => {
            let compressed = [&[2 + (key[64] & 1)], &key[1..33]].concat();
            Some(KeyHash(PubkeyHash::hash(&compressed).to_byte_array()))
        }
        _ => None,
    }
}

fn is_uncompressed(key: &[u8]) -> bool {
    key.len() == 65 && key[0] == 4
}
