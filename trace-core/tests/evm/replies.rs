//! What recorded replies of a real node say, read with what is told beside them or made up around
//! them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use testdata::recorded::folder;
use trace_core::model::account::{InnerCalls, Outcome, Transfer, TransferKind};
use trace_core::normalise::evm::{
    Outline, PlacedTransaction, RawTransactionCalls, account_transaction, placed_logs,
};
use trace_core::normalise::{RawCalls, account_block};

use crate::around::{
    First, Place, alone, around_calls, around_flat, around_receipt, around_receipts, number, raw,
    text,
};
use crate::made::ETHEREUM;
use crate::recorded::{mainnet, specified};

#[test]
fn blocks_and_receipts_of_the_main_network_are_read_and_agree() {
    let Some(folder) = folder() else { return };
    let mut receipts = BTreeMap::new();
    for exchange in mainnet(&folder, "eth_getBlockReceipts") {
        let Some(list @ Value::Array(items)) = &exchange.result else {
            continue;
        };
        if items.is_empty() {
            continue;
        }
        let block = around_receipts(items);
        let read = account_block(ETHEREUM, &raw(&block, list, RawCalls::NotTold)).unwrap();
        assert_eq!(read.transactions.len(), items.len(), "{}", exchange.file);
        let logs = read
            .transactions
            .iter()
            .map(|it| it.logs.len())
            .sum::<usize>();
        let told = items.iter().map(|it| it["logs"].as_array().unwrap().len());
        assert_eq!(logs, told.sum::<usize>());
        receipts.insert(block["hash"].to_string(), list.clone());
    }
    assert_eq!(receipts.len(), 7);
    let (mut whole, mut outlines) = (0, 0);
    for exchange in mainnet(&folder, "eth_getBlockByNumber") {
        let Some(block @ Value::Object(_)) = &exchange.result else {
            continue;
        };
        let outline = Outline::read(ETHEREUM, &text(block)).unwrap();
        assert_eq!(
            format!("0x{}", outline.at.hash),
            block["hash"].as_str().unwrap()
        );
        outlines += 1;
        let Some(receipts) = receipts.get(&block["hash"].to_string()) else {
            continue;
        };
        let read = account_block(ETHEREUM, &raw(block, receipts, RawCalls::NotTold)).unwrap();
        let gas: u64 = receipts
            .as_array()
            .unwrap()
            .iter()
            .map(|it| number(&it["gasUsed"]))
            .sum();
        assert_eq!(gas, number(&block["gasUsed"]));
        // All that is burnt is the block's gas at its base fee.
        let transfers = read.transactions.iter().flat_map(|it| &it.transfers);
        let burnt = transfers.filter(|it| it.kind == TransferKind::BaseFee);
        let burnt: u128 = burnt.map(|it| it.amount.to::<u128>()).sum();
        assert_eq!(
            burnt,
            u128::from(gas) * u128::from(number(&block["baseFeePerGas"]))
        );
        assert_eq!(
            read.after.len(),
            block["withdrawals"].as_array().unwrap().len()
        );
        whole += 1;
    }
    assert_eq!((whole, outlines), (1, 10));
    let mut alone = 0;
    for exchange in mainnet(&folder, "eth_getTransactionReceipt") {
        let Some(receipt) = exchange.answer() else {
            continue;
        };
        let read = account_block(ETHEREUM, &around_receipt(receipt)).unwrap();
        let [read] = read.transactions.as_slice() else {
            panic!("one receipt is of one transaction")
        };
        let fee = read.transfers.iter().filter(|it| it.kind.is_fee());
        let fee: u128 = fee.map(|it| it.amount.to::<u128>()).sum();
        let (gas, price) = (
            number(&receipt["gasUsed"]),
            number(&receipt["effectiveGasPrice"]),
        );
        assert_eq!(
            fee,
            u128::from(gas) * u128::from(price),
            "{}",
            exchange.file
        );
        alone += 1;
    }
    assert_eq!(alone, 8);
}

