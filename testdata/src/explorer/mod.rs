//! What an Esplora server says of a chain, worked out from its blocks.
//!
//! Paths and shapes are those of Blockstream's electrs, as far as a chain in memory can know
//! them. Ask it in memory, or let a server answer with it.

mod describe;

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::consensus::encode::serialize_hex;
use bitcoin::hashes::{Hash, sha256};
use bitcoin::{
    Address, Block, BlockHash, MerkleBlock, OutPoint, ScriptBuf, Transaction, TxOut, Txid,
};
use serde_json::{Value, json};

/// Transactions on one page of a script's history.
const PAGE: usize = 25;

/// A chain in memory that answers as an Esplora server would.
#[derive(Clone, Debug)]
pub struct Explorer {
    blocks: Vec<Block>,
    heights: BTreeMap<BlockHash, usize>,
    transactions: BTreeMap<Txid, (Transaction, Option<(usize, usize)>)>,
    spenders: BTreeMap<OutPoint, (Txid, usize)>,
    /// Confirmed transactions that pay or spend a script, by its SHA-256, in chain order.
    histories: BTreeMap<sha256::Hash, Vec<Txid>>,
    knows_proofs: bool,
}

/// An HTTP status and a body.
pub type Response = (u16, Vec<u8>);

impl Explorer {
    /// Reads a chain, the genesis block first, and transactions that wait to be confirmed.
    pub fn of(blocks: &[Block], unconfirmed: &[Transaction]) -> Self {
        let mut explorer = Self {
            blocks: blocks.to_vec(),
            heights: BTreeMap::new(),
            transactions: BTreeMap::new(),
            spenders: BTreeMap::new(),
            histories: BTreeMap::new(),
            knows_proofs: true,
        };
        for (height, block) in blocks.iter().enumerate() {
            explorer.heights.insert(block.block_hash(), height);
            for (index, transaction) in block.txdata.iter().enumerate() {
                explorer.add(transaction, Some((height, index)));
            }
        }
        for transaction in unconfirmed {
            explorer.add(transaction, None);
        }
        explorer
    }

    /// The same without `/tx/…/merkleblock-proof`, which not every server has.
    #[must_use]
    pub fn without_proofs(mut self) -> Self {
        self.knows_proofs = false;
        self
    }

    /// Answers a GET.
    pub fn get(&self, path: &str) -> Response {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let found = match parts[..] {
            ["blocks", "tip", "hash"] => self.blocks.last().map(|tip| text(&tip.block_hash())),
            ["blocks", "tip", "height"] => Some(text(&self.blocks.len().saturating_sub(1))),
            ["block-height", height] => height
                .parse()
                .ok()
                .and_then(|height: usize| self.blocks.get(height))
                .map(|block| text(&block.block_hash())),
            ["block", hash, ref rest @ ..] => self.block(hash, rest),
            ["tx", txid, ref rest @ ..] => txid.parse().ok().and_then(|txid| self.tx(txid, rest)),
            ["scripthash", name, ref rest @ ..] => {
                let hash = name.parse().ok();
                hash.and_then(|hash| self.script(json!({"scripthash": name}), hash, rest))
            }
            ["address", name, ref rest @ ..] => {
                let address: Option<Address<_>> = name.parse().ok();
                let script = address.map(|address| address.assume_checked().script_pubkey());
                script.and_then(|script| {
                    self.script(json!({"address": name}), script_hash(&script), rest)
                })
            }
            _ => None,
        };
        found.map_or_else(|| (404, b"not found".to_vec()), |body| (200, body))
    }

    fn add(&mut self, transaction: &Transaction, place: Option<(usize, usize)>) {
        let txid = transaction.compute_txid();
        let mut scripts: BTreeSet<sha256::Hash> = BTreeSet::new();
        for (index, input) in transaction.input.iter().enumerate() {
            if let Some(spent) = self.output(input.previous_output) {
                scripts.insert(script_hash(&spent.script_pubkey));
                self.spenders.insert(input.previous_output, (txid, index));
            }
        }
        if place.is_some() {
            let outputs = transaction.output.iter();
            scripts.extend(outputs.map(|output| script_hash(&output.script_pubkey)));
            for script in scripts {
                self.histories.entry(script).or_default().push(txid);
            }
        }
        self.transactions.insert(txid, (transaction.clone(), place));
    }

