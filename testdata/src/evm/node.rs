//! A node that tells of a made chain.

use std::collections::BTreeSet;

use alloy_primitives::hex;
use serde_json::{Value, json};
use trace_core::model::account::{Address, B256, U256};

use super::EvmChain;
use super::chain::Holding;
use super::genesis::CODE;
use super::told::hexadecimal;
use crate::faulty_server::Refusal;

/// What a node has beside what every node has.
#[expect(
    clippy::struct_excessive_bools,
    reason = "a node has each or has it not"
)]
#[derive(Clone, Copy, Debug)]
pub struct Offers {
    /// `debug_traceTransaction` and `debug_traceBlockByHash`.
    pub tracer: bool,
    /// `trace_transaction` and `trace_block`.
    pub flat: bool,
    /// `ots_getInternalOperations`.
    pub operations: bool,
    /// `ots_searchTransactionsAfter`.
    pub otterscan_search: bool,
    /// `trace_filter`.
    pub trace_filter: bool,
    /// For how many of the last blocks it knows the state; for all where that is `None`.
    pub states: Option<u32>,
    /// The height up to which its chain is safe, if it knows of one.
    pub safe: Option<u32>,
    /// The height up to which its chain is final, if it knows of one.
    pub finalized: Option<u32>,
    /// Over how many blocks it gives events at once.
    pub log_blocks_max: u32,
    /// How many frames or transactions it gives on a page.
    pub page: usize,
}

impl Default for Offers {
    /// An archive with geth's tracer.
    fn default() -> Self {
        Self {
            tracer: true,
            flat: false,
            operations: false,
            otterscan_search: false,
            trace_filter: false,
            states: None,
            safe: None,
            finalized: None,
            log_blocks_max: u32::MAX,
            page: 3,
        }
    }
}

/// A node that tells of a made chain.
#[derive(Clone, Debug)]
pub struct EvmNode {
    /// The chain.
    pub chain: EvmChain,
    /// What it has.
    pub offers: Offers,
}

fn lacking(method: &str) -> Refusal {
    let message = format!("the method {method} does not exist/is not available");
    (-32_601, message)
}

fn invalid(what: &str) -> Refusal {
    (-32_602, format!("invalid argument: {what}"))
}

impl EvmNode {
    /// What it replies to a call.
    ///
    /// # Errors
    /// When it refuses.
    pub fn answer(&self, method: &str, params: &Value) -> Result<Value, Refusal> {
        let chain = &self.chain;
        let offers = &self.offers;
        let hash = || {
            params[0]
                .as_str()
                .and_then(|text| text.parse::<B256>().ok())
                .ok_or_else(|| invalid("a hash"))
        };
        let account = || {
            params[0]
                .as_str()
                .and_then(|text| text.parse::<Address>().ok())
                .ok_or_else(|| invalid("an account"))
        };
        let place = || Ok(chain.find(hash()?));
        let traced = |place: Option<(u32, usize)>| {
            place.ok_or((-32_000, "transaction not found".to_owned()))
        };
        match method {
            "eth_chainId" => Ok(hexadecimal(chain.chain).into()),
            "eth_getBlockByNumber" => {
                let whole = params[1] == json!(true);
                let height = self.height(&params[0])?;
                Ok(height.map_or(Value::Null, |height| chain.block_told(height, whole)))
            }
            "eth_getBlockByHash" => {
                let whole = params[1] == json!(true);
                Ok(self
                    .by_hash(hash()?)
                    .map_or(Value::Null, |height| chain.block_told(height, whole)))
            }
            "eth_getBlockReceipts" => Ok(self
                .by_hash(hash()?)
                .map_or(Value::Null, |height| chain.receipts_told(height).into())),
            "eth_getTransactionByHash" => Ok(chain.found(hash()?).unwrap_or_default()),
            "eth_getTransactionReceipt" => Ok(place()?.map_or(Value::Null, |(height, index)| {
                chain.receipts_told(height)[index].clone()
            })),
            "debug_traceTransaction" if offers.tracer => {
                let (height, index) = traced(place()?)?;
                Ok(chain.nested(height, index))
            }
            "debug_traceBlockByHash" if offers.tracer => {
                let height = self.by_hash(hash()?).ok_or_else(|| invalid("a block"))?;
                let transactions = chain
                    .blocks
                    .get(&height)
                    .map_or(0, |block| block.transactions.len());
                let each =
                    (0..transactions).map(|index| json!({"result": chain.nested(height, index)}));
                Ok(each.collect())
            }
            "trace_transaction" if offers.flat => {
                let (height, index) = traced(place()?)?;
                Ok(chain.flat(height, index).into())
            }
            "trace_block" if offers.flat => {
                let height = self.height(&params[0])?.ok_or_else(|| invalid("a block"))?;
                Ok(self.frames_of(height).into())
            }
            "ots_getInternalOperations" if offers.operations => {
                let (height, index) = traced(place()?)?;
                Ok(chain.operations(height, index))
            }
            "ots_searchTransactionsAfter" if offers.otterscan_search => {
                self.search(account()?, params)
            }
            "trace_filter" if offers.trace_filter => self.filter(&params[0]),
            "eth_getLogs" => self.logs(&params[0]),
            "eth_getBalance" => Ok(self.held(Holding::Native(account()?), &params[1])?),
            "eth_getTransactionCount" => Ok(self.held(Holding::Nonce(account()?), &params[1])?),
            "eth_getCode" => {
                let code = self.held(Holding::Code(account()?), &params[1])?;
                Ok(hex::encode_prefixed(if code == "0x0" { &[] } else { &CODE[..] }).into())
            }
            "eth_call" => self.call(params),
            _ => Err(lacking(method)),
        }
    }

