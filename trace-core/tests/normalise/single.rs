//! Single transactions: as an explorer tells them, flat, and by the line.

use bitcoin::hex::DisplayHex;
use serde_json::{Value, json};
use trace_core::model::OutPoint;
use trace_core::normalise::{esplora_transaction, flat_transaction, transaction_line};

use crate::economy::example;
use crate::reference::{self, Coins};

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
            let items = input.witness.iter().map(DisplayHex::to_lower_hex_string);
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
        json["status"]["confirmed"] = json!(false);
        let told = esplora_transaction(json.to_string().as_bytes()).unwrap();
        assert_eq!(told.confirmed, None);
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
