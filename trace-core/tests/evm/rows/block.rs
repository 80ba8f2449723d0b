//! Blocks, their transactions, receipts and events.

use serde_json::{Value, json};
use trace_core::model::account::{Address, Block, Check, Outcome, Transaction, TransferKind, U256};
use trace_core::normalise::evm::mentions;
use trace_core::normalise::{RawCalls, RawReceipts, account_block};

use super::{Case, Row, shown};
use crate::around::{number, raw, text};
use crate::made::ETHEREUM;

const BLOCK: &str = "test_export_blocks_job/block_with_logs";
const RECEIPTS: &str = "test_export_receipts_job/receipts_with_logs";

/// A block with its receipts, which were asked for one by one, in the order of its transactions.
fn whole(block: &Value, receipts: &[Value]) -> Block {
    let transactions = block["transactions"].as_array().unwrap().iter();
    let ordered = transactions.map(|transaction| {
        let mut all = receipts.iter();
        text(
            all.find(|it| it["transactionHash"] == transaction["hash"])
                .unwrap(),
        )
    });
    let mut raw = raw(block, &json!([]), RawCalls::NotTold);
    raw.receipts = RawReceipts::Each(ordered.collect());
    let block = account_block(ETHEREUM, &raw).unwrap();
    assert!(block.checks.all_hold(), "{:?}", block.checks);
    block
}

/// Block 483 920, whose replies are in two cases.
pub(super) fn block_483_920(case: &Case) -> Block {
    let block = case.beside(BLOCK).replies("eth_getBlockByNumber");
    whole(
        &block[0],
        &case.beside(RECEIPTS).replies("eth_getTransactionReceipt"),
    )
}

pub(super) fn with_receipts(case: &Case) {
    let block = block_483_920(case);
    are_of_blocks(
        std::slice::from_ref(&block),
        &case.rows("expected_blocks.csv"),
    );
    are_of_transactions(
        std::slice::from_ref(&block),
        &case.rows("expected_transactions.csv"),
    );
}

pub(super) fn receipts(case: &Case) {
    let block = &[block_483_920(case)];
    for form in ["csv", "json"] {
        are_of_receipts(block, &case.rows(&format!("expected_receipts.{form}")), "");
        are_of_logs(block, &case.rows(&format!("expected_logs.{form}")));
    }
}

/// Blocks of which no receipts are recorded.
pub(super) fn alone(case: &Case) {
    let blocks = case.replies("eth_getBlockByNumber");
    let rows = case.rows("expected_blocks.csv");
    let transactions = case.rows("expected_transactions.csv");
    assert_eq!(blocks.len(), rows.len());
    let mut seen = 0;
    for (block, row) in blocks.iter().zip(&rows) {
        // Header and transactions hold against the hash that the row names.
        let checks = mentions(ETHEREUM, &text(block), Address::ZERO)
            .unwrap()
            .checks;
        assert_eq!(
            (checks.header, checks.transactions),
            (Check::Holds, Check::Holds)
        );
        let told = block["transactions"].as_array().unwrap();
        let mut receipts: Vec<Value> = told
            .iter()
            .map(|it| {
                json!({
                    "transactionHash": it["hash"], "blockHash": block["hash"], "gasUsed": it["gas"],
                    "effectiveGasPrice": it["gasPrice"], "logs": [], "status": "0x1",
                })
            })
            .collect();
        for (receipt, it) in receipts
            .iter_mut()
            .zip(told)
            .filter(|(_, it)| it["to"].is_null())
        {
            receipt["contractAddress"] = it["creates"].clone();
        }
        // The roots of made receipts are not those of the header.
        let mut without = block.clone();
        without
            .as_object_mut()
            .unwrap()
            .remove("receiptsRoot")
            .unwrap();
        let read = raw(&without, &receipts.into(), RawCalls::NotTold);
        let read = &[account_block(ETHEREUM, &read).unwrap()];
        are_of_blocks(read, std::slice::from_ref(row));
        let own = transactions
            .iter()
            .filter(|it| it["block_hash"] == row["hash"]);
        let own: Vec<Row> = own.cloned().collect();
        are_of_transactions(read, &own);
        seen += own.len();
    }
    assert_eq!(seen, transactions.len());
}

/// Two blocks in a row, of which the first has no transactions.
pub(super) fn stream(case: &Case) {
    let receipts = case.replies("eth_getTransactionReceipt");
    let blocks: Vec<Block> = ["0x1ac9f2", "0x1ac9f3"]
        .map(|at| {
            whole(
                &case.replies(&format!("eth_getBlockByNumber_{at}"))[0],
                &receipts,
            )
        })
        .into();
    are_of_blocks(&blocks, &case.rows("expected_blocks.json"));
    let transactions = case.rows("expected_transactions.json");
    are_of_transactions(&blocks, &transactions);
    are_of_receipts(&blocks, &transactions, "receipt_");
    are_of_logs(&blocks, &case.rows("expected_logs.json"));
    super::token::are_of_transfers(&blocks, &case.rows("expected_token_transfers.json"));
}

