//! Replies that others recorded, with the rows that they made of them (ethereum-etl).

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use testdata::recorded::folder;
use trace_core::model::ChainId;
use trace_core::model::account::{Block, Outcome, TransferKind, U256};
use trace_core::normalise::evm::is_call_trace;
use trace_core::normalise::{RawCalls, RawReceipts, account_block};

use crate::made::{ETHEREUM, hash};
use crate::replies::{around_frames, raw, regrouped, text};

type Row = std::collections::BTreeMap<String, String>;

fn cases(folder: &Path) -> PathBuf {
    folder.join("ethereum/ethereum-etl/tests/resources")
}

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn result(path: &Path) -> Value {
    let reply: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    reply["result"].clone()
}

/// The replies of a folder whose names begin like this, by name.
fn replies(folder: &Path, name: &str) -> Vec<Value> {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with(name)
        })
        .collect();
    files.sort();
    files.iter().map(|path| result(path)).collect()
}

/// A block with its receipts in the order of its transactions.
fn whole(block: &Value, receipts: &[Value]) -> Block {
    let transactions = block["transactions"].as_array().unwrap().iter();
    let ordered = transactions.map(|transaction| {
        let mut all = receipts.iter();
        let receipt = all.find(|it| it["transactionHash"] == transaction["hash"]);
        text(receipt.unwrap())
    });
    let mut raw = raw(block, &json!([]), RawCalls::NotTold);
    raw.receipts = RawReceipts::Each(ordered.collect());
    account_block(ETHEREUM, &raw).unwrap()
}

/// Transactions and receipts of a block against their rows.
fn check(block: &Block, transactions: &[Row], receipts: &[Row]) {
    assert_eq!(block.transactions.len(), transactions.len());
    for (transaction, row) in block.transactions.iter().zip(transactions) {
        assert_eq!(transaction.hash.to_string(), row["hash"]);
        assert_eq!(transaction.nonce.to_string(), row["nonce"]);
        assert_eq!(
            format!("{:?}", transaction.from).to_lowercase(),
            row["from_address"]
        );
        let to = transaction
            .to
            .map_or_else(String::new, |to| format!("{to:?}"));
        assert_eq!(to.to_lowercase(), row["to_address"]);
        assert_eq!(transaction.gas_price.to_string(), row["gas_price"]);
        let selector = transaction
            .selector
            .map(alloy_primitives::hex::encode_prefixed);
        assert_eq!(selector.as_deref(), row["input"].get(..10));
        let value: U256 = amounts(block, &transaction.hash.to_string(), |kind| {
            kind == TransferKind::Value
        });
        if transaction.outcome == Outcome::Succeeded {
            assert_eq!(value.to_string(), row["value"]);
        }
        let receipt = receipts
            .iter()
            .find(|it| it["transaction_hash"] == row["hash"]);
        let receipt = receipt.unwrap();
        let number = |name: &str| -> U256 { receipt[name].parse().unwrap() };
        let fee = amounts(block, &row["hash"], TransferKind::is_fee);
        assert_eq!(fee, number("gas_used") * number("effective_gas_price"));
    }
}

fn amounts(block: &Block, hash: &str, wanted: impl Fn(TransferKind) -> bool) -> U256 {
    let mut all = block.transactions.iter();
    let transaction = all.find(|it| it.hash.to_string() == hash).unwrap();
    let transfers = transaction.transfers.iter().filter(|it| wanted(it.kind));
    transfers.map(|it| it.amount).sum()
}

/// From, to and amount as their rows have them.
fn moved(block: &Block, wanted: impl Fn(TransferKind) -> bool) -> Vec<[String; 3]> {
    let transfers = block.transactions.iter().flat_map(|it| &it.transfers);
    let transfers = transfers.filter(|it| wanted(it.kind));
    let account = |it: Option<trace_core::model::account::Address>| {
        it.map_or_else(String::new, |it| format!("{it:?}").to_lowercase())
    };
    let each = transfers.map(|it| [account(it.from), account(it.to), it.amount.to_string()]);
    each.collect()
}

#[test]
fn blocks_receipts_and_token_transfers_give_the_rows_of_others() {
    let Some(folder) = folder() else { return };
    let cases = cases(&folder);
    // Block 483 920, in three cases.
    let blocks = cases.join("test_export_blocks_job/block_with_logs");
    let receipts = cases.join("test_export_receipts_job/receipts_with_logs");
    let told = &replies(&blocks, "web3_response.eth_getBlockByNumber")[0];
    let block = whole(told, &replies(&receipts, "web3_response"));
    check(
        &block,
        &rows(&blocks.join("expected_transactions.csv")),
        &rows(&receipts.join("expected_receipts.csv")),
    );
    let tokens = cases.join("test_export_token_transfers_job/block_with_transfers");
    let expected = rows(&tokens.join("expected_token_transfers.csv"));
    let expected: Vec<_> = expected
        .iter()
        .map(|it| ["from_address", "to_address", "value"].map(|name| it[name].clone()))
        .collect();
    assert_eq!(moved(&block, |kind| kind == TransferKind::Token), expected);
    let logs = rows(&receipts.join("expected_logs.csv"));
    let events: usize = block.transactions.iter().map(|it| it.logs.len()).sum();
    assert_eq!(events, logs.len());
    // Block 1 755 635, whose rows are JSON.
    let stream = cases.join("test_stream/blocks_1755634_1755635");
    let told = replies(&stream, "web3_response.eth_getBlockByNumber_0x1ac9f3_true");
    let receipts = replies(&stream, "web3_response.eth_getTransactionReceipt");
    let block = whole(&told[0], &receipts);
    let rows = fs::read_to_string(stream.join("expected_token_transfers.json")).unwrap();
    let expected: Vec<Value> = rows
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|it| {
            let text = |name: &str| it[name].as_str().unwrap().to_owned();
            [
                text("from_address"),
                text("to_address"),
                it["value"].to_string(),
            ]
        })
        .collect();
    assert_eq!(moved(&block, |kind| kind == TransferKind::Token), expected);
}

