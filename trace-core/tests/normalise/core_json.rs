//! The JSON of Bitcoin Core.

use bitcoin::consensus::encode::serialize;
use serde_json::{Value, json};
use testdata::core_json::{self, Telling, bitcoins};
use trace_core::model::{Block, BlockRef};
use trace_core::normalise::{NormaliseError, RawBlock, Spent, block, transaction_json};

use crate::economy::example;
use crate::read;
use crate::reference::{self, Coins};

fn with_several_inputs(block: &bitcoin::Block) -> usize {
    let mut transactions = block.txdata.iter();
    transactions.position(|tx| tx.input.len() > 1).unwrap()
}

fn core_block(at: BlockRef, block: &bitcoin::Block, prevouts: Option<&Coins>, hex: bool) -> Value {
    core_json::block(at.height, block, Telling { prevouts, hex })
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
    let spending = with_several_inputs(&block);
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
    let spending = with_several_inputs(&block);
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
    let mut json = core_block(at, &block, Some(&coins), true);
    let inputs = json["tx"][spending]["vin"].as_array_mut().unwrap();
    inputs.push(inputs[0].clone());
    let error = told(at, &json).unwrap_err();
    assert!(error.to_string().contains("1 more are told"), "{error}");
}

#[test]
fn a_single_transaction_is_read_as_in_its_block() {
    let (at, block, coins) = example();
    for tx in &block.txdata {
        for with_hex in [true, false] {
            let telling = Telling {
                prevouts: Some(&coins),
                hex: with_hex,
            };
            let mut json = core_json::transaction(tx, telling);
            let told = transaction_json(json.to_string().as_bytes()).unwrap();
            assert_eq!(told.transaction, reference::transaction(tx, &coins));
            assert_eq!(told.block, None);
            json["blockhash"] = json!(at.hash.to_string());
            let told = transaction_json(json.to_string().as_bytes()).unwrap();
            assert_eq!(told.block, Some(at.hash));
        }
    }
}
