//! As much of Bitcoin Core as the adapter asks for, worked out from blocks in memory.

use std::collections::BTreeSet;

use bitcoin::consensus::encode::serialize_hex;
use bitcoin::{Block, MerkleBlock, Script, Transaction, TxOut};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use trace_core::model::{Address, BlockHash};
use trace_core::source::{AskError, Reply, Request, Transport};

use crate::transports::Answer;
use crate::truth::Truth;

type Refusal = (i64, &'static str);

/// A node that holds the scripted economy and keeps these indexes.
pub(crate) struct MemoryNode {
    pub(crate) truth: &'static Truth,
    pub(crate) indexes: &'static [&'static str],
    pub(crate) index_height: u32,
}

impl MemoryNode {
    fn reply(&self, method: &str, params: &Value) -> Result<String, Refusal> {
        let text = |index: usize| params[index].as_str().unwrap_or_default();
        match method {
            "getblockchaininfo" => Ok(self.chain()),
            "getnetworkinfo" => Ok(json!({"version": 310_000}).to_string()),
            "getindexinfo" => {
                let state = json!({"synced": true, "best_block_height": self.index_height});
                let states = self
                    .indexes
                    .iter()
                    .map(|name| ((*name).to_owned(), state.clone()));
                Ok(Value::Object(states.collect()).to_string())
            }
            "getblockhash" => {
                let at = self.truth.refs.get(params[0].as_u64().unwrap() as usize);
                let at = at.ok_or((-8, "Block height out of range"))?;
                Ok(json!(at.hash.to_string()).to_string())
            }
            "getblockheader" | "getblock" => {
                let (height, block) = self.block(text(0))?;
                Ok(match (method, &params[1]) {
                    ("getblockheader", Value::Bool(true)) => {
                        json!({"height": height, "confirmations": 1}).to_string()
                    }
                    ("getblockheader", _) => json!(serialize_hex(&block.header)).to_string(),
                    _ => json!(serialize_hex(block)).to_string(),
                })
            }
            "getrawtransaction" => self.raw_transaction(text(0), params[2].as_str()),
            "gettxoutproof" => {
                let (_, block) = self.block(text(1))?;
                let txid = params[0][0].as_str().unwrap();
                let matches = |id: &bitcoin::Txid| id.to_string() == txid;
                let proof = MerkleBlock::from_block_with_predicate(block, matches);
                Ok(json!(serialize_hex(&proof)).to_string())
            }
            "gettxspendingprevout" => Ok(self.spender(&params[0][0])),
            "gettxout" => {
                let asked = json!({"txid": text(0), "vout": params[1]});
                let spent = self.spender(&asked).contains("spendingtxid");
                Ok(if spent {
                    "null".to_owned()
                } else {
                    json!({"confirmations": 1}).to_string()
                })
            }
            "scanblocks" => Ok(self.scan(params)),
            _ => Err((-32601, "Method not found")),
        }
    }

    fn chain(&self) -> String {
        let tip = self.truth.tip();
        json!({"chain": "regtest", "blocks": tip.height, "bestblockhash": tip.hash.to_string()})
            .to_string()
    }

    fn block(&self, hash: &str) -> Result<(usize, &Block), Refusal> {
        let hash: BlockHash = hash.parse().map_err(|_| (-8, "no hash"))?;
        let mut refs = self.truth.refs.iter();
        let height = refs
            .position(|at| at.hash == hash)
            .ok_or((-5, "Block not found"))?;
        Ok((height, &self.truth.blocks[height]))
    }

