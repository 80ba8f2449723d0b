//! The JSON of Bitcoin Core and of Esplora, written here as they write it.

use bitcoin::consensus::encode::{deserialize, serialize, serialize_hex};
use bitcoin::hex::DisplayHex as _;
use serde_json::{Value, json};
use testdata::simulator::{Settings, Simulation};
use trace_core::model::{Block, BlockRef, OutPoint};
use trace_core::normalise::{
    NormaliseError, RawBlock, Spent, block, esplora_transaction, flat_transaction,
    transaction_json, transaction_line,
};

use crate::reference::{self, Coins};
use crate::{at, read};

/// A block of a simulated chain with inputs of every form, and the coins it spends.
fn example() -> (BlockRef, bitcoin::Block, Coins) {
    let mut coins = Coins::new();
    for simulated in Simulation::new(Settings::of_size(300, 5)) {
        let block: bitcoin::Block = deserialize(&simulated.bytes).unwrap();
        reference::spend(&block, &mut coins);
        if block.txdata.len() > 20 {
            return (at(simulated.height, &simulated.bytes), block, coins);
        }
    }
    panic!("no block holds twenty transactions")
}

/// An amount as Core writes it.
fn bitcoins(value_sat: u64) -> Value {
    let text = format!("{}.{:08}", value_sat / 100_000_000, value_sat % 100_000_000);
    serde_json::from_str(&text).unwrap()
}

fn core_output(output: &bitcoin::TxOut) -> Value {
    json!({
        "value": bitcoins(output.value.to_sat()),
        "scriptPubKey": {"asm": "", "hex": output.script_pubkey.to_hex_string()},
    })
}

fn core_transaction(tx: &bitcoin::Transaction, coins: Option<&Coins>, with_hex: bool) -> Value {
    let vin = tx.input.iter().map(|input| {
        let script_sig = input.script_sig.to_hex_string();
        let mut told = json!({"sequence": input.sequence.0});
        if tx.is_coinbase() {
            told["coinbase"] = json!(script_sig);
        } else {
            told["txid"] = json!(input.previous_output.txid.to_string());
            told["vout"] = json!(input.previous_output.vout);
            told["scriptSig"] = json!({"asm": "", "hex": script_sig});
            if let Some(coins) = coins {
                told["prevout"] = core_output(&coins[&input.previous_output]);
            }
        }
        if !input.witness.is_empty() {
            let items = input.witness.iter().map(|item| item.to_lower_hex_string());
            told["txinwitness"] = items.collect();
        }
        told
    });
    let mut told = json!({
        "txid": tx.compute_txid().to_string(),
        "version": tx.version.0.cast_unsigned(),
        "locktime": tx.lock_time.to_consensus_u32(),
        "vin": vin.collect::<Value>(),
        "vout": tx.output.iter().map(core_output).collect::<Value>(),
    });
    if with_hex {
        told["hex"] = json!(serialize_hex(tx));
    }
    told
}

fn core_block(
    at: BlockRef,
    block: &bitcoin::Block,
    coins: Option<&Coins>,
    with_hex: bool,
) -> Value {
    let transactions = block.txdata.iter();
    json!({
        "hash": at.hash.to_string(),
        "height": at.height,
        "version": block.header.version.to_consensus(),
        "previousblockhash": block.header.prev_blockhash.to_string(),
        "merkleroot": block.header.merkle_root.to_string(),
        "time": block.header.time,
        "bits": format!("{:08x}", block.header.bits.to_consensus()),
        "nonce": block.header.nonce,
        "tx": transactions
            .map(|tx| core_transaction(tx, coins, with_hex))
            .collect::<Value>(),
    })
}

fn told(at: BlockRef, json: &Value) -> Result<Block, NormaliseError> {
    let json = json.to_string().into_bytes();
    block(&RawBlock::Json { at, json })
}

#[test]
fn json_of_either_verbosity_is_the_serialised_block_with_and_without_hex() {
    let (at, block, coins) = example();
    let bytes = serialize(&block);
    let without = read(at, &bytes, Spent::Unknown).unwrap();
    let with = reference::block(at, &bytes, &coins);
    for with_hex in [true, false] {
        assert_eq!(
            told(at, &core_block(at, &block, None, with_hex)),
            Ok(without.clone())
        );
        let verbose = core_block(at, &block, Some(&coins), with_hex);
        assert_eq!(told(at, &verbose), Ok(with.clone()));
    }
}