#[test]
fn events_of_the_main_network_are_read() {
    let Some(folder) = folder() else { return };
    let mut events = 0;
    for exchange in mainnet(&folder, "eth_getLogs") {
        let Some(result) = exchange.result else {
            continue;
        };
        let logs = placed_logs(&text(&result)).unwrap();
        assert_eq!(logs.len(), result.as_array().map_or(0, Vec::len));
        events += logs.len();
    }
    assert_eq!(events, 1_851);
    let (mut read, mut refused) = (0, 0);
    for exchange in specified(&folder, "eth_getLogs") {
        match exchange.result {
            Some(result) => read += placed_logs(&text(&result)).map(|_| 1).unwrap(),
            None => refused += exchange.error.map(|_| 1).unwrap(),
        }
    }
    assert_eq!((read, refused), (6, 3));
}

/// Frames that `trace_filter` cut off in the middle of a transaction, as it was asked to, are no
/// trace of a block.
fn is_cut(filter: &Value) -> bool {
    let cut = ["count", "after", "fromAddress"];
    cut.iter().any(|it| filter.get(it).is_some())
}

/// The frames that are told of whole blocks.
pub(crate) fn whole_traces(folder: &std::path::Path) -> Vec<Vec<Value>> {
    let methods = ["trace_block", "trace_filter"].into_iter();
    let all = methods.flat_map(|method| mainnet(folder, method));
    let whole = all.filter(|it| !is_cut(&it.params[0]));
    whole
        .filter_map(|it| it.result?.as_array().cloned())
        .collect()
}

#[test]
fn flat_traces_of_the_main_network_are_read_in_their_places() {
    let Some(folder) = folder() else { return };
    let (mut blocks, mut transactions, mut failed, mut after) = (0, 0, 0, 0);
    for frames in whole_traces(&folder) {
        let all = around_flat(&frames);
        for raw in &all {
            let read = account_block(ETHEREUM, raw).unwrap();
            assert_eq!(read.inner_calls, InnerCalls::Seen);
            for transaction in &read.transactions {
                if transaction.outcome == Outcome::Failed {
                    assert!(transaction.transfers.is_empty(), "{}", transaction.hash);
                    failed += 1;
                }
                transactions += 1;
            }
            after += read.after.len();
            blocks += 1;
        }
        // What the rules of the chain pay is what the node says that was paid.
        let rewards = frames.iter().filter(|it| it["type"] == "reward").count();
        let read = all
            .iter()
            .map(|raw| account_block(ETHEREUM, raw).unwrap().after.len());
        assert_eq!(read.sum::<usize>(), rewards);
    }
    assert_eq!((blocks, transactions, failed, after), (52, 3374, 184, 82));
}

