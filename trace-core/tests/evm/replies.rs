//! Every recorded reply of a real node is read, or is no answer to what we ask.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use testdata::recorded::folder;
use trace_core::model::account::{Block, InnerCalls, Transfer, TransferKind};
use trace_core::model::{BlockRef, ChainId};
use trace_core::normalise::evm::{Outline, is_call_trace, is_flat_trace, placed_logs};
use trace_core::normalise::{RawAccountBlock, RawCalls, RawReceipts, account_block};

use crate::made::{ETHEREUM, hash, shown};
use crate::recorded::{mainnet, specified};

pub(crate) fn text(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

/// A block as told, with the receipts told.
pub(crate) fn raw(block: &Value, receipts: &Value, calls: RawCalls) -> RawAccountBlock {
    let number = block["number"].as_str().unwrap();
    RawAccountBlock {
        at: BlockRef {
            height: u32::from_str_radix(&number[2..], 16).unwrap(),
            hash: shown(block["hash"].as_str().unwrap()),
        },
        block: text(block),
        receipts: RawReceipts::Block(text(receipts)),
        calls,
        uncles: Vec::new(),
    }
}

/// A block made up around receipts, whose transactions are worth nothing.
fn around_receipts(receipts: &Value) -> Value {
    let each = receipts.as_array().unwrap().iter().map(|receipt| {
        json!({
            "hash": receipt["transactionHash"], "from": receipt["from"], "to": receipt["to"],
            "nonce": "0x0", "gas": receipt["gasUsed"], "value": "0x0", "input": "0x",
            "gasPrice": receipt["effectiveGasPrice"], "type": receipt["type"],
        })
    });
    let transactions: Vec<Value> = each.collect();
    json!({
        "number": receipts[0]["blockNumber"], "hash": receipts[0]["blockHash"],
        "parentHash": hash(0), "timestamp": "0x0", "miner": format!("0x{:040x}", 1),
        "transactions": transactions, "uncles": [],
    })
}

/// A block after the merge made up around the first frame and the events of each transaction.
pub(crate) fn around_frames(tops: &[(Value, Vec<Value>, bool)]) -> (Value, Value) {
    let (mut transactions, mut receipts) = (Vec::new(), Vec::new());
    for (index, (top, logs, failed)) in tops.iter().enumerate() {
        let create = top["type"]
            .as_str()
            .unwrap()
            .to_lowercase()
            .starts_with("create");
        let (to, created) = if create {
            (Value::Null, top["to"].clone())
        } else {
            (top["to"].clone(), Value::Null)
        };
        let name = hash(0x7000 + index as u64);
        transactions.push(json!({
            "hash": name, "from": top["from"], "to": to, "nonce": "0x0", "gas": "0x0",
            "value": top["value"], "input": "0x", "gasPrice": "0x0",
        }));
        receipts.push(json!({
            "transactionHash": name, "blockHash": hash(0xb10c), "gasUsed": "0x0", "logs": logs,
            "status": if *failed { "0x0" } else { "0x1" }, "contractAddress": created,
        }));
    }
    let block = json!({
        "number": "0x1000000", "hash": hash(0xb10c), "parentHash": hash(0), "timestamp": "0x0",
        "miner": format!("0x{:040x}", 1), "transactions": transactions, "uncles": [],
    });
    (block, receipts.into())
}

fn moved(block: &Block) -> Vec<Vec<Transfer>> {
    let each = block.transactions.iter().map(|it| it.transfers.clone());
    each.collect()
}

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
        let block = around_receipts(list);
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
    for exchange in mainnet(&folder, "eth_getTransactionReceipt") {
        if let Some(receipt @ Value::Object(_)) = exchange.result {
            let list = json!([receipt]);
            let mut alone = list.clone();
            alone[0].as_object_mut().unwrap().remove("transactionIndex");
            alone[0]
                .as_object_mut()
                .unwrap()
                .remove("cumulativeGasUsed");
            let block = around_receipts(&list);
            account_block(ETHEREUM, &raw(&block, &alone, RawCalls::NotTold)).unwrap();
        }
    }
}

fn number(quantity: &Value) -> u64 {
    u64::from_str_radix(&quantity.as_str().unwrap()[2..], 16).unwrap()
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
    for (_, exchange) in specified(&folder, "eth_getLogs") {
        match exchange.result {
            Some(result) => read += placed_logs(&text(&result)).map(|_| 1).unwrap(),
            None => refused += exchange.error.map(|_| 1).unwrap(),
        }
    }
    assert_eq!((read, refused), (6, 3));
}

