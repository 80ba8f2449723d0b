//! What real blocks say of themselves holds against their hashes, and nothing of it can be
//! changed unseen.

use std::collections::BTreeSet;
use std::fs;

use alloy_primitives::Bytes;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use testdata::recorded::folder;
use trace_core::model::ChainId;
use trace_core::model::account::{Address, Block, Check, Checks};
use trace_core::normalise::evm::{
    RawAccountTransaction, RawTransactionCalls, account_transaction, mentions,
};
use trace_core::normalise::{
    NormaliseError, RawAccountBlock, RawCalls, RawReceipts, account_block,
};

use crate::around::{raw, text};
use crate::falsified::{Change, falsify, leaves};
use crate::made::ETHEREUM;
use crate::recorded::{mainnet, specified};
use crate::serialised;

/// What the tests of the specification run on.
pub(crate) const SPECIFIED: ChainId = ChainId(3_503_995_874_084_926);

pub(crate) const ALL: Checks = Checks {
    header: Check::Holds,
    transactions: Check::Holds,
    receipts: Check::Holds,
    after: Check::Holds,
};

/// A block of the main network with its receipts, as a node told them.
fn whole() -> Option<(Value, Value)> {
    let folder = folder()?;
    let at = |exchange: &crate::recorded::Exchange| exchange.params[0] == "0x112A880";
    let blocks = mainnet(&folder, "eth_getBlockByNumber").into_iter();
    let block = blocks.filter(at).find_map(|it| it.result).unwrap();
    let receipts = mainnet(&folder, "eth_getBlockReceipts").into_iter();
    let receipts = receipts.filter(at).find_map(|it| it.result).unwrap();
    Some((block, receipts))
}

fn read(chain: ChainId, block: &Value, receipts: &Value) -> Result<Block, NormaliseError> {
    account_block(chain, &raw(block, receipts, RawCalls::NotTold))
}

#[test]
fn a_block_of_the_main_network_holds_in_everything() {
    let Some((block, receipts)) = whole() else {
        return;
    };
    let read = read(ETHEREUM, &block, &receipts).unwrap();
    assert_eq!(read.checks, ALL);
    assert_eq!(read.transactions.len(), 94);
    assert_eq!(read.after.len(), 16);
}

#[test]
fn serialised_blocks_of_the_main_network_hold_in_everything() {
    let Some(folder) = folder() else { return };
    let bytes = |value: &Value| value.as_str().unwrap().parse::<Bytes>().unwrap();
    let receipts = mainnet(&folder, "debug_getRawReceipts");
    let mut kinds = BTreeSet::new();
    let mut whole = 0;
    for exchange in mainnet(&folder, "debug_getRawBlock") {
        let at = &exchange.params[0];
        let named = receipts.iter().find(|receipts| receipts.params[0] == *at);
        let Some(Value::Array(receipts)) = named.and_then(|it| it.result.clone()) else {
            continue;
        };
        let block = &serialised::blocks(&bytes(&exchange.result.unwrap()))[0];
        let told = serialised::told(block);
        let receipts: Vec<Vec<u8>> = receipts.iter().map(|it| bytes(it).to_vec()).collect();
        let receipts = serialised::receipts(block, &receipts);
        let mut raw = raw(&told, &receipts, RawCalls::NotTold);
        let uncles = block.body.ommers.iter();
        raw.uncles = uncles.map(|it| text(&serialised::header(it))).collect();
        let read = account_block(ETHEREUM, &raw).unwrap_or_else(|error| panic!("{at}: {error}"));
        assert_eq!(read.checks, ALL, "{at}");
        kinds.extend(block.body.transactions.iter().map(|it| it.tx_type() as u8));
        whole += 1;
    }
    assert_eq!((whole, kinds), (5, [0, 1, 2, 3].into()));
}

