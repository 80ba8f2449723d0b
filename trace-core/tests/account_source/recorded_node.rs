//! A node that tells of the recorded economy transaction by transaction: its signatures and
//! headers are real ones, and its state is gone.

use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use serde_json::{Value, json};
use testdata::faulty_server::Refusal;
use trace_core::normalise::{RawAccountBlock, RawCalls, RawReceipts};
use trace_core::source::ethereum::Ethereum;
use trace_core::source::recording::Recording;
use trace_core::source::{AccountBlockSource, Limits};

pub(crate) struct RecordedNode {
    chain: u64,
    /// Whether it traces whole blocks only.
    pub(crate) traces_blocks_only: bool,
    /// By height.
    blocks: Vec<Recorded>,
}

struct Recorded {
    told: Value,
    receipts: Value,
    /// Of `debug_traceBlockByHash` or `null`, and of `trace_block` or `null`: a block has one.
    nested: Value,
    flat: Value,
}

/// What needs nothing but memory is ready at once.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(ready) => ready,
        Poll::Pending => panic!("a recording has nothing to wait for"),
    }
}

fn lacking(method: &str) -> Refusal {
    let message = format!("the method {method} does not exist/is not available");
    (-32_601, message)
}

impl Recorded {
    fn of(raw: &RawAccountBlock) -> Self {
        let read = |text: &[u8]| serde_json::from_slice::<Value>(text).unwrap();
        let receipts = match &raw.receipts {
            RawReceipts::Block(text) => read(text),
            RawReceipts::Each(texts) => texts.iter().map(|text| read(text)).collect(),
        };
        let (nested, flat) = match &raw.calls {
            RawCalls::CallTracer(text) => (read(text), Value::Null),
            RawCalls::Flat(text) => (Value::Null, read(text)),
            // Nothing is asked of a block without transactions.
            RawCalls::NotTold => (Value::Null, Value::Null),
            other => panic!("it was recorded with other tracers: {other:?}"),
        };
        Self {
            told: read(&raw.block),
            receipts,
            nested,
            flat,
        }
    }
}

impl RecordedNode {
    /// The node of a recording of blocks from the genesis block on.
    pub(crate) fn of(recording: &Path) -> Self {
        let recording = Recording::open(recording, &Limits::default()).unwrap();
        at_once(async {
            let source = Ethereum::over(recording).await.unwrap();
            let refs = source.refs(0, u32::MAX).await.unwrap();
            let raw = source.blocks(&refs).await.into_iter();
            Self {
                chain: AccountBlockSource::chain(&source).0,
                traces_blocks_only: false,
                blocks: raw.map(|raw| Recorded::of(&raw.unwrap())).collect(),
            }
        })
    }

    /// What it replies to a call.
    pub(crate) fn answer(&self, method: &str, params: &Value) -> Result<Value, Refusal> {
        let first = params[0].as_str().unwrap_or_default();
        match method {
            "eth_chainId" => Ok(format!("{:#x}", self.chain).into()),
            "eth_getBlockByNumber" => Ok(self.block(first)),
            "eth_getTransactionByHash" => {
                Ok(self.found(first, |block, at| block.told["transactions"][at].clone()))
            }
            "eth_getTransactionReceipt" => {
                Ok(self.found(first, |block, at| block.receipts[at].clone()))
            }
            "eth_getBlockByHash" => Ok(self.named(first, |block| block.told.clone())),
            "eth_getBlockReceipts" => Ok(self.named(first, |block| block.receipts.clone())),
            "debug_traceTransaction" | "trace_transaction" if self.traces_blocks_only => {
                Err(lacking(method))
            }
            "debug_traceBlockByHash" => Ok(self.named(first, |block| block.nested.clone())),
            "debug_traceTransaction" => {
                let trace = self.found(first, |block, at| block.nested[at]["result"].clone());
                if trace.is_null() {
                    Err(lacking(method))
                } else {
                    Ok(trace)
                }
            }
            "trace_transaction" => Ok(self.found(first, |block, _| {
                let frames = block.flat.as_array().unwrap().iter();
                let own = frames.filter(|frame| frame["transactionHash"] == json!(first));
                own.cloned().collect()
            })),
            "eth_getLogs" => Ok(self.logs(&params[0])),
            "eth_getBalance" | "eth_getTransactionCount" | "eth_getCode" => {
                Err((-32_000, "missing trie node 00 (path )".to_owned()))
            }
            _ => Err(lacking(method)),
        }
    }

    /// That of a number, or of the last block.
    fn height(&self, tag: &str) -> usize {
        let digits = tag.strip_prefix("0x").unwrap_or_default();
        let height = usize::from_str_radix(digits, 16).ok();
        height.unwrap_or(self.blocks.len() - 1)
    }

    /// With the hashes of its transactions alone.
    fn block(&self, tag: &str) -> Value {
        let Some(block) = self.blocks.get(self.height(tag)) else {
            return Value::Null;
        };
        let mut told = block.told.clone();
        let whole = block.told["transactions"].as_array().unwrap();
        told["transactions"] = whole.iter().map(|it| it["hash"].clone()).collect();
        told
    }

    fn named(&self, hash: &str, of: impl Fn(&Recorded) -> Value) -> Value {
        let mut blocks = self.blocks.iter();
        let found = blocks.find(|block| block.told["hash"] == json!(hash));
        found.map_or(Value::Null, of)
    }

    fn logs(&self, filter: &Value) -> Value {
        let end = |name: &str| self.height(filter[name].as_str().unwrap_or_default());
        let receipts = self.blocks[end("fromBlock")..].iter();
        let receipts = receipts.take(end("toBlock") + 1 - end("fromBlock"));
        let receipts = receipts.flat_map(|block| block.receipts.as_array().unwrap());
        let logs = receipts.flat_map(|receipt| receipt["logs"].as_array().unwrap());
        let wanted = filter["topics"].as_array().unwrap();
        let logs = logs.filter(|log| {
            let mut places = wanted.iter().zip(0..);
            places.all(|(wanted, place)| {
                let wanted = wanted.as_array();
                wanted.is_none_or(|wanted| wanted.contains(&log["topics"][place]))
            })
        });
        logs.cloned().collect()
    }

    fn found(&self, hash: &str, of: impl Fn(&Recorded, usize) -> Value) -> Value {
        let mut found = self.blocks.iter().flat_map(|block| {
            let whole = block.told["transactions"].as_array().unwrap().iter();
            whole.enumerate().map(move |(at, told)| (block, at, told))
        });
        let found = found.find(|(_, _, told)| told["hash"] == json!(hash));
        found.map_or(Value::Null, |(block, at, _)| of(block, at))
    }

    /// The hashes of all transactions, in the order of the chain.
    pub(crate) fn hashes(&self) -> Vec<String> {
        let blocks = self.blocks.iter();
        let told = blocks.flat_map(|block| block.told["transactions"].as_array().unwrap());
        told.map(|it| it["hash"].as_str().unwrap().to_owned())
            .collect()
    }
}
