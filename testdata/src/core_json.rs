//! Blocks and transactions as Bitcoin Core writes them in JSON: the members that are read, and
//! no others.

use std::collections::HashMap;

use bitcoin::consensus::encode::serialize_hex;
use bitcoin::hex::DisplayHex;
use bitcoin::{Block, OutPoint, Transaction, TxOut};
use serde_json::{Value, json};

/// How much is told of a transaction.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// The outputs spent, as since Core 23 with the highest verbosity.
    pub prevouts: Option<&'a HashMap<OutPoint, TxOut>>,
    /// The serialised transaction, as always but in old recordings.
    pub hex: bool,
}

/// The `result` of `getblock`.
///
/// # Panics
/// When a spent output is to be told and is not among those given.
pub fn block(height: u32, block: &Block, telling: Telling<'_>) -> Value {
    let transactions = block.txdata.iter();
    let mut told = json!({
        "hash": block.block_hash().to_string(),
        "height": height,
        "version": block.header.version.to_consensus(),
        "merkleroot": block.header.merkle_root.to_string(),
        "time": block.header.time,
        "bits": format!("{:08x}", block.header.bits.to_consensus()),
        "nonce": block.header.nonce,
        "tx": transactions.map(|tx| transaction(tx, telling)).collect::<Value>(),
    });
    if height > 0 {
        set(
            &mut told,
            "previousblockhash",
            block.header.prev_blockhash.to_string(),
        );
    }
    told
}

/// The `result` of `getrawtransaction`, without the block that holds it.
///
/// # Panics
/// When a spent output is to be told and is not among those given.
pub fn transaction(tx: &Transaction, telling: Telling<'_>) -> Value {
    let vin = tx.input.iter().map(|input| {
        let script_sig = input.script_sig.to_hex_string();
        let mut told = json!({"sequence": input.sequence.0});
        if tx.is_coinbase() {
            set(&mut told, "coinbase", script_sig);
        } else {
            set(&mut told, "txid", input.previous_output.txid.to_string());
            set(&mut told, "vout", input.previous_output.vout);
            set(
                &mut told,
                "scriptSig",
                json!({"asm": "", "hex": script_sig}),
            );
            if let Some(prevouts) = telling.prevouts {
                let spent = prevouts.get(&input.previous_output);
                set(
                    &mut told,
                    "prevout",
                    output(spent.expect("the spent output is given")),
                );
            }
        }
        if !input.witness.is_empty() {
            let items = input.witness.iter().map(DisplayHex::to_lower_hex_string);
            set(&mut told, "txinwitness", items.collect::<Value>());
        }
        told
    });
    let mut told = json!({
        "txid": tx.compute_txid().to_string(),
        "version": tx.version.0.cast_unsigned(),
        "locktime": tx.lock_time.to_consensus_u32(),
        "vin": vin.collect::<Value>(),
        "vout": tx.output.iter().map(output).collect::<Value>(),
    });
    if telling.hex {
        set(&mut told, "hex", serialize_hex(tx));
    }
    told
}

/// An amount as Core writes it: a number of bitcoins with eight decimals.
///
/// # Panics
/// Never.
pub fn bitcoins(value_sat: u64) -> Value {
    let text = format!("{}.{:08}", value_sat / 100_000_000, value_sat % 100_000_000);
    serde_json::from_str(&text).expect("a number")
}

fn output(output: &TxOut) -> Value {
    json!({
        "value": bitcoins(output.value.to_sat()),
        "scriptPubKey": {"asm": "", "hex": output.script_pubkey.to_hex_string()},
    })
}

fn set(told: &mut Value, member: &str, value: impl Into<Value>) {
    if let Value::Object(members) = told {
        members.insert(member.to_owned(), value.into());
    }
}