pub(super) fn are_of_blocks(blocks: &[Block], rows: &[Row]) {
    assert_eq!(blocks.len(), rows.len());
    for (block, row) in blocks.iter().zip(rows) {
        assert_eq!(block.at.height.to_string(), row["number"]);
        assert_eq!(format!("0x{}", block.at.hash), row["hash"]);
        assert_eq!(format!("0x{}", block.parent), row["parent_hash"]);
        assert_eq!(block.time.to_string(), row["timestamp"]);
        assert_eq!(shown(Some(block.fee_recipient)), row["miner"]);
        assert_eq!(
            block.transactions.len().to_string(),
            row["transaction_count"]
        );
        let paid = block
            .after
            .iter()
            .filter(|it| it.kind == TransferKind::Withdrawal);
        let paid: Vec<_> = paid.map(|it| (shown(it.to), it.amount)).collect();
        let expected: Vec<_> = withdrawals(row)
            .iter()
            .map(|it| {
                let gwei = U256::from(number(&it["amount"]));
                (
                    it["address"].as_str().unwrap().to_owned(),
                    gwei * U256::from(1_000_000_000),
                )
            })
            .collect();
        assert_eq!(paid, expected);
    }
}

/// What a row says that the beacon chain paid out: a list, or only what is in one.
pub(super) fn withdrawals(row: &Row) -> Vec<Value> {
    let told = row["withdrawals"]
        .trim_start_matches('[')
        .trim_end_matches(']');
    serde_json::from_str(&format!("[{told}]")).unwrap()
}

/// All transactions of these blocks, each with its block and its place.
fn transactions(blocks: &[Block]) -> Vec<(&Block, usize, &Transaction)> {
    let each = blocks.iter();
    let each = each.flat_map(|block| {
        let placed = block.transactions.iter().enumerate();
        placed.map(move |(index, it)| (block, index, it))
    });
    each.collect()
}

pub(super) fn are_of_transactions(blocks: &[Block], rows: &[Row]) {
    let all = transactions(blocks);
    assert_eq!(all.len(), rows.len());
    for ((block, index, it), row) in all.into_iter().zip(rows) {
        assert_eq!(it.hash.to_string(), row["hash"]);
        assert_eq!(it.nonce.to_string(), row["nonce"]);
        assert_eq!(format!("0x{}", block.at.hash), row["block_hash"]);
        assert_eq!(block.at.height.to_string(), row["block_number"]);
        assert_eq!(index.to_string(), row["transaction_index"]);
        assert_eq!(block.time.to_string(), row["block_timestamp"]);
        assert_eq!(shown(Some(it.from)), row["from_address"]);
        assert_eq!(shown(it.to), row["to_address"]);
        assert_eq!(it.gas_price.to_string(), row["gas_price"]);
        let selector = it.selector.map(alloy_primitives::hex::encode_prefixed);
        let expected = row["input"].get(..10).filter(|_| it.to.is_some());
        assert_eq!(selector.as_deref(), expected);
        let own = it
            .transfers
            .iter()
            .filter(|it| matches!(it.kind, TransferKind::Value | TransferKind::Create));
        // What failed moved nothing.
        let expected = match it.outcome {
            Outcome::Failed => "0",
            _ => &row["value"],
        };
        assert_eq!(own.map(|it| it.amount).sum::<U256>().to_string(), expected);
    }
}

/// The rows of receipts are in no order.
pub(super) fn are_of_receipts(blocks: &[Block], rows: &[Row], prefix: &str) {
    let all = transactions(blocks);
    assert_eq!(all.len(), rows.len());
    for (block, index, it) in all {
        let hash = if prefix.is_empty() {
            "transaction_hash"
        } else {
            "hash"
        };
        let row = rows
            .iter()
            .find(|row| row[hash] == it.hash.to_string())
            .unwrap();
        let cell = |name: &str| row[&format!("{prefix}{name}")].clone();
        let number = |name: &str| -> U256 { cell(name).parse().unwrap() };
        assert_eq!(format!("0x{}", block.at.hash), row["block_hash"]);
        assert_eq!(index.to_string(), row["transaction_index"]);
        assert_eq!(shown(it.created), cell("contract_address"));
        assert_eq!(it.gas_price, number("effective_gas_price"));
        let fees = it.transfers.iter().filter(|it| it.kind.is_fee());
        let fee: U256 = fees.map(|it| it.amount).sum();
        assert_eq!(fee, number("gas_used") * number("effective_gas_price"));
        // Before EIP-658 no row says how it ended.
        let expected = match &*cell("status") {
            "0" => Outcome::Failed,
            "1" => Outcome::Succeeded,
            _ => it.outcome,
        };
        assert_eq!(it.outcome, expected);
    }
}

pub(super) fn are_of_logs(blocks: &[Block], rows: &[Row]) {
    let mut left = rows.iter();
    for block in blocks {
        let each = block.transactions.iter().enumerate();
        let logs =
            each.flat_map(|(place, it)| it.logs.iter().map(move |log| (place, it.hash, log)));
        for (index, (place, of, log)) in logs.enumerate() {
            let row = left.next().unwrap();
            assert_eq!(index.to_string(), row["log_index"]);
            assert_eq!(of.to_string(), row["transaction_hash"]);
            assert_eq!(place.to_string(), row["transaction_index"]);
            assert_eq!(format!("0x{}", block.at.hash), row["block_hash"]);
            assert_eq!(block.at.height.to_string(), row["block_number"]);
            assert_eq!(shown(Some(log.address)), row["address"]);
            assert_eq!(
                alloy_primitives::hex::encode_prefixed(&log.data),
                row["data"]
            );
            let topics: Vec<String> = log.topics.iter().map(ToString::to_string).collect();
            assert_eq!(topics.join(","), row["topics"]);
        }
    }
    assert_eq!(left.next(), None);
}
