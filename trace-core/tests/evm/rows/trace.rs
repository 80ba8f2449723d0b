//! What moved by calls, and who was rewarded.

use serde_json::{Value, json};
use trace_core::model::ChainId;
use trace_core::model::account::{Block, Check, TransferKind};
use trace_core::normalise::evm::{Outline, is_call_trace};
use trace_core::normalise::{RawCalls, account_block};

use super::{Case, Row, shown, token};
use crate::around::{First, around_calls, around_flat_block, text};
use crate::made::{ETHEREUM, Made};

/// Transaction, from, to and amount of what rows of traces say that moved, and who was rewarded.
type Moved = (Vec<[String; 4]>, Vec<[String; 2]>);

fn of_rows(rows: &[Row]) -> Moved {
    let moving = rows.iter().filter(|row| {
        row["trace_type"] != "reward"
            && row["error"].is_empty()
            && !matches!(
                &*row["call_type"],
                "callcode" | "delegatecall" | "staticcall"
            )
            && !matches!(&*row["value"], "" | "0")
    });
    let moved = moving.map(|row| {
        ["transaction_index", "from_address", "to_address", "value"].map(|name| row[name].clone())
    });
    let rewards = rows.iter().filter(|row| row["trace_type"] == "reward");
    let rewards = rewards.map(|row| ["to_address", "value"].map(|name| row[name].clone()));
    (moved.collect(), rewards.collect())
}

fn of_block(block: &Block) -> Moved {
    let each = block.transactions.iter().enumerate();
    let moved = each.flat_map(|(index, it)| {
        it.transfers.iter().map(move |it| {
            [
                index.to_string(),
                shown(it.from),
                shown(it.to),
                it.amount.to_string(),
            ]
        })
    });
    let rewards = block
        .after
        .iter()
        .filter(|it| it.kind == TransferKind::Reward);
    let rewards = rewards.map(|it| [shown(it.to), it.amount.to_string()]);
    (moved.collect(), rewards.collect())
}

/// The hashes of the transactions, each of which some frame or row is about.
fn are_named(block: &Block, rows: &[Row]) {
    for row in rows.iter().filter(|row| row["trace_type"] != "reward") {
        let index: usize = row["transaction_index"].parse().unwrap();
        assert_eq!(
            block.transactions[index].hash.to_string(),
            row["transaction_hash"]
        );
        assert_eq!(block.at.height.to_string(), row["block_number"]);
    }
}

/// The trace of a block, whose block is made up around it under its hash, and on Ethereum, so that
/// the rewards are those that its rules pay.
pub(super) fn flat(case: &Case) {
    let rows = case.rows("expected_traces.csv");
    let told = &case.replies("trace_block")[0];
    let raw = around_flat_block(told.as_array().unwrap());
    let block = account_block(ETHEREUM, &raw).unwrap();
    are_named(&block, &rows);
    let moved = of_block(&block);
    assert_eq!(moved, of_rows(&rows));
    assert_ne!(moved.1, Vec::<[String; 2]>::new());
}

/// The trace of a block together with the block itself, which tells the hashes of its transactions.
/// Made up: what no frame says of these, and their receipts.
pub(super) fn stream(case: &Case) {
    let rows = case.rows("expected_traces.json");
    let at = format!("0x{:x}", rows[0]["block_number"].parse::<u32>().unwrap());
    let told = &case.replies(&format!("eth_getBlockByNumber_{at}"))[0];
    let trace = &case.replies("trace_block")[0];
    let mut raw = around_flat_block(trace.as_array().unwrap());
    let around: Value = serde_json::from_slice(&raw.block).unwrap();
    let outline = Outline::read(ETHEREUM, &text(told)).unwrap();
    assert_eq!(
        Outline::read(ETHEREUM, &raw.block).unwrap().transactions,
        outline.transactions
    );
    let mut block = told.clone();
    block["transactions"] = around["transactions"].clone();
    block
        .as_object_mut()
        .unwrap()
        .remove("receiptsRoot")
        .unwrap();
    raw.block = text(&block);
    // The headers of its uncles are not recorded: what they are paid is the trace's word.
    raw.uncles = Vec::new();
    let read = account_block(ETHEREUM, &raw).unwrap();
    assert_eq!((read.at, read.parent), (outline.at, outline.parent));
    are_named(&read, &rows);
    assert_eq!(of_block(&read), of_rows(&rows));
    // Without a transaction, or with them in another order, the two are not of one block.
    if let [_, _] = *outline.transactions {
        block["transactions"].as_array_mut().unwrap().swap(0, 1);
        raw.block = text(&block);
        assert!(account_block(ETHEREUM, &raw).is_err());
    }
    block["transactions"].as_array_mut().unwrap().pop().unwrap();
    raw.block = text(&block);
    assert!(account_block(ETHEREUM, &raw).is_err());
    let created = read.transactions.iter().filter_map(|it| it.created);
    let created: Vec<String> = created.map(|it| shown(Some(it))).collect();
    for row in case.rows("expected_tokens.json") {
        assert!(created.contains(&row["address"]));
        token::is_of_token(case, &row);
    }
}

fn called(told: &Value, chain: ChainId) -> Block {
    let firsts = told.as_array().unwrap().iter();
    let firsts: Vec<First> = firsts.map(|it| First::of_call(&it["result"])).collect();
    let raw = around_calls(&firsts, RawCalls::CallTracer(text(told)));
    account_block(chain, &raw).unwrap()
}

/// A trace of the same block by another node, which names no transaction and tells no reward.
pub(super) fn calls(case: &Case) {
    let (expected, _) = of_rows(&case.rows("expected_traces.csv"));
    let told = &case.replies("debug_traceBlockByNumber")[0];
    let read = called(told, ETHEREUM);
    let (moved, rewards) = of_block(&read);
    assert_eq!((&moved, rewards), (&expected, Vec::new()));
    // What moved in this block by the one node is what moved by the other.
    let name = case.folder.file_name().unwrap().to_string_lossy();
    let other = case
        .beside(&format!("test_export_traces_job/{name}"))
        .replies("trace_block");
    let raw = around_flat_block(other[0].as_array().unwrap());
    let other = account_block(ETHEREUM, &raw).unwrap();
    assert_eq!(of_block(&other).0, moved);
    let outcomes = |block: &Block| {
        block
            .transactions
            .iter()
            .map(|it| it.outcome)
            .collect::<Vec<_>>()
    };
    assert_eq!(outcomes(&read), outcomes(&other));
}

pub(super) fn calls_without_amounts(case: &Case) {
    let told = &case.replies("debug_traceBlockByNumber")[0];
    assert!(!is_call_trace(&text(told)));
}

/// Blocks without transactions, in which nothing ran.
pub(super) fn of_nothing(case: &Case) {
    let rows = case.rows("expected_traces.csv");
    assert_eq!(rows.len(), 0);
    for (method, calls) in [
        ("trace_block", RawCalls::Flat as fn(Vec<u8>) -> RawCalls),
        ("debug_traceBlockByNumber", RawCalls::CallTracer),
    ] {
        for told in case.replies(method) {
            assert_eq!(told, json!([]));
            let mut raw = Made::new().raw();
            raw.calls = calls(text(&told));
            let block = account_block(ETHEREUM, &raw).unwrap();
            assert_eq!(of_block(&block), of_rows(&rows));
            assert_eq!(block.checks.header, Check::NotTold);
        }
    }
}