    fn by_hash(&self, hash: B256) -> Option<u32> {
        let height = u32::from_be_bytes(hash.0[28..].try_into().ok()?);
        (self.chain.block_hash(height) == hash && height <= self.chain.tip).then_some(height)
    }

    fn height(&self, tag: &Value) -> Result<Option<u32>, Refusal> {
        let tip = self.chain.tip;
        match tag.as_str() {
            Some("latest") => Ok(Some(tip)),
            Some("safe") => Ok(self.offers.safe),
            Some("finalized") => Ok(self.offers.finalized),
            Some(number) => {
                let digits = number.strip_prefix("0x").unwrap_or_default();
                let height = u32::from_str_radix(digits, 16).map_err(|_| invalid(number))?;
                Ok(Some(height).filter(|height| *height <= tip))
            }
            None => Err(invalid("a block")),
        }
    }

    fn held(&self, holding: Holding, at: &Value) -> Result<Value, Refusal> {
        let height = self
            .height(at)?
            .ok_or((-32_000, "header not found".to_owned()))?;
        if self
            .offers
            .states
            .is_some_and(|states| self.chain.tip - height >= states)
        {
            return Err((-32_000, "missing trie node 00 (path )".to_owned()));
        }
        Ok(format!("{:#x}", self.chain.held_at(holding, height)).into())
    }

    fn call(&self, params: &Value) -> Result<Value, Refusal> {
        let text = |name: &str| params[0][name].as_str().unwrap_or_default().to_owned();
        let contract: Address = text("to").parse().map_err(|_| invalid("to"))?;
        let data = text("data");
        let word = |place: usize| {
            let digits = data
                .get(10 + 64 * place..74 + 64 * place)
                .unwrap_or_default();
            digits.parse::<B256>().map_err(|_| invalid("data"))
        };
        let reverted = (3, "execution reverted".to_owned());
        if self.held(Holding::Code(contract), &params[1])? == "0x0" {
            return Ok("0x".into());
        }
        let is_items = contract == super::address("punks");
        let shown = |number: Value| {
            let digits = number.as_str().unwrap_or_default()[2..].to_owned();
            Ok(format!("0x{digits:0>64}").into())
        };
        match &data[2..10] {
            "70a08231" if !is_items => {
                let holder = Address::from_word(word(0)?);
                shown(self.held(Holding::Token(contract, holder), &params[1])?)
            }
            "6352211e" if is_items => {
                let id = U256::from_be_bytes(word(0)?.0).to::<u64>();
                let height = self.height(&params[1])?.unwrap_or_default();
                self.held(Holding::Native(contract), &params[1])?;
                let owner = self.chain.owner(contract, id, height).ok_or(reverted)?;
                Ok(owner.into_word().to_string().into())
            }
            _ => Err(reverted),
        }
    }