/// The rows that others made of the traces of a folder, in whichever form they wrote them.
fn rows_of_traces(folder: &Path) -> Vec<Row> {
    let Ok(lines) = fs::read_to_string(folder.join("expected_traces.json")) else {
        return rows(&folder.join("expected_traces.csv"));
    };
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let row = |line: &str| -> Row {
        let row: serde_json::Map<String, Value> = serde_json::from_str(line).unwrap();
        let cells = row.iter();
        cells
            .map(|(name, value)| (name.clone(), text(value)))
            .collect()
    };
    lines.lines().map(row).collect()
}

/// What rows of traces say that moved, and who was rewarded.
fn from_traces(rows: &[Row]) -> (Vec<[String; 3]>, Vec<[String; 2]>) {
    let moving = rows.iter().filter(|row| {
        row["trace_type"] != "reward"
            && row["error"].is_empty()
            && !matches!(
                &*row["call_type"],
                "callcode" | "delegatecall" | "staticcall"
            )
            && !matches!(&*row["value"], "" | "0")
    });
    let moved =
        moving.map(|it| ["from_address", "to_address", "value"].map(|name| it[name].clone()));
    let rewards = rows.iter().filter(|row| row["trace_type"] == "reward");
    let rewards = rewards.map(|it| ["to_address", "value"].map(|name| it[name].clone()));
    (moved.collect(), rewards.collect())
}

#[test]
fn flat_traces_give_the_rows_of_others() {
    let Some(folder) = folder() else { return };
    let mut amounts = 0;
    for case in [
        "test_export_traces_job/block_with_create",
        "test_export_traces_job/block_with_error",
        "test_export_traces_job/block_with_subtraces",
        "test_export_traces_job/block_with_suicide",
        "test_stream/blocks_508110_508110",
        "test_stream/blocks_2112234_2112234",
    ] {
        let folder = cases(&folder).join(case);
        let (expected, rewards) = from_traces(&rows_of_traces(&folder));
        let told = &replies(&folder, "web3_response.trace_block")[0];
        let frames = told.as_array().unwrap();
        let (tops, mut all) = regrouped(frames);
        for mut reward in frames.iter().filter(|it| it["type"] == "reward").cloned() {
            reward["blockHash"] = json!(hash(0xb10c));
            all.push(reward);
        }
        let (block, receipts) = around_frames(&tops);
        let calls = RawCalls::Flat(text(&all.into()));
        // On another chain, for there the node's word on rewards is taken.
        let block = account_block(ChainId(2), &raw(&block, &receipts, calls)).unwrap();
        assert_eq!(moved(&block, |_| true), expected, "{case}");
        let after = block.after.iter();
        let after: Vec<_> = after
            .map(|it| {
                [
                    format!("{:?}", it.to.unwrap()).to_lowercase(),
                    it.amount.to_string(),
                ]
            })
            .collect();
        assert_eq!(after, rewards, "{case}");
        amounts += expected.len();
    }
    assert_eq!(amounts, 6);
}

#[test]
fn call_traces_give_the_rows_of_others_unless_they_leave_amounts_out() {
    let Some(folder) = folder() else { return };
    for case in [
        "block_with_create",
        "block_with_error",
        "block_with_subtraces",
    ] {
        let folder = cases(&folder)
            .join("test_extract_geth_traces_job")
            .join(case);
        let (expected, _) = from_traces(&rows(&folder.join("expected_traces.csv")));
        let told = &replies(&folder, "web3_response.debug_traceBlockByNumber")[0];
        let tops = told.as_array().unwrap().iter().map(|entry| {
            let top = entry["result"].clone();
            let failed = top.get("error").is_some();
            (top, Vec::new(), failed)
        });
        let (block, receipts) = around_frames(&tops.collect::<Vec<_>>());
        let calls = RawCalls::CallTracer(text(told));
        let block = account_block(ETHEREUM, &raw(&block, &receipts, calls)).unwrap();
        assert_eq!(moved(&block, |_| true), expected, "{case}");
    }
    let folder = cases(&folder).join("test_extract_geth_traces_job/block_with_suicide");
    let told = &replies(&folder, "web3_response.debug_traceBlockByNumber")[0];
    assert!(!is_call_trace(&text(told)));
}