#[test]
fn a_block_that_is_not_what_it_should_be_is_refused_where_it_is_wrong() {
    let (at, block, coins) = example();
    let spending = (1..)
        .find(|index| block.txdata[*index].input.len() > 1)
        .unwrap();
    let txid = block.txdata[spending].compute_txid();
    let good = core_block(at, &block, Some(&coins), true);
    let refused = |change: &dyn Fn(&mut Value), why: &str| {
        for with_hex in [true, false] {
            let mut json = core_block(at, &block, Some(&coins), with_hex);
            change(&mut json);
            let error = told(at, &json).unwrap_err();
            assert_eq!(error.block, Some(at.hash));
            assert!(error.to_string().contains(why), "{error}\nhas not: {why}");
        }
    };
    assert!(told(at, &good).is_ok());
    refused(&|json| json["nonce"] = json!(7), "header: this is block");
    refused(&|json| json["height"] = json!(7), "height: 7 is told");
    refused(&|json| json["bits"] = json!("x"), "bits: ");
    refused(&|json| json["merkleroot"] = json!("x"), "merkleroot: ");
    refused(&|json| json["version"] = json!(1_u64 << 32), "version: ");
    refused(&|json| json["tx"] = json!(["00"]), "JSON: invalid type");
    refused(
        &|json| {
            json["tx"].as_array_mut().unwrap().pop();
        },
        "transactions: they do not hash",
    );
    refused(
        &|json| json["tx"].as_array_mut().unwrap().swap(0, 1),
        "the coinbase must come first",
    );
    refused(
        &|json| json["tx"][spending]["txid"] = json!(at.hash.to_string()),
        &format!("hashes to {txid}"),
    );
    let place = format!("transaction {spending}, input 1");
    refused(
        &|json| json["tx"][spending]["vin"][1]["prevout"]["scriptPubKey"]["hex"] = json!("0"),
        &format!("{place}, prevout, script: "),
    );
    refused(
        &|json| json["tx"][spending]["vin"][1]["prevout"]["value"] = bitcoins(0),
        "it spends ",
    );
    refused(
        &|json| json["tx"][spending]["vin"][1]["prevout"]["value"] = json!(-1),
        "whole number of satoshis",
    );
    refused(
        &|json| {
            json["tx"][spending]["vin"][1]
                .as_object_mut()
                .unwrap()
                .remove("txid");
        },
        &format!("{place}, members: "),
    );
}

#[test]
fn a_spent_output_told_for_another_input_is_noticed() {
    let (at, block, coins) = example();
    let spending = (1..)
        .find(|index| block.txdata[*index].input.len() > 1)
        .unwrap();
    let mut json = core_block(at, &block, Some(&coins), true);
    json["tx"][spending]["vin"]
        .as_array_mut()
        .unwrap()
        .swap(0, 1);
    let error = told(at, &json).unwrap_err();
    assert_eq!(error.place, format!("transaction {spending}, input 0"));
    json["tx"][spending]["vin"].as_array_mut().unwrap().pop();
    let error = told(at, &json).unwrap_err();
    assert!(error.to_string().contains("fewer are told"), "{error}");
}

#[test]
fn a_single_transaction_is_read_as_in_its_block() {
    let (at, block, coins) = example();
    for tx in &block.txdata {
        for with_hex in [true, false] {
            let mut json = core_transaction(tx, Some(&coins), with_hex);
            let told = transaction_json(json.to_string().as_bytes()).unwrap();
            assert_eq!(told.transaction, reference::transaction(tx, &coins));
            assert_eq!(told.block, None);
            json["blockhash"] = json!(at.hash.to_string());
            let told = transaction_json(json.to_string().as_bytes()).unwrap();
            assert_eq!(told.block, Some(at.hash));
        }
    }
}

fn esplora(tx: &bitcoin::Transaction, coins: &Coins) -> Value {
    let paid = |output: &bitcoin::TxOut| {
        json!({
            "scriptpubkey": output.script_pubkey.to_hex_string(),
            "value": output.value.to_sat(),
        })
    };
    let vin = tx.input.iter().map(|input| {
        let mut told = json!({
            "txid": input.previous_output.txid.to_string(),
            "vout": input.previous_output.vout,
            "prevout": coins.get(&input.previous_output).map(paid),
            "scriptsig": input.script_sig.to_hex_string(),
            "sequence": input.sequence.0,
            "is_coinbase": tx.is_coinbase(),
        });
        if !input.witness.is_empty() {
            let items = input.witness.iter().map(|item| item.to_lower_hex_string());
            told["witness"] = items.collect();
        }
        told
    });
    json!({
        "txid": tx.compute_txid().to_string(),
        "version": tx.version.0,
        "locktime": tx.lock_time.to_consensus_u32(),
        "vin": vin.collect::<Value>(),
        "vout": tx.output.iter().map(paid).collect::<Value>(),
        "size": 0,
        "fee": 0,
        "status": {"confirmed": false},
    })
}

