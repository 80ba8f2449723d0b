//! Blocks, receipts, events and traces of the chain that the tests of the specification run on.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use alloy_primitives::Bytes;
use serde_json::Value;
use testdata::recorded::folder;
use trace_core::model::account::Block;
use trace_core::normalise::evm::{Outline, placed_logs};
use trace_core::normalise::{RawCalls, account_block};

use crate::around::{number, raw, text};
use crate::hashes::{ALL, SPECIFIED};
use crate::recorded::{specified, specified_folder};
use crate::serialised;

/// The chain of the specification, as it is serialised.
fn chain(folder: &Path) -> Vec<Value> {
    let file = specified_folder(folder).join("chain.rlp");
    let blocks = serialised::blocks(&fs::read(file).unwrap());
    blocks.iter().map(serialised::told).collect()
}

fn read(block: &Value, receipts: &Value) -> Block {
    account_block(SPECIFIED, &raw(block, receipts, RawCalls::NotTold)).unwrap()
}

/// Blocks, receipts and traces of the chain of the specification. Its traces list every step and
/// no calls, so that they say no more than what ran, what it cost and how it ended.
#[test]
fn what_the_specification_tells_of_its_chain_fits_together() {
    let Some(folder) = folder() else { return };
    let chain = chain(&folder);
    let serialised_as = |hash: &Value| chain.iter().find(|it| it["hash"] == *hash).unwrap();
    let mut blocks = BTreeMap::new();
    let mut outlines = 0;
    for method in ["eth_getBlockByNumber", "eth_getBlockByHash"] {
        for exchange in specified(&folder, method) {
            let Some(told) = exchange.answer() else {
                continue;
            };
            // The genesis block is not among those that are serialised.
            if told["number"] == "0x0" {
                continue;
            }
            let serialised = Outline::read(SPECIFIED, &text(serialised_as(&told["hash"]))).unwrap();
            assert_eq!(Outline::read(SPECIFIED, &text(told)).unwrap(), serialised);
            outlines += 1;
            if exchange.params[1] == true {
                blocks.insert(told["hash"].to_string(), told.clone());
            }
        }
    }
    let mut receipts = BTreeMap::new();
    for exchange in specified(&folder, "eth_getBlockReceipts") {
        let Some(told) = exchange.answer().filter(|it| !it[0].is_null()) else {
            continue;
        };
        let hash = &told[0]["blockHash"];
        let whole = read(serialised_as(hash), told);
        assert_eq!(whole.checks, ALL);
        assert_eq!(read(&blocks[&hash.to_string()], told), whole);
        let each = told.as_array().unwrap().iter();
        receipts.extend(each.map(|it| (it["transactionHash"].to_string(), it.clone())));
    }
    let mut alone = 0;
    for exchange in specified(&folder, "eth_getTransactionReceipt") {
        let Some(told) = exchange.answer() else {
            continue;
        };
        if let Some(of_block) = receipts.insert(told["transactionHash"].to_string(), told.clone()) {
            assert_eq!(of_block, *told, "{}", exchange.file);
            alone += 1;
        }
    }
    assert_eq!(
        (outlines, blocks.len(), receipts.len(), alone),
        (9, 2, 13, 2)
    );
    let mut events = 0;
    for exchange in specified(&folder, "eth_getLogs") {
        let Some(told) = exchange.answer() else {
            continue;
        };
        for log in placed_logs(&text(told)).unwrap() {
            let block = &chain[log.at.height as usize - 1];
            assert_eq!(format!("0x{}", log.at.hash), block["hash"]);
            let of = &block["transactions"][log.transaction_index as usize];
            assert_eq!(log.transaction.to_string(), of["hash"]);
            events += 1;
        }
    }
    let (mut traces, mut with_receipts) = (0, 0);
    let mut fits = |hash: &Value, trace: &Value| {
        traces += 1;
        if let Some(receipt) = receipts.get(&hash.to_string()) {
            assert_eq!(trace["gas"], number(&receipt["gasUsed"]), "{hash}");
            assert_eq!(trace["failed"], receipt["status"] == "0x0", "{hash}");
            with_receipts += 1;
        }
    };
    for method in ["debug_traceBlockByNumber", "debug_traceBlockByHash"] {
        for exchange in specified(&folder, method) {
            let Some(told) = exchange.answer() else {
                continue;
            };
            let of = &exchange.params[0];
            let block = chain
                .iter()
                .find(|it| it["number"] == *of || it["hash"] == *of)
                .unwrap();
            let transactions = block["transactions"].as_array().unwrap();
            let each = told.as_array().unwrap();
            assert_eq!(each.len(), transactions.len(), "{}", exchange.file);
            for (trace, transaction) in each.iter().zip(transactions) {
                assert_eq!(trace["txHash"], transaction["hash"], "{}", exchange.file);
                fits(&trace["txHash"], &trace["result"]);
            }
        }
    }
    for exchange in specified(&folder, "debug_traceTransaction") {
        if let Some(told) = exchange.answer() {
            fits(&exchange.params[0], told);
        }
    }
    assert_eq!((events, traces, with_receipts), (7, 140, 22));
}

/// Block 3 of the specification, before receipts said how a transaction ended.
#[test]
fn a_block_and_receipts_of_the_specification_as_they_are_serialised_hold() {
    let Some(folder) = folder() else { return };
    let of = |method: &str| -> Value {
        let all = specified(&folder, method).into_iter();
        let mut all = all.filter(|it| it.params[0] == "0x3");
        all.next().unwrap().result.unwrap()
    };
    let bytes = |told: &Value| -> Bytes { told.as_str().unwrap().parse().unwrap() };
    let block = &serialised::blocks(&bytes(&of("debug_getRawBlock")))[0];
    assert_eq!(serialised::told(block), chain(&folder)[2]);
    let receipts = of("debug_getRawReceipts");
    let receipts = receipts.as_array().unwrap().iter();
    let receipts: Vec<Vec<u8>> = receipts.map(|it| bytes(it).to_vec()).collect();
    let receipts = serialised::receipts(block, &receipts);
    let mut raw = raw(&serialised::told(block), &receipts, RawCalls::NotTold);
    let uncles = block.body.ommers.iter();
    raw.uncles = uncles.map(|it| text(&serialised::header(it))).collect();
    let read = account_block(SPECIFIED, &raw).unwrap();
    assert_eq!(read.checks, ALL);
    assert!(!read.transactions.is_empty());
}