/// The frames of `trace_block`, each transaction's together with a new hash and place.
pub(crate) fn regrouped(frames: &[Value]) -> (Vec<(Value, Vec<Value>, bool)>, Vec<Value>) {
    let mut places: BTreeMap<(String, String), u64> = BTreeMap::new();
    let (mut tops, mut all) = (Vec::new(), Vec::new());
    for frame in frames {
        if frame["type"] == "reward" {
            continue;
        }
        let key = (
            frame["blockHash"].to_string(),
            frame["transactionHash"].to_string(),
        );
        let next = places.len() as u64;
        let place = *places.entry(key).or_insert(next);
        if place == next {
            let action = &frame["action"];
            let to = match frame["type"].as_str() {
                Some("create") => &frame["result"]["address"],
                _ => &action["to"],
            };
            let top = json!({"type": frame["type"], "from": action["from"], "to": to, "value": action["value"]});
            tops.push((top, Vec::new(), frame.get("error").is_some()));
        }
        let mut frame = frame.clone();
        frame["transactionPosition"] = json!(place);
        frame["transactionHash"] = json!(hash(0x7000 + place));
        frame["blockHash"] = json!(hash(0xb10c));
        all.push(frame);
    }
    (tops, all)
}

#[test]
fn flat_traces_of_the_main_network_are_read_with_their_rewards() {
    let Some(folder) = folder() else { return };
    let (mut lists, mut frames) = (0, 0);
    for method in ["trace_block", "trace_transaction", "trace_filter"] {
        for exchange in mainnet(&folder, method) {
            let Some(Value::Array(list)) = &exchange.result else {
                continue;
            };
            // Those cut off in the middle of a transaction by `count`, `after` or an account
            // are no trace of a block.
            let filter = &exchange.params[0];
            let cut = ["count", "after", "fromAddress"];
            if method == "trace_filter" && cut.iter().any(|it| filter.get(it).is_some()) {
                continue;
            }
            let (tops, all) = regrouped(list);
            let (block, receipts) = around_frames(&tops);
            let calls = RawCalls::Flat(text(&all.clone().into()));
            let read = account_block(ETHEREUM, &raw(&block, &receipts, calls))
                .unwrap_or_else(|error| panic!("{method} {}: {error}", exchange.file));
            assert_eq!(read.inner_calls, InnerCalls::Seen);
            for (transaction, (_, _, failed)) in read.transactions.iter().zip(&tops) {
                assert!(!failed || transaction.transfers.is_empty());
            }
            lists += 1;
            frames += list.len();
        }
    }
    assert!(
        lists > 80 && frames > 10_000,
        "{lists} lists, {frames} frames"
    );
    // What the rules of the chain pay is what the node says that was paid.
    let mut rewarded = 0;
    for exchange in mainnet(&folder, "trace_block") {
        let Some(list @ Value::Array(frames)) = &exchange.result else {
            continue;
        };
        assert!(is_flat_trace(&text(list)));
        let rewards: Vec<&Value> = frames.iter().filter(|it| it["type"] == "reward").collect();
        let Some(first) = rewards.first() else {
            continue;
        };
        if first["action"]["rewardType"] == "withdrawal" {
            continue;
        }
        let height = first["blockNumber"].as_u64().unwrap();
        let authors = |kind: &str| -> Vec<Value> {
            let of_kind = rewards
                .iter()
                .filter(|it| it["action"]["rewardType"] == kind);
            of_kind.map(|it| it["action"]["author"].clone()).collect()
        };
        let uncles = authors("uncle");
        let told: Vec<Value> = rewards.iter().map(|it| (*it).clone()).collect();
        let block = json!({
            "number": format!("0x{height:x}"), "hash": first["blockHash"], "parentHash": hash(0),
            "timestamp": "0x0", "miner": authors("block")[0], "transactions": [],
            "uncles": (0..uncles.len()).map(|it| hash(it as u64)).collect::<Vec<_>>(),
        });
        let base = if height < 4_370_000 {
            5
        } else if height < 7_280_000 {
            3
        } else {
            2
        };
        let mut whole = raw(&block, &json!([]), RawCalls::Flat(text(&told.into())));
        whole.uncles = uncles.iter().enumerate().map(|(index, author)| {
            // How late it was, from what it was paid.
            let paid = rewards.iter().find(|it| it["action"]["author"] == *author && it["action"]["rewardType"] == "uncle").unwrap();
            let paid = number(&paid["action"]["value"]);
            let eighths = u128::from(paid) * 8 / (base * 1_000_000_000_000_000_000);
            let late = 8 - u64::try_from(eighths).unwrap();
            text(&json!({"number": format!("0x{:x}", height - late), "hash": hash(index as u64), "miner": author}))
        }).collect();
        let read = account_block(ETHEREUM, &whole).unwrap();
        assert_eq!(read.after.len(), rewards.len(), "{height}");
        rewarded += 1;
    }
    assert!(rewarded >= 20, "{rewarded}");
}

