//! Rows of which no replies are recorded: a node's replies are made of some of them, and what is
//! read is held against the others, and against the hashes in the rows.

use alloy_primitives::hex;
use serde_json::{Value, json};
use trace_core::model::account::{Block, Check, U256};
use trace_core::normalise::{NormaliseError, RawCalls, account_block};

use super::block::{are_of_blocks, are_of_logs, are_of_receipts, are_of_transactions, withdrawals};
use super::token::are_of_transfers;
use super::{Case, Row};
use crate::around::{around_receipts, number, raw};
use crate::made::ETHEREUM;

const BLOCKS: &str = "test_export_blocks_job/blocks_with_transactions_and_withdrawals";
const STREAM: &str = "test_stream/blocks_17173049_17173050";

/// A number as a node writes it; `null` where there is none.
fn quantity(cell: &str) -> Value {
    if cell.is_empty() {
        return Value::Null;
    }
    json!(format!("{:#x}", cell.parse::<U256>().unwrap()))
}

fn text(cell: &str) -> Value {
    if cell.is_empty() {
        Value::Null
    } else {
        json!(cell)
    }
}

fn transaction(row: &Row) -> Value {
    json!({
        "hash": row["hash"], "blockHash": row["block_hash"], "from": row["from_address"],
        "blockNumber": quantity(&row["block_number"]),
        "transactionIndex": quantity(&row["transaction_index"]), "to": text(&row["to_address"]),
        "nonce": quantity(&row["nonce"]), "gas": quantity(&row["gas"]), "input": row["input"],
        "gasPrice": quantity(&row["gas_price"]), "value": quantity(&row["value"]),
        "maxFeePerGas": quantity(&row["max_fee_per_gas"]), "chainId": "0x1",
        "maxPriorityFeePerGas": quantity(&row["max_priority_fee_per_gas"]),
        "type": quantity(&row["transaction_type"]),
    })
}

/// All of a header but its `mixHash`, which no column has.
fn block(row: &Row, transactions: &[Row]) -> Value {
    let own = transactions
        .iter()
        .filter(|it| it["block_hash"] == row["hash"]);
    let withdrawals = withdrawals(row).into_iter().map(|it| {
        let number = |name: &str| quantity(&number(&it[name]).to_string());
        json!({
            "index": number("index"), "validatorIndex": number("validator_index"),
            "address": it["address"], "amount": number("amount"),
        })
    });
    json!({
        "number": quantity(&row["number"]), "hash": row["hash"], "parentHash": row["parent_hash"],
        "nonce": row["nonce"], "sha3Uncles": row["sha3_uncles"], "miner": row["miner"],
        "logsBloom": row["logs_bloom"], "transactionsRoot": row["transactions_root"],
        "stateRoot": row["state_root"], "receiptsRoot": row["receipts_root"],
        "difficulty": quantity(&row["difficulty"]), "extraData": row["extra_data"],
        "gasLimit": quantity(&row["gas_limit"]), "gasUsed": quantity(&row["gas_used"]),
        "timestamp": quantity(&row["timestamp"]), "withdrawalsRoot": row["withdrawals_root"],
        "baseFeePerGas": quantity(&row["base_fee_per_gas"]), "uncles": [],
        "withdrawals": withdrawals.collect::<Value>(),
        "transactions": own.map(transaction).collect::<Value>(),
    })
}

fn log(row: &Row) -> Value {
    let topics: Vec<&str> = row["topics"]
        .split(',')
        .filter(|it| !it.is_empty())
        .collect();
    json!({
        "address": row["address"], "topics": topics, "data": row["data"],
        "logIndex": quantity(&row["log_index"]),
    })
}

fn receipt(row: &Row, logs: &[Row]) -> Value {
    let own = logs
        .iter()
        .filter(|it| it["transaction_hash"] == row["hash"]);
    let cell = |name: &str| &*row[&format!("receipt_{name}")];
    json!({
        "transactionHash": row["hash"], "blockHash": row["block_hash"],
        "transactionIndex": quantity(&row["transaction_index"]),
        "cumulativeGasUsed": quantity(cell("cumulative_gas_used")),
        "gasUsed": quantity(cell("gas_used")), "status": quantity(cell("status")),
        "contractAddress": text(cell("contract_address")),
        "effectiveGasPrice": quantity(cell("effective_gas_price")),
        "logs": own.map(log).collect::<Value>(),
    })
}