    fn raw_transaction(&self, txid: &str, block: Option<&str>) -> Result<String, Refusal> {
        if block.is_none() && !self.indexes.contains(&"txindex") {
            return Err((
                -5,
                "No such mempool transaction. Use -txindex or provide a block hash",
            ));
        }
        let (height, transaction) = self
            .all()
            .find(|(_, transaction)| transaction.compute_txid().to_string() == txid)
            .ok_or((
                -5,
                "No such mempool or blockchain transaction. Use gettransaction",
            ))?;
        let inputs = transaction.input.iter().map(|input| {
            if transaction.is_coinbase() {
                return json!({"coinbase": "", "sequence": 0}).to_string();
            }
            let spends = input.previous_output;
            let (height, creator) = self
                .all()
                .find(|(_, creator)| creator.compute_txid() == spends.txid)
                .unwrap();
            let output = output(&creator.output[spends.vout as usize]);
            format!(
                r#"{{"txid":"{}","vout":{},"sequence":{},"prevout":{{"height":{height},{output}}}}}"#,
                spends.txid, spends.vout, input.sequence.0
            )
        });
        let inputs: Vec<String> = inputs.collect();
        let outputs = transaction.output.iter();
        let outputs: Vec<String> = outputs
            .map(|paid| format!("{{{}}}", output(paid)))
            .collect();
        Ok(format!(
            r#"{{"txid":"{txid}","hex":"{}","version":{},"locktime":{},"vin":[{}],"vout":[{}],"blockhash":"{}"}}"#,
            serialize_hex(transaction),
            transaction.version.0,
            transaction.lock_time,
            inputs.join(","),
            outputs.join(","),
            self.truth.refs[height].hash,
        ))
    }

    fn spender(&self, asked: &Value) -> String {
        let spends = |transaction: &Transaction| {
            let mut inputs = transaction.input.iter().map(|input| input.previous_output);
            inputs.any(|out| asked["txid"] == out.txid.to_string() && asked["vout"] == out.vout)
        };
        let mut answer = asked.clone();
        if let Some((height, spender)) = self.all().find(|(_, transaction)| spends(transaction)) {
            answer["spendingtxid"] = spender.compute_txid().to_string().into();
            answer["blockhash"] = self.truth.refs[height].hash.to_string().into();
        }
        json!([answer]).to_string()
    }

    fn scan(&self, params: &Value) -> String {
        let raw = |script: &Script| format!("raw({})", script.to_hex_string());
        let wanted: BTreeSet<&str> = params[1]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let (from, to) = (params[2].as_u64().unwrap(), params[3].as_u64().unwrap());
        let relevant = (from..=to).filter(|height| {
            let mut paid = self.truth.parsed[*height as usize]
                .transactions
                .iter()
                .flat_map(|tx| {
                    let spent = tx.inputs.iter().filter_map(|input| input.prevout.as_ref());
                    spent.chain(&tx.outputs)
                });
            paid.any(|output| {
                let script = output.address.as_ref().map(Address::script);
                script.is_some_and(|script| wanted.contains(&*raw(Script::from_bytes(script))))
            })
        });
        let relevant: Vec<String> = relevant
            .map(|height| self.truth.refs[height as usize].hash.to_string())
            .collect();
        json!({
            "from_height": from,
            "to_height": to,
            "relevant_blocks": relevant,
            "completed": true,
        })
        .to_string()
    }

    fn all(&self) -> impl Iterator<Item = (usize, &Transaction)> {
        let blocks = self.truth.blocks.iter().enumerate();
        blocks.flat_map(|(height, block)| block.txdata.iter().map(move |tx| (height, tx)))
    }
}

fn output(output: &TxOut) -> String {
    let sat = output.value.to_sat();
    format!(
        r#""value":{}.{:08},"scriptPubKey":{{"hex":"{}"}}"#,
        sat / 100_000_000,
        sat % 100_000_000,
        output.script_pubkey.to_hex_string()
    )
}

impl Transport for MemoryNode {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Answer>> {
        let answers = requests.iter().map(|request| {
            let Request::Rpc { method, params } = request else {
                panic!("{request} is nothing to ask a node")
            };
            let params = serde_json::from_str(params).unwrap();
            match self.reply(method, &params) {
                Ok(text) => Ok(Reply(text.into_bytes())),
                Err((code, message)) => Err(AskError::Rpc {
                    method: method.clone(),
                    code,
                    message: message.to_owned(),
                }),
            }
        });
        let answers = answers.collect();
        Box::pin(async move { answers })
    }
}