/// A transaction as `trace_transaction` tells it, in its place.
fn by_flat(name: &str, frames: &[Value]) -> PlacedTransaction {
    let calls = RawTransactionCalls::Flat(text(&frames.to_vec().into()));
    let raw = alone(
        name,
        &Place::of(&frames[0]),
        &First::of_flat(&frames[0]),
        calls,
    );
    account_transaction(ETHEREUM, &raw).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The frames of transactions by their hashes, as one of the methods gives them that ask for one.
fn by_transaction(folder: &std::path::Path, method: &str) -> BTreeMap<String, Vec<Value>> {
    let exchanges = mainnet(folder, method).into_iter();
    let each = exchanges.filter_map(|it| {
        let name = it.params[0].as_str()?.to_owned();
        Some((name, it.result?.as_array()?.clone()))
    });
    each.collect()
}

#[test]
fn flat_traces_of_one_transaction_are_those_of_its_block() {
    let Some(folder) = folder() else { return };
    let mut of_blocks = BTreeMap::new();
    for raw in whole_traces(&folder)
        .iter()
        .flat_map(|frames| around_flat(frames))
    {
        let read = account_block(ETHEREUM, &raw).unwrap();
        for (index, transaction) in read.transactions.into_iter().enumerate() {
            let at = (read.at, index as u32);
            of_blocks.insert(transaction.hash.to_string(), (at, transaction));
        }
    }
    let all = by_transaction(&folder, "trace_transaction");
    let mut shared = 0;
    for (name, frames) in &all {
        let read = by_flat(name, frames);
        if let Some((at, transaction)) = of_blocks.get(name) {
            assert_eq!((read.at, read.position.index), *at, "{name}");
            assert_eq!(read.transaction, *transaction, "{name}");
            shared += 1;
        }
    }
    assert_eq!((all.len(), shared), (45, 24));
    // Each frame that is told alone is one of its transaction's.
    let (mut found, mut none) = (0, 0);
    for exchange in mainnet(&folder, "trace_get") {
        let of = exchange.params[0].as_str().unwrap();
        let at = exchange.params[1].as_array().unwrap().iter();
        let at: Value = at.map(|it| json!(number(it))).collect();
        let frames = all.get(of).map(Vec::as_slice).unwrap_or_default();
        let mut frames = frames.iter().filter(|frame| frame["traceAddress"] == at);
        assert_eq!(frames.next(), exchange.answer(), "{}", exchange.file);
        if exchange.answer().is_some() {
            found += 1;
        } else {
            none += 1;
        }
    }
    assert_eq!((found, none), (26, 8));
}

#[test]
fn call_traces_of_the_main_network_are_read() {
    let Some(folder) = folder() else { return };
    let mut moved = Vec::new();
    for exchange in mainnet(&folder, "debug_traceTransaction") {
        let Some(result) = exchange.answer() else {
            continue;
        };
        if exchange.params[1]["tracer"] != "callTracer" {
            continue;
        }
        let name = exchange.params[0].as_str().unwrap();
        let first = First {
            logs: by_index(result),
            ..First::of_call(result)
        };
        let calls = RawTransactionCalls::CallTracer(text(result));
        let read = account_transaction(ETHEREUM, &alone(name, &Place::made(), &first, calls));
        let read = read.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(read.inner_calls, InnerCalls::Seen);
        // The same as the only one of a block.
        let calls = RawCalls::CallTracer(text(&json!([{"result": result}])));
        let block = account_block(ETHEREUM, &around_calls(&[first], calls)).unwrap();
        assert_eq!(block.transactions[0].transfers, read.transaction.transfers);
        moved.push((
            read.transaction.transfers.len(),
            read.transaction.logs.len(),
        ));
    }
    assert_eq!(moved, [(0, 0), (0, 1), (4, 3), (3, 4), (2, 0)]);
}

/// The events in a trace in the order of their indexes, which is that of the receipt.
fn by_index(frame: &Value) -> Vec<Value> {
    fn gather(frame: &Value, found: &mut BTreeMap<u64, Value>) {
        for log in frame["logs"].as_array().into_iter().flatten() {
            assert!(found.insert(number(&log["index"]), log.clone()).is_none());
        }
        for call in frame["calls"].as_array().into_iter().flatten() {
            gather(call, found);
        }
    }
    let mut found = BTreeMap::new();
    gather(frame, &mut found);
    found.into_values().collect()
}

#[test]
fn otterscan_and_flat_traces_of_one_transaction_agree() {
    let Some(folder) = folder() else { return };
    let operations = by_transaction(&folder, "ots_getInternalOperations");
    let mut flat = by_transaction(&folder, "trace_transaction");
    for frame in whole_traces(&folder).concat() {
        // Those of `trace_transaction` are the same.
        let name = frame["transactionHash"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let list = flat.entry(name).or_default();
        if !list.contains(&frame) {
            list.push(frame);
        }
    }
    let (mut by_operations, mut by_flats, mut undone) = (0, 0, BTreeSet::new());
    for (name, list) in by_transaction(&folder, "ots_traceTransaction") {
        let flat = flat.get(&name);
        let place = flat.map_or_else(Place::made, |flat| Place::of(&flat[0]));
        let first = First::of_call(&list[0]);
        let read = |calls| -> (Vec<Transfer>, _) {
            let read = account_transaction(ETHEREUM, &alone(&name, &place, &first, calls));
            let read = read
                .unwrap_or_else(|error| panic!("{name}: {error}"))
                .transaction;
            (read.transfers, read.creations)
        };
        let frames = read(RawTransactionCalls::Frames(text(&list.clone().into())));
        if let Some(operations) = operations.get(&name) {
            let calls = RawTransactionCalls::Operations(text(&operations.clone().into()));
            assert_eq!(read(calls), frames, "{name}");
            by_operations += 1;
        }
        if let Some(flat) = flat {
            if flat.iter().any(|frame| frame.get("error").is_some()) {
                // Otterscan does not tell what was undone.
                undone.insert(name);
                continue;
            }
            let read = by_flat(&name, flat).transaction;
            assert_eq!((read.transfers, read.creations), frames, "{name}");
            by_flats += 1;
        }
    }
    assert_eq!((by_operations, by_flats, undone.len()), (5, 8, 0));
}