/// Blocks 17 173 049 and 17 173 050.
struct Rows {
    blocks: Vec<Row>,
    transactions: Vec<Row>,
    logs: Vec<Row>,
}

impl Rows {
    fn of(case: &Case) -> Self {
        Self {
            blocks: case.rows("expected_blocks.json"),
            transactions: case.rows("expected_transactions.json"),
            logs: case.rows("expected_logs.json"),
        }
    }

    fn read(&self) -> Result<Vec<Block>, NormaliseError> {
        let each = self.blocks.iter().map(|row| {
            let own = self
                .transactions
                .iter()
                .filter(|it| it["block_hash"] == row["hash"]);
            let receipts: Value = own.map(|it| receipt(it, &self.logs)).collect();
            let block = block(row, &self.transactions);
            account_block(ETHEREUM, &raw(&block, &receipts, RawCalls::NotTold))
        });
        each.collect()
    }
}

/// Receipts, events and withdrawals hash to the roots that the rows of the blocks name.
pub(super) fn stream(case: &Case) {
    let mut rows = Rows::of(case);
    let blocks = rows.read().unwrap();
    assert_eq!(
        blocks.iter().map(|it| it.checks.header).collect::<Vec<_>>(),
        [Check::NotTold; 2]
    );
    are_of_blocks(&blocks, &rows.blocks);
    are_of_transactions(&blocks, &rows.transactions);
    are_of_receipts(&blocks, &rows.transactions, "receipt_");
    are_of_logs(&blocks, &rows.logs);
    are_of_transfers(&blocks, &case.rows("expected_token_transfers.json"));
    // The roots are those of these rows and of no others.
    let data = rows.logs[0]["data"].clone();
    let mut bytes = hex::decode(&data).unwrap();
    bytes[31] ^= 1;
    rows.logs[0].insert("data".to_owned(), hex::encode_prefixed(bytes));
    assert!(rows.read().unwrap_err().to_string().contains("receipts"));
    rows.logs[0].insert("data".to_owned(), data);
    let paid = rows.blocks[1]["withdrawals"].replacen("\"amount\": 1", "\"amount\": 2", 1);
    rows.blocks[1].insert("withdrawals".to_owned(), paid);
    assert!(rows.read().unwrap_err().to_string().contains("withdrawals"));
}

/// The same blocks and transactions in other files, and in two forms.
pub(super) fn blocks(case: &Case) {
    let blocks = Rows::of(&case.beside(STREAM)).read().unwrap();
    assert!(case.folder.ends_with(BLOCKS));
    for form in ["csv", "json"] {
        are_of_blocks(&blocks, &case.rows(&format!("expected_blocks.{form}")));
        are_of_transactions(
            &blocks,
            &case.rows(&format!("expected_transactions.{form}")),
        );
    }
}

/// Events of which nothing but the rows is recorded, and what they move.
pub(super) fn logs(case: &Case) {
    let logs = case.rows("logs.csv");
    let mut receipts: Vec<Value> = Vec::new();
    for row in &logs {
        let hash = &row["transaction_hash"];
        if receipts
            .last()
            .is_none_or(|it| it["transactionHash"] != **hash)
        {
            receipts.push(json!({
                "transactionHash": hash, "blockHash": row["block_hash"],
                "blockNumber": quantity(&row["block_number"]), "from": row["address"],
                "to": row["address"], "gasUsed": "0x0", "effectiveGasPrice": "0x0",
                "status": "0x1", "logs": [],
            }));
        }
        let last = receipts.last_mut().unwrap();
        last["logs"].as_array_mut().unwrap().push(log(row));
    }
    let block = around_receipts(&receipts);
    let block = account_block(ETHEREUM, &raw(&block, &receipts.into(), RawCalls::NotTold));
    are_of_transfers(
        &[block.unwrap()],
        &case.rows("expected_token_transfers.csv"),
    );
}