#[test]
fn blocks_told_without_receipts_hold_in_the_rest() {
    let Some(folder) = folder() else { return };
    let mut whole = 0;
    for exchange in mainnet(&folder, "eth_getBlockByNumber") {
        let Some(block @ Value::Object(_)) = exchange.result else {
            continue;
        };
        if exchange.params[1] == false {
            continue;
        }
        let read = mentions(ETHEREUM, &text(&block), Address::ZERO).unwrap();
        let has_uncles = !block["uncles"].as_array().unwrap().is_empty();
        let expected = Checks {
            receipts: Check::NotTold,
            // Their headers are not told.
            after: if has_uncles {
                Check::NotTold
            } else {
                Check::Holds
            },
            ..ALL
        };
        assert_eq!(read.checks, expected, "{}", exchange.file);
        whole += 1;
    }
    assert_eq!(whole, 7);
}

/// The chain of the specification, which goes through all forks, has transactions of all types.
#[test]
fn blocks_of_every_fork_hold() {
    let Some(folder) = folder() else { return };
    let file = folder.join("ethereum/execution-apis/tests/chain.rlp");
    let blocks = serialised::blocks(&fs::read(file).unwrap());
    let mut kinds = BTreeSet::new();
    for block in &blocks {
        let told = serialised::told(block);
        let read = mentions(SPECIFIED, &text(&told), Address::ZERO);
        let read = read.unwrap_or_else(|error| panic!("{}: {error}", block.header.number));
        let expected = Checks {
            receipts: Check::NotTold,
            // Their headers are not told.
            after: if block.body.ommers.is_empty() {
                Check::Holds
            } else {
                Check::NotTold
            },
            ..ALL
        };
        assert_eq!(read.checks, expected, "{}", block.header.number);
        kinds.extend(block.body.transactions.iter().map(|it| it.tx_type() as u8));
    }
    assert_eq!(kinds, [0, 1, 2, 3, 4].into());
    assert!(blocks.last().unwrap().header.requests_hash.is_some());
    let mut specified_blocks = 0;
    for exchange in specified(&folder, "eth_getBlockReceipts") {
        let Some(receipts) = exchange.answer().filter(|it| !it[0].is_null()) else {
            continue;
        };
        let mut told = blocks.iter().map(serialised::told);
        let block = told.find(|told| told["hash"] == receipts[0]["blockHash"]);
        let read = read(SPECIFIED, &block.unwrap(), receipts).unwrap();
        assert_eq!(read.checks, ALL, "{}", exchange.file);
        specified_blocks += 1;
    }
    assert_eq!(specified_blocks, 3);
}

/// Transactions that are asked for alone, with their receipts and their blocks.
fn alone(folder: &std::path::Path) -> Vec<(String, RawAccountTransaction)> {
    let file = folder.join("ethereum/execution-apis/tests/chain.rlp");
    let blocks = serialised::blocks(&fs::read(file).unwrap());
    let blocks: Vec<Value> = blocks.iter().map(serialised::told).collect();
    let receipts = specified(folder, "eth_getTransactionReceipt");
    let receipts: Vec<Value> = receipts.into_iter().filter_map(|it| it.result).collect();
    let mut found = Vec::new();
    let mut without = Vec::new();
    for exchange in specified(folder, "eth_getTransactionByHash") {
        let Some(told) = exchange.answer() else {
            without.push(exchange.file);
            continue;
        };
        let of_it = |receipt: &&Value| receipt["transactionHash"] == told["hash"];
        let receipt = receipts.iter().find(of_it).unwrap();
        let mut blocks = blocks.iter();
        let mut block = blocks
            .find(|it| it["hash"] == told["blockHash"])
            .unwrap()
            .clone();
        let transactions = block["transactions"].as_array().unwrap().iter();
        block["transactions"] = transactions.map(|it| it["hash"].clone()).collect();
        let raw = RawAccountTransaction {
            hash: told["hash"].as_str().unwrap().parse().unwrap(),
            block: text(&block),
            transaction: text(told),
            receipt: text(receipt),
            calls: RawTransactionCalls::NotTold,
        };
        found.push((exchange.file.clone(), raw));
    }
    // Those that are asked for there are none of.
    assert_eq!(without, ["get-empty-tx.io", "get-notfound-tx.io"]);
    found
}