#[test]
fn an_explorers_transaction_is_read_as_in_its_block() {
    let (at, block, coins) = example();
    for tx in &block.txdata {
        let mut json = esplora(tx, &coins);
        let told = esplora_transaction(json.to_string().as_bytes()).unwrap();
        assert_eq!(told.transaction, reference::transaction(tx, &coins));
        assert_eq!(told.confirmed, None);
        json["status"] = json!({
            "confirmed": true, "block_height": at.height,
            "block_hash": at.hash.to_string(), "block_time": 1,
        });
        let told = transaction_line(json.to_string().as_bytes()).unwrap();
        assert_eq!(told.confirmed, Some(at));
        json["locktime"] = json!(tx.lock_time.to_consensus_u32() ^ 1);
        let error = esplora_transaction(json.to_string().as_bytes()).unwrap_err();
        let place = format!("transaction {}", tx.compute_txid());
        assert_eq!(error.place, place);
        json.as_object_mut().unwrap().remove("txid");
        assert!(esplora_transaction(json.to_string().as_bytes()).is_ok());
    }
}

const TXID: &str = "000262b80da7dcfe1d9f49677eaac890fe17bd9df2d358ff76458d32ee9df868";

fn flat(inputs: &Value, outputs: &Value) -> Result<(), String> {
    let json = json!({"txid": TXID, "inputs": inputs, "outputs": outputs}).to_string();
    flat_transaction(json.as_bytes())
        .map(|told| assert_eq!(told.txid.to_string(), TXID))
        .map_err(|error| error.to_string())
}

#[test]
fn a_flat_transaction_is_complete_and_adds_up() {
    let spent = |value_sat: u64| json!([{"txid": TXID, "vout": 1, "value_sat": value_sat, "script_pubkey": "51"}]);
    let paid = |value_sat: u64| json!([{"value_sat": value_sat, "script_pubkey": "51"}]);
    assert_eq!(flat(&spent(7), &paid(7)), Ok(()));
    assert_eq!(flat(&json!([]), &paid(7)), Ok(()));
    assert_eq!(flat(&json!([{"txid": TXID, "vout": 1}]), &paid(7)), Ok(()));
    for (inputs, outputs, why) in [
        (spent(6), paid(7), "it spends 6 satoshis and pays 7"),
        (
            spent(7),
            json!([]),
            "outputs: a transaction without outputs",
        ),
        (
            spent(u64::MAX),
            paid(7),
            "input 0, value_sat: 18446744073709551615 satoshis",
        ),
        (json!([]), paid(u64::MAX), "output 0, value_sat: "),
        (
            json!([]),
            paid(2_100_000_000_000_001),
            "output 0, value_sat: ",
        ),
        (
            json!([{"txid": TXID, "vout": 1, "value_sat": 1}]),
            paid(1),
            "input 0, members: ",
        ),
        (
            json!([{"txid": "0".repeat(64), "vout": u32::MAX}]),
            paid(1),
            "input 0, txid: ",
        ),
        (
            json!([{"txid": "x", "vout": 0}]),
            paid(1),
            "input 0, txid: ",
        ),
        (
            json!([]),
            json!([{"value_sat": 1, "script_pubkey": "5"}]),
            "output 0, script: ",
        ),
        (
            json!([]),
            json!([{"value_sat": -1, "script_pubkey": ""}]),
            "JSON: ",
        ),
        (
            json!([]),
            json!([{"value_sat": 1.5, "script_pubkey": ""}]),
            "JSON: ",
        ),
    ] {
        let error = flat(&inputs, &outputs).unwrap_err();
        assert!(error.contains(why), "{error}\nhas not: {why}");
    }
}

#[test]
fn a_line_is_read_by_its_shape() {
    let flat = json!({
        "txid": TXID,
        "inputs": [{"txid": TXID, "vout": 1}],
        "outputs": [{"value_sat": 1, "script_pubkey": "6a"}],
    });
    let told = transaction_line(flat.to_string().as_bytes()).unwrap();
    assert_eq!(
        told.transaction.inputs[0].spends,
        OutPoint {
            txid: TXID.parse().unwrap(),
            vout: 1
        }
    );
    assert_eq!(told.transaction.outputs[0].address, None);
    let error = |text: &str| transaction_line(text.as_bytes()).unwrap_err().to_string();
    assert!(error("{}").contains("neither `vin`"), "{}", error("{}"));
    assert!(error("").starts_with("JSON: EOF"), "{}", error(""));
    assert!(error("[1").starts_with("JSON: "), "{}", error("[1"));
    assert!(error(&"[".repeat(1_000)).starts_with("JSON: "));
}