    fn frames_of(&self, height: u32) -> Vec<Value> {
        let transactions = self
            .chain
            .blocks
            .get(&height)
            .map_or(0, |block| block.transactions.len());
        let each = (0..transactions).flat_map(|index| self.chain.flat(height, index));
        each.collect()
    }

    /// The heights at which a transaction calls an account or is called from it, with the hashes.
    fn calls_of(&self, account: Address) -> Vec<(u32, B256)> {
        let names = [json!(account)];
        let mut found = Vec::new();
        for (height, block) in &self.chain.blocks {
            for (index, transaction) in block.transactions.iter().enumerate() {
                let frames = self.chain.flat(*height, index);
                let mut sides = frames.iter().flat_map(|frame| {
                    let action = &frame["action"];
                    [&action["from"], &action["to"], &frame["result"]["address"]]
                });
                if sides.any(|side| names.contains(side)) {
                    found.push((*height, transaction.hash));
                }
            }
        }
        found
    }

    fn search(&self, account: Address, params: &Value) -> Result<Value, Refusal> {
        let after = params[1].as_u64().ok_or_else(|| invalid("a number"))?;
        if params[2].as_u64().is_none_or(|count| count > 25) {
            return Err((-32_000, "max allowed page size: 25".to_owned()));
        }
        let mut found = self.calls_of(account);
        found.retain(|(height, _)| u64::from(*height) > after || after == 0);
        let page: BTreeSet<u32> = found
            .iter()
            .take(self.offers.page)
            .map(|found| found.0)
            .collect();
        let all = found.len();
        found.retain(|(height, _)| page.contains(height));
        let is_newest = found.len() == all;
        found.reverse();
        let txs = found.iter().filter_map(|(_, hash)| self.chain.found(*hash));
        Ok(
            json!({"txs": txs.collect::<Value>(), "receipts": [], "firstPage": is_newest, "lastPage": false}),
        )
    }

    fn filter(&self, filter: &Value) -> Result<Value, Refusal> {
        let bound = |name: &str| Ok(self.height(&filter[name])?.unwrap_or(self.chain.tip));
        let (from, to) = (bound("fromBlock")?, bound("toBlock")?);
        let number = |name: &str| {
            filter[name]
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
        };
        let wanted = |name: &str, side: &Value| {
            let names = filter[name].as_array();
            names.is_none_or(|names| {
                names.iter().any(|it| {
                    it.as_str().map(str::to_lowercase) == side.as_str().map(str::to_lowercase)
                })
            })
        };
        let frames = self
            .chain
            .blocks
            .range(from..=to)
            .flat_map(|(height, _)| self.frames_of(*height));
        let frames = frames.filter(|frame| {
            let to = if frame["type"] == "create" {
                &frame["result"]["address"]
            } else {
                &frame["action"]["to"]
            };
            wanted("fromAddress", &frame["action"]["from"]) && wanted("toAddress", to)
        });
        let page = number("count").unwrap_or(usize::MAX).min(self.offers.page);
        Ok(frames
            .skip(number("after").unwrap_or(0))
            .take(page)
            .collect())
    }

    fn logs(&self, filter: &Value) -> Result<Value, Refusal> {
        let bound = |name: &str| Ok(self.height(&filter[name])?.unwrap_or(self.chain.tip));
        let (from, to) = (bound("fromBlock")?, bound("toBlock")?);
        if to - from >= self.offers.log_blocks_max {
            return Err((-32_005 + 5, "query exceeds max block range".to_owned()));
        }
        let topics = filter["topics"].as_array().cloned().unwrap_or_default();
        let matches = |log: &Value| {
            topics.iter().enumerate().all(|(place, wanted)| {
                let topic = &log["topics"][place];
                wanted
                    .as_array()
                    .is_none_or(|wanted| wanted.contains(topic))
            })
        };
        let logs = self
            .chain
            .blocks
            .range(from..=to)
            .flat_map(|(height, _)| self.chain.logs_of(*height));
        let logs = logs.filter(|log| matches(&log.value) && (from..=to).contains(&log.height));
        Ok(logs.map(|log| log.value).collect())
    }
}
