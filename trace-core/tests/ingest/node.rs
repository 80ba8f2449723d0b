//! A real node: its blocks by RPC and from its files, a branch that it leaves, and its end in
//! the middle of the work.

use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use testdata::economy;
use testdata::node::{Node, NodeError, Options, bitcoind};
use trace_core::ingest::IngestError;
use trace_core::ledger::{Ledger, Writer, verify};
use trace_core::source::bitcoin_core::BitcoinCore;
use trace_core::source::block_files::{BlockFiles, LocalBlocks};
use trace_core::source::{AskError, BlockSource, Reply, Request, SourceError, Transport};

use crate::coins::Coins;
use crate::contents::files;
use crate::folder::folder;
use crate::read::{ALL, read_from, read_into};

const MINER: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/// A node that is killed instead of giving one block more than so many.
struct Mortal {
    node: Mutex<Node>,
    blocks_left: Mutex<u32>,
}

impl Transport for Mortal {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        let answers = requests.iter().map(|request| {
            let mut node = self.node.lock().unwrap();
            let mut left = self.blocks_left.lock().unwrap();
            let Request::Rpc { method, params } = request else {
                panic!("{request} is nothing to ask a node")
            };
            if *method == "getblock" {
                if *left == 0 {
                    node.kill();
                }
                *left = left.saturating_sub(1);
            }
            node.reply(method, params)
                .map(|text| Reply(text.into_bytes()))
                .map_err(|error| match error {
                    NodeError::Refused {
                        method,
                        code,
                        message,
                    } => AskError::Rpc {
                        method,
                        code,
                        message,
                    },
                    other => AskError::NoReply {
                        request: request.to_string(),
                        why: other.to_string(),
                    },
                })
        });
        let answers = answers.collect();
        Box::pin(async move { answers })
    }
}

fn wait<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

impl Mortal {
    fn core(self: &Arc<Self>) -> BitcoinCore<Arc<Self>> {
        wait(BitcoinCore::over(Arc::clone(self))).unwrap()
    }

    fn call(&self, method: &str, params: &Value) -> Value {
        self.node.lock().unwrap().call(method, params).unwrap()
    }

    fn dies_after(&self, blocks: u32) {
        *self.blocks_left.lock().unwrap() = blocks;
    }
}

/// A node with the scripted economy, or none where there is no program.
fn node(test: &str) -> Option<Arc<Mortal>> {
    let node = Node::start(&bitcoind(test)?, &Options::default()).unwrap();
    economy::submit(&node, &economy::play().blocks).unwrap();
    Some(Arc::new(Mortal {
        node: Mutex::new(node),
        blocks_left: Mutex::new(u32::MAX),
    }))
}

#[test]
fn a_nodes_words_and_its_files_make_the_same_ledger_through_every_branch_it_takes() {
    let Some(node) = node("a node's words and its files") else {
        return;
    };
    let (spoken, filed, plain) = (folder(), folder(), folder());
    let source = node.core();
    let done = read_from::<Coins>(&source, spoken.path(), ALL).unwrap();
    let blocks = node.node.lock().unwrap().blocks_folder();
    let blocks = LocalBlocks::over(BlockFiles::open(&blocks, None).unwrap());
    read_from::<Coins>(&wait(blocks).unwrap(), filed.path(), ALL).unwrap();
    assert!(files(spoken.path()) == files(filed.path()));
    // The node leaves its last seven blocks, and has less than the ledger at first.
    let left = done.tip.unwrap();
    let last = wait(source.refs(left.height - 7, left.height)).unwrap();
    node.call("invalidateblock", &json!([last[1].hash.to_string()]));
    let done = read_from::<Coins>(&source, spoken.path(), ALL).unwrap();
    assert_eq!((done.tip, done.left), (Some(last[0]), Some(left)));
    assert_eq!(done.blocks, 0);
    node.call("generatetoaddress", &json!([9, MINER]));
    let done = read_from::<Coins>(&source, spoken.path(), ALL).unwrap();
    assert_eq!((done.left, done.blocks), (None, 9));
    let tip = done.tip.unwrap();
    assert_eq!(
        node.call("getbestblockhash", &json!([])),
        tip.hash.to_string()
    );
    verify(spoken.path(), &mut |_, _| ()).unwrap();
    let ledger = Ledger::open(spoken.path()).unwrap();
    assert_eq!(ledger.tips().unwrap(), [tip, left]);
    // Whoever comes only now has the new branch alone.
    let source = source.without_prevouts();
    let done = read_from::<Coins>(&source, plain.path(), ALL).unwrap();
    assert_eq!((done.tip, done.left), (Some(tip), None));
}

#[test]
fn a_node_that_dies_under_way_costs_nothing_that_was_read() {
    let Some(node) = node("a node that dies under way") else {
        return;
    };
    // What a node has not written to its disk yet it forgets when it is killed.
    node.node.lock().unwrap().stop().unwrap();
    node.node.lock().unwrap().restart().unwrap();
    let (dir, whole) = (folder(), folder());
    let source = node.core();
    read_from::<Coins>(&source, whole.path(), ALL).unwrap();
    let mut reached = None;
    for blocks in [6, 11] {
        node.dies_after(blocks);
        let mut writer = Writer::open(dir.path(), source.chain()).unwrap();
        let error = read_into::<Coins>(&source, &mut writer, ALL, u32::MAX).unwrap_err();
        assert!(
            matches!(
                error,
                IngestError::Source(SourceError::Ask(AskError::NoReply { .. }))
            ),
            "{error}"
        );
        assert!(writer.tip() > reached, "{reached:?}");
        reached = writer.tip();
        node.node.lock().unwrap().restart().unwrap();
    }
    node.dies_after(u32::MAX);
    read_from::<Coins>(&source, dir.path(), ALL).unwrap();
    assert!(files(dir.path()) == files(whole.path()));
}