#[test]
fn transactions_told_alone_hold() {
    let Some(folder) = folder() else { return };
    let all = alone(&folder);
    for (file, raw) in &all {
        let read = account_transaction(SPECIFIED, raw);
        let read = read.unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(
            (read.header, read.itself),
            (Check::Holds, Check::Holds),
            "{file}"
        );
    }
    assert_eq!(all.len(), 7);
}

fn said(told: &Value) -> RawAccountBlock {
    raw(&told["block"], &told["receipts"], RawCalls::NotTold)
}

/// Whatever is falsified is refused, or is nothing that comes into the block, or is said not to
/// be held. A changed digit is never merely said but for the type, which may be one that is not
/// known, and on chains other than Ethereum for what rules give and no hash.
fn is_found(chain: ChainId, told: &Value, right: &Block, pointer: &str, change: Change) {
    let mut falsified = told.clone();
    if !falsify(&mut falsified, pointer, change) {
        return;
    }
    let mut raw = said(told);
    raw.block = text(&falsified["block"]);
    raw.receipts = RawReceipts::Block(text(&falsified["receipts"]));
    match account_block(chain, &raw) {
        Err(error) => assert!(error.block.is_some(), "{error}"),
        Ok(read) if read == *right => {}
        Ok(read) => {
            assert!(!read.checks.all_hold(), "{pointer} {change:?}");
            let by_rules = [
                "contractAddress",
                "effectiveGasPrice",
                "blobGasUsed",
                "blobGasPrice",
            ];
            let member = pointer.rsplit('/').next().unwrap();
            let may_be_other =
                member == "type" || (chain != ETHEREUM && by_rules.contains(&member));
            let is_told = !matches!(change, Change::Digit(_)) || may_be_other;
            assert!(is_told, "{pointer} {change:?}: {:?}", read.checks);
        }
    }
}

#[test]
fn every_change_of_a_small_block_is_found() {
    let Some(folder) = folder() else { return };
    let file = folder.join("ethereum/execution-apis/tests/chain.rlp");
    let blocks = serialised::blocks(&fs::read(file).unwrap());
    let mut changed = 0;
    for exchange in specified(&folder, "eth_getBlockReceipts") {
        let Some(receipts) = exchange.answer().filter(|it| !it[0].is_null()) else {
            continue;
        };
        let mut all = blocks.iter().map(serialised::told);
        let block = all.find(|it| it["hash"] == receipts[0]["blockHash"]);
        let told = json!({"block": block.unwrap(), "receipts": receipts});
        let right = account_block(SPECIFIED, &said(&told)).unwrap();
        let mut places = Vec::new();
        leaves(&told, "", &mut places);
        for place in &places {
            for change in [
                Change::Digit(usize::MAX / 7),
                Change::Removed,
                Change::Nothing,
                Change::Zero,
            ] {
                is_found(SPECIFIED, &told, &right, place, change);
                changed += 1;
            }
        }
    }
    assert!(changed > 1_000, "{changed}");
}

#[test]
fn no_change_of_a_block_of_the_main_network_is_missed() {
    let Some((block, receipts)) = whole() else {
        return;
    };
    let told = json!({"block": block, "receipts": receipts});
    let right = account_block(ETHEREUM, &said(&told)).unwrap();
    let mut places = Vec::new();
    leaves(&told, "", &mut places);
    let change = prop_oneof![
        4 => any::<Index>().prop_map(|index| Change::Digit(index.index(1 << 20))),
        1 => Just(Change::Removed),
        1 => Just(Change::Nothing),
        1 => Just(Change::Zero),
    ];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let case = (select(places), change);
    let result = runner.run(&case, |(place, change)| {
        is_found(ETHEREUM, &told, &right, &place, change);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn a_fee_for_blobs_that_there_are_not_is_refused() {
    let Some((mut block, mut receipts)) = whole() else {
        return;
    };
    block["transactions"][0]["blobVersionedHashes"] = json!([crate::made::hash(1)]);
    receipts[0]["blobGasUsed"] = json!("0x20000");
    receipts[0]["blobGasPrice"] = json!("0x1");
    let error = read(ETHEREUM, &block, &receipts).unwrap_err().to_string();
    assert!(error.contains("blobGasUsed"), "{error}");
}