    fn output(&self, outpoint: OutPoint) -> Option<&TxOut> {
        let (transaction, _) = self.transactions.get(&outpoint.txid)?;
        transaction.output.get(outpoint.vout as usize)
    }

    fn block(&self, hash: &str, rest: &[&str]) -> Option<Vec<u8>> {
        let height = *self.heights.get(&hash.parse::<BlockHash>().ok()?)?;
        let block = self.blocks.get(height)?;
        match rest {
            [] => Some(text(&describe::block(block, height))),
            ["header"] => Some(text(&serialize_hex(&block.header))),
            ["raw"] => Some(bitcoin::consensus::serialize(block)),
            ["txids"] => {
                let txids = block.txdata.iter().map(Transaction::compute_txid);
                Some(text(&txids.map(|txid| txid.to_string()).collect::<Value>()))
            }
            ["status"] => Some(text(&json!({"in_best_chain": true, "height": height}))),
            _ => None,
        }
    }

    fn tx(&self, txid: Txid, rest: &[&str]) -> Option<Vec<u8>> {
        let (transaction, place) = self.transactions.get(&txid)?;
        match rest {
            [] => Some(text(&self.describe(txid)?)),
            ["status"] => Some(text(&self.status(*place))),
            ["hex"] => Some(text(&serialize_hex(transaction))),
            ["merkleblock-proof"] if self.knows_proofs => {
                let block = self.blocks.get((*place)?.0)?;
                let proof = MerkleBlock::from_block_with_predicate(block, |id| *id == txid);
                Some(text(&serialize_hex(&proof)))
            }
            ["outspends"] => {
                let vouts = (0..).zip(&transaction.output).map(|(vout, _)| vout);
                Some(text(
                    &vouts
                        .map(|vout| self.spending(OutPoint { txid, vout }))
                        .collect::<Value>(),
                ))
            }
            ["outspend", vout] => {
                let vout = vout.parse().ok()?;
                Some(text(&self.spending(OutPoint { txid, vout })))
            }
            _ => None,
        }
    }

    fn script(&self, name: Value, hash: sha256::Hash, rest: &[&str]) -> Option<Vec<u8>> {
        let nothing = Vec::new();
        let history = self.histories.get(&hash).unwrap_or(&nothing);
        let after = match rest {
            [] => {
                let value = describe::with(name, "chain_stats", json!({"tx_count": history.len()}));
                return Some(text(&describe::with(
                    value,
                    "mempool_stats",
                    json!({"tx_count": 0}),
                )));
            }
            ["txs", "chain"] => None,
            ["txs", "chain", last_seen] => Some(last_seen.parse::<Txid>().ok()?),
            _ => return None,
        };
        let newest_first = history.iter().rev();
        let page: Vec<Value> = newest_first
            .skip_while(|txid| after.is_some_and(|after| after != **txid))
            .skip(usize::from(after.is_some()))
            .take(PAGE)
            .filter_map(|txid| self.describe(*txid))
            .collect();
        Some(text(&Value::from(page)))
    }

    fn describe(&self, txid: Txid) -> Option<Value> {
        let (transaction, place) = self.transactions.get(&txid)?;
        let prevout = |outpoint| self.output(outpoint);
        let value = describe::transaction(transaction, prevout);
        Some(describe::with(value, "status", self.status(*place)))
    }

    fn status(&self, place: Option<(usize, usize)>) -> Value {
        match place.and_then(|(height, _)| Some((height, self.blocks.get(height)?))) {
            Some((height, block)) => json!({
                "confirmed": true,
                "block_height": height,
                "block_hash": block.block_hash().to_string(),
                "block_time": block.header.time,
            }),
            None => json!({"confirmed": false}),
        }
    }

    fn spending(&self, outpoint: OutPoint) -> Value {
        match self.spenders.get(&outpoint) {
            Some((txid, vin)) => {
                let place = self.transactions.get(txid).and_then(|(_, place)| *place);
                json!({
                    "spent": true,
                    "txid": txid.to_string(),
                    "vin": vin,
                    "status": self.status(place),
                })
            }
            None => json!({"spent": false}),
        }
    }
}

fn script_hash(script: &ScriptBuf) -> sha256::Hash {
    sha256::Hash::hash(script.as_bytes())
}

fn text(value: &impl ToString) -> Vec<u8> {
    value.to_string().into_bytes()
}