#[test]
fn other_traces_of_the_main_network_are_read_or_told_apart() {
    let Some(folder) = folder() else { return };
    let (mut read, mut other) = (0, 0);
    for exchange in mainnet(&folder, "debug_traceTransaction") {
        let Some(result @ (Value::Object(_) | Value::Array(_))) = exchange.result else {
            continue;
        };
        let traces = json!([{"result": result}]);
        let asked = exchange.params[1]["tracer"].as_str().unwrap();
        assert_eq!(
            is_call_trace(&text(&traces)),
            asked == "callTracer",
            "{}",
            exchange.file
        );
        if asked != "callTracer" {
            other += 1;
            continue;
        }
        let logs = by_index(&result);
        let (block, receipts) = around_frames(&[(result, logs, false)]);
        let calls = RawCalls::CallTracer(text(&traces));
        let block = account_block(ETHEREUM, &raw(&block, &receipts, calls)).unwrap();
        assert_eq!(block.inner_calls, InnerCalls::Seen);
        read += 1;
    }
    assert_eq!((read, other), (5, 12));
    for method in ["debug_traceBlockByHash", "debug_traceBlockByNumber"] {
        for exchange in mainnet(&folder, method) {
            if let Some(result @ Value::Array(_)) = exchange.result {
                assert!(!is_call_trace(&text(&result)), "{}", exchange.file);
            }
        }
        for (file, exchange) in specified(&folder, method) {
            match exchange.result {
                Some(result) => assert!(!is_call_trace(&text(&result)), "{file}"),
                None => assert!(exchange.error.is_some(), "{file}"),
            }
        }
    }
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
    let by_transaction = |method: &str| -> BTreeMap<String, Value> {
        let exchanges = mainnet(&folder, method).into_iter();
        exchanges
            .filter_map(|it| Some((it.params[0].as_str()?.to_owned(), it.result?)))
            .filter(|(_, result)| result.is_array())
            .collect()
    };
    let (frames, operations) = (
        by_transaction("ots_traceTransaction"),
        by_transaction("ots_getInternalOperations"),
    );
    let flat = by_transaction("trace_transaction");
    let mut compared = BTreeSet::new();
    for (name, list) in &frames {
        let (block, receipts) = around_frames(&[(list[0].clone(), Vec::new(), false)]);
        let read = |calls| {
            let block = account_block(ETHEREUM, &raw(&block, &receipts, calls)).unwrap();
            let (moved, creations) = (moved(&block), block.transactions[0].creations.clone());
            (moved, creations)
        };
        let by_frames = read(RawCalls::Frames(vec![text(list)]));
        if let Some(operations) = operations.get(name) {
            assert_eq!(
                read(RawCalls::Operations(vec![text(operations)])),
                by_frames,
                "{name}"
            );
            compared.insert(("operations", name));
        }
        if let Some(Value::Array(flat)) = flat.get(name) {
            let (_, all) = regrouped(flat);
            if all.iter().all(|frame| frame.get("error").is_none()) {
                assert_eq!(read(RawCalls::Flat(text(&all.into()))), by_frames, "{name}");
                compared.insert(("flat", name));
            }
        }
    }
    assert!(compared.len() >= 6, "{compared:?}");
}

#[test]
fn what_the_specification_shows_is_read() {
    let Some(folder) = folder() else { return };
    // What the tests of the specification run on.
    let chain = ChainId(3_503_995_874_084_926);
    let mut blocks: BTreeMap<String, Value> = BTreeMap::new();
    for method in ["eth_getBlockByNumber", "eth_getBlockByHash"] {
        for (file, exchange) in specified(&folder, method) {
            match exchange.result {
                Some(Value::Null) => assert!(Outline::read(chain, b"null").is_err()),
                Some(block) => {
                    let outline = Outline::read(chain, &text(&block));
                    let outline = outline.unwrap_or_else(|error| panic!("{file}: {error}"));
                    let whole = block["transactions"].as_array().unwrap();
                    assert_eq!(outline.transactions.len(), whole.len());
                    blocks.insert(block["hash"].to_string(), block);
                }
                None => assert!(exchange.error.is_some(), "{file}"),
            }
        }
    }
    assert!(blocks.len() >= 7, "{}", blocks.len());
    let mut read = 0;
    for (file, exchange) in specified(&folder, "eth_getBlockReceipts") {
        let Some(list) = exchange.result else {
            assert!(exchange.error.is_some(), "{file}");
            continue;
        };
        if list.as_array().is_none_or(Vec::is_empty) {
            continue;
        }
        let told = blocks.get(&list[0]["blockHash"].to_string());
        let whole = told.filter(|it| it["transactions"][0].is_object());
        let block = whole.cloned().unwrap_or_else(|| around_receipts(&list));
        account_block(chain, &raw(&block, &list, RawCalls::NotTold))
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        read += 1;
    }
    assert_eq!(read, 3);
    for (file, exchange) in specified(&folder, "eth_getTransactionReceipt") {
        if let Some(receipt @ Value::Object(_)) = exchange.result {
            let list = json!([receipt]);
            let mut alone = list.clone();
            alone[0].as_object_mut().unwrap().remove("transactionIndex");
            alone[0]
                .as_object_mut()
                .unwrap()
                .remove("cumulativeGasUsed");
            let block = around_receipts(&list);
            account_block(chain, &raw(&block, &alone, RawCalls::NotTold))
                .unwrap_or_else(|error| panic!("{file}: {error}"));
        }
    }
}
