//! Blocks made up in JSON, as a node would tell them.

use serde_json::{Value, json};
use trace_core::model::account::{Address, Block, Transfer, TransferKind};
use trace_core::model::{BlockHash, BlockRef, ChainId};
use trace_core::normalise::{
    NormaliseError, RawAccountBlock, RawCalls, RawReceipts, account_block,
};

pub(crate) const ETHEREUM: ChainId = ChainId(1);
pub(crate) const HEIGHT: u32 = 20_000_000;

/// An address that ends in a number.
pub(crate) fn account(number: u64) -> Address {
    let mut bytes = [0x11; 20];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    Address::from(bytes)
}

pub(crate) fn hash(number: u64) -> String {
    format!("0x{number:064x}")
}

/// A block with its transactions, receipts and traces, to be changed by a test.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) block: Value,
    pub(crate) receipts: Vec<Value>,
    pub(crate) traces: Option<Vec<Value>>,
}

impl Made {
    /// An empty block after Cancun.
    pub(crate) fn new() -> Self {
        Self {
            block: json!({
                "number": format!("0x{HEIGHT:x}"), "hash": hash(0xb10c), "parentHash": hash(0xb10b),
                "timestamp": "0x665ba27f", "miner": account(0xfee), "baseFeePerGas": "0x7",
                "parentBeaconBlockRoot": hash(1), "transactions": [], "uncles": [],
            }),
            receipts: Vec::new(),
            traces: None,
        }
    }

    /// One transaction from account 1 to account 2 with `value`, for 21 000 gas at 10 wei.
    pub(crate) fn paying(value: u64) -> Self {
        let mut made = Self::new();
        made.add(json!({"from": account(1), "to": account(2), "value": format!("0x{value:x}")}));
        made
    }

    /// Adds a transaction with these members; the rest is made up.
    pub(crate) fn add(&mut self, members: Value) {
        let index = self.receipts.len();
        let mut transaction = json!({
            "hash": hash(0x7000 + index as u64), "blockHash": self.block["hash"],
            "transactionIndex": format!("0x{index:x}"), "nonce": "0x5", "gas": "0x186a0",
            "gasPrice": "0xa", "input": "0xa9059cbb00", "type": "0x2",
        });
        let members = members.as_object().unwrap().clone();
        transaction.as_object_mut().unwrap().extend(members);
        self.receipts.push(json!({
            "transactionHash": transaction["hash"], "blockHash": self.block["hash"],
            "transactionIndex": format!("0x{index:x}"), "gasUsed": "0x5208",
            "cumulativeGasUsed": format!("0x{:x}", 0x5208 * (index + 1)),
            "effectiveGasPrice": "0xa", "status": "0x1", "contractAddress": null, "logs": [],
        }));
        let transactions = self.block["transactions"].as_array_mut().unwrap();
        transactions.push(transaction);
    }

    /// The only transaction's trace.
    pub(crate) fn traced(mut self, trace: Value) -> Self {
        self.traces = Some(vec![json!({"txHash": hash(0x7000), "result": trace})]);
        self
    }

    /// The only transaction's events.
    pub(crate) fn saying(mut self, logs: &[Value]) -> Self {
        self.receipts[0]["logs"] = logs.into();
        self
    }

    pub(crate) fn before_cancun(mut self) -> Self {
        self.block
            .as_object_mut()
            .unwrap()
            .remove("parentBeaconBlockRoot");
        self
    }

    pub(crate) fn raw(&self) -> RawAccountBlock {
        let text = |value: &Value| value.to_string().into_bytes();
        RawAccountBlock {
            at: BlockRef {
                height: HEIGHT,
                hash: shown(&hash(0xb10c)),
            },
            block: text(&self.block),
            receipts: RawReceipts::Block(text(&self.receipts.clone().into())),
            calls: match &self.traces {
                Some(traces) => RawCalls::CallTracer(text(&traces.clone().into())),
                None => RawCalls::NotTold,
            },
            uncles: Vec::new(),
        }
    }

    pub(crate) fn read(&self) -> Result<Block, NormaliseError> {
        account_block(ETHEREUM, &self.raw())
    }

    /// What its first transaction moved beside its fees.
    pub(crate) fn moved(&self) -> Vec<(TransferKind, u64, u64, u64)> {
        let block = self.read().unwrap();
        let moved = block.transactions[0].transfers.iter();
        moved
            .filter(|transfer| !transfer.kind.is_fee())
            .map(flat)
            .collect()
    }

    /// The error of what must be refused, which names the block.
    pub(crate) fn refused(&self) -> String {
        let error = self.read().unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("block {}", &hash(0xb10c)[2..])),
            "{error}"
        );
        error
    }
}

/// Kind, from and to by the numbers that the addresses end in (0 for nobody), and amount.
pub(crate) fn flat(transfer: &Transfer) -> (TransferKind, u64, u64, u64) {
    let number = |account: Option<Address>| {
        // The zero address is never anybody's.
        assert!(account.is_none_or(|account| !account.is_zero()));
        let bytes = account.map(|account| <[u8; 8]>::try_from(&account[12..]).unwrap());
        bytes.map_or(0, u64::from_be_bytes)
    };
    (
        transfer.kind,
        number(transfer.from),
        number(transfer.to),
        transfer.amount.to(),
    )
}

/// A hash with `0x` before it.
pub(crate) fn shown(text: &str) -> BlockHash {
    text.strip_prefix("0x").unwrap().parse().unwrap()
}

/// A frame of `callTracer`.
pub(crate) fn frame(kind: &str, from: u64, to: u64, value: u64, calls: &[Value]) -> Value {
    json!({
        "type": kind, "from": account(from), "to": account(to),
        "value": format!("0x{value:x}"), "calls": calls,
    })
}

/// An event with these topics and words of data.
pub(crate) fn event(contract: u64, topics: &[String], words: &[u64]) -> Value {
    let words: Vec<String> = words.iter().map(|word| format!("{word:064x}")).collect();
    let data = words.concat();
    json!({"address": account(contract), "topics": topics, "data": format!("0x{data}")})
}

pub(crate) fn topic(account_number: u64) -> String {
    account(account_number).into_word().to_string()
}

pub(crate) fn signature(text: &str) -> String {
    alloy_primitives::keccak256(text).to_string()
}
