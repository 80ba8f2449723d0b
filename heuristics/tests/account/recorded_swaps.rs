//! Swaps over recorded receipts of the main network: what is told by structure alone, beside the
//! events of the two commonest kinds of pool, of which the rule knows nothing.
//!
//! Inner calls were not recorded, nor, but for one block, the values of transactions: what was paid
//! in native coin is mostly not seen.
//!
//! `TRACE_REAL_DATA=DIR cargo test -p heuristics --test account recorded_swaps -- --nocapture`

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use heuristics::account::swap::{self, Swap};
use serde_json::{Value, json};
use testdata::recorded;
use trace_core::claim::Reason;
use trace_core::model::account::{Address, Block};
use trace_core::model::{BlockRef, ChainId};
use trace_core::normalise::{RawAccountBlock, RawCalls, RawReceipts, account_block};
use trace_core::view::Answer;
use trace_core::view::account::{AccountView, GatheredAccounts};

use crate::event::signature;

const ETHEREUM: ChainId = ChainId(1);

/// What a node said to all questions of one kind.
fn replies(folder: &Path, method: &str) -> Vec<Value> {
    let folder = folder.join("ethereum/mainnet-rpc").join(method);
    let files = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    let read = |file| -> Vec<Value> { serde_json::from_slice(&fs::read(file).unwrap()).unwrap() };
    let exchanges = files.into_iter().flat_map(read);
    exchanges
        .map(|mut exchange| exchange["response"]["result"].take())
        .collect()
}

/// Blocks with recorded receipts, and whether they were recorded themselves. If not they are made
/// up around the receipts, and their transactions are worth nothing.
fn blocks(folder: &Path) -> Vec<(Block, bool)> {
    let whole = replies(folder, "eth_getBlockByNumber");
    let receipts = replies(folder, "eth_getBlockReceipts");
    let receipts = receipts
        .iter()
        .filter(|it| it.as_array().is_some_and(|all| !all.is_empty()));
    let mut blocks: Vec<_> = receipts
        .map(|receipts| {
            let named = |block: &&Value| {
                block["hash"] == receipts[0]["blockHash"] && block["transactions"][0].is_object()
            };
            let recorded = whole.iter().find(named);
            let block = recorded.cloned().unwrap_or_else(|| around(receipts));
            (read(&block, receipts), recorded.is_some())
        })
        .collect();
    blocks.sort_by_key(|(block, _)| block.at.height);
    blocks
}

fn around(receipts: &Value) -> Value {
    let each = receipts.as_array().unwrap().iter().map(|receipt| {
        json!({
            "hash": receipt["transactionHash"], "from": receipt["from"], "to": receipt["to"],
            "nonce": "0x0", "gas": receipt["gasUsed"], "value": "0x0", "input": "0x",
            "gasPrice": receipt["effectiveGasPrice"], "type": receipt["type"],
        })
    });
    let transactions: Vec<Value> = each.collect();
    let (number, hash) = (&receipts[0]["blockNumber"], &receipts[0]["blockHash"]);
    json!({
        "number": number, "hash": hash, "parentHash": format!("0x{:064x}", 0),
        "timestamp": "0x0", "miner": format!("0x{:040x}", 1),
        "transactions": transactions, "uncles": [],
    })
}

fn read(block: &Value, receipts: &Value) -> Block {
    let (number, hash) = (&block["number"], &block["hash"]);
    let raw = RawAccountBlock {
        at: BlockRef {
            height: u32::from_str_radix(&number.as_str().unwrap()[2..], 16).unwrap(),
            hash: hash.as_str().unwrap()[2..].parse().unwrap(),
        },
        block: block.to_string().into_bytes(),
        receipts: RawReceipts::Block(receipts.to_string().into_bytes()),
        calls: RawCalls::NotTold,
        uncles: Vec::new(),
    };
    account_block(ETHEREUM, &raw).unwrap()
}

#[test]
fn swaps_of_the_main_network_are_told_without_knowing_their_pools() {
    let Some(folder) = recorded::folder() else {
        return;
    };
    let kinds = [
        "Swap(address,uint256,uint256,uint256,uint256,address)",
        "Swap(address,address,int256,int256,uint160,uint128,int24)",
    ]
    .map(signature);
    println!(
        "| values | with such an event | told with all pools | without some | cannot tell | none | without such an event | told all the same |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    let mut counts = [Counts::default(); 2];
    for (block, has_values) in blocks(&folder) {
        let mut view = GatheredAccounts::new(ETHEREUM, block.at).alone();
        view.insert_block(&block);
        for transaction in &block.transactions {
            let Answer::Known(tx) = view.find_transaction(&transaction.hash) else {
                panic!("it is there");
            };
            let logs = transaction.logs.iter();
            let swaps = logs.filter(|log| log.topics.first().is_some_and(|it| kinds.contains(it)));
            let pools = swaps.map(|log| log.address).collect();
            counts[usize::from(has_values)].add(&pools, swap::judge(&view, tx));
        }
    }
    for (name, count) in ["unknown", "known"].iter().zip(&counts) {
        let Counts {
            with,
            whole,
            partly,
            unknown,
            none,
            without,
            told,
        } = count;
        println!(
            "| {name} | {with} | {whole} | {partly} | {unknown} | {none} | {without} | {told} |"
        );
        assert!(*whole > 0);
        // Where it finds nothing it says that it cannot tell, for inner calls were not seen.
        assert_eq!(*none, 0);
    }
}

#[derive(Clone, Copy, Default)]
struct Counts {
    with: usize,
    whole: usize,
    partly: usize,
    unknown: usize,
    none: usize,
    without: usize,
    told: usize,
}

impl Counts {
    fn add(&mut self, pools: &BTreeSet<Address>, judged: Result<Vec<Swap>, Reason>) {
        if pools.is_empty() {
            self.without += 1;
            self.told += usize::from(judged.is_ok_and(|found| !found.is_empty()));
            return;
        }
        self.with += 1;
        let into = match judged {
            Err(_) => &mut self.unknown,
            Ok(found) => match found.first() {
                None => &mut self.none,
                Some(found) if pools.iter().all(|pool| found.pools.contains(pool)) => {
                    &mut self.whole
                }
                Some(_) => &mut self.partly,
            },
        };
        *into += 1;
    }
}
