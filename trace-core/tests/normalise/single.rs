//! Single transactions: as an explorer tells them, flat, and by the line.

use bitcoin::consensus::encode::serialize;
use serde_json::{Value, json};
use testdata::explorer::Explorer;
use trace_core::model::OutPoint;
use trace_core::normalise::{esplora_transaction, flat_transaction, transaction_line};

use crate::reference::{self, Coins};
use crate::{at, economy};

#[test]
fn an_explorers_transactions_are_read_as_in_their_blocks() {
    let blocks = economy::blocks();
    let explorer = Explorer::of(&blocks, &[]);
    let mut coins = Coins::new();
    for (height, block) in (0..).zip(&blocks) {
        let at = at(height, &serialize(&block.header));
        reference::spend(block, &mut coins);
        for tx in &block.txdata {
            let (status, body) = explorer.get(&format!("/tx/{}", tx.compute_txid()));
            assert_eq!(status, 200);
            let told = esplora_transaction(&body).unwrap();
            assert_eq!(told.transaction, reference::transaction(tx, &coins));
            assert_eq!(told.confirmed, Some(at));
            assert_eq!(transaction_line(&body).unwrap(), told);
        }
    }
}

#[test]
fn an_explorers_transaction_is_what_its_hash_is_of() {
    let blocks = economy::blocks();
    let last = blocks.iter().rposition(|block| block.txdata.len() > 1);
    let (before, block) = blocks.split_at(last.unwrap());
    let tx = &block[0].txdata[1];
    let explorer = Explorer::of(before, std::slice::from_ref(tx));
    let (_, body) = explorer.get(&format!("/tx/{}", tx.compute_txid()));
    let mut json: Value = serde_json::from_slice(&body).unwrap();
    let read = |json: &Value| esplora_transaction(json.to_string().as_bytes());
    assert_eq!(read(&json).unwrap().confirmed, None);
    json["status"]["block_height"] = json!(1);
    json["status"]["block_hash"] = json!(TXID);
    assert_eq!(
        read(&json).unwrap().confirmed,
        None,
        "it says that it is unconfirmed"
    );
    json["locktime"] = json!(tx.lock_time.to_consensus_u32() ^ 1);
    let place = format!("transaction {}", tx.compute_txid());
    assert_eq!(read(&json).unwrap_err().place, place);
    json.as_object_mut().unwrap().remove("txid");
    assert!(read(&json).is_ok());
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
