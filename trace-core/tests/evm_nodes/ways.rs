//! What contracts passed on is the same in whichever way a node is asked for it.

use futures_util::future::BoxFuture;
use testdata::evm_economy::Kind;
use testdata::evm_node::EvmNode;
use trace_core::model::account::{Asset, Block, InnerCalls, Transaction, Transfer};
use trace_core::normalise::{NormaliseError, RawCalls, account_block};
use trace_core::source::ethereum::Ethereum;
use trace_core::source::{AskError, Reply, Request, Transport};

use crate::given::{CHAIN, blocks, economy, node, raw_blocks, reply, wait};

/// A node some of whose methods are not passed on.
struct Narrow<'a> {
    node: &'a EvmNode,
    lacking: &'static [&'static str],
}

impl Transport for Narrow<'_> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        let answers = requests.iter().map(|request| match request {
            Request::Rpc { method, .. } if self.lacking.iter().any(|it| method.starts_with(it)) => {
                Err(AskError::Rpc {
                    method: method.clone(),
                    code: -32_601,
                    message: "Method not found".to_owned(),
                })
            }
            _ => reply(self.node, request),
        });
        let answers = answers.collect();
        Box::pin(async move { answers })
    }
}

type Told = (Result<Vec<Block>, NormaliseError>, RawCalls);

fn told(node: &EvmNode, lacking: &'static [&'static str]) -> Told {
    wait(async {
        let source = Ethereum::over(Narrow { node, lacking }).await.unwrap();
        let raw = raw_blocks(&source).await;
        let blocks = raw.iter().map(|raw| account_block(CHAIN, raw));
        (blocks.collect(), raw.into_iter().nth(1).unwrap().calls)
    })
}

/// The native coin that moves in a transaction, in its order.
fn native(transaction: &Transaction) -> Vec<Transfer> {
    let transfers = transaction.transfers.iter();
    let native = transfers.filter(|transfer| transfer.asset == Asset::Native);
    native.copied().collect()
}

/// How many transactions move the native coin otherwise than the best trace tells, of those that
/// are not batches; and how many of those that are.
fn different(told: &[Block], best: &[Block]) -> (usize, usize) {
    let pairs = told.iter().zip(best).flat_map(|(told, best)| {
        assert_eq!(told.at, best.at);
        told.transactions.iter().zip(&best.transactions)
    });
    let mut different = (0, 0);
    for ((told, best), truth) in pairs.zip(&economy().truth.transactions) {
        assert_eq!(told.hash, truth.hash);
        if native(told) != native(best) {
            match truth.kind {
                Kind::Batch => different.1 += 1,
                _ => different.0 += 1,
            }
        }
    }
    different
}

#[test]
fn every_way_of_asking_tells_the_same_of_what_was_not_undone() {
    let Some(node) = node("every_way_of_asking_tells_the_same_of_what_was_not_undone") else {
        return;
    };
    let best = blocks(&node);
    let (by_height, raw) = told(&node, &["debug_traceBlockByHash", "eth_getBlockReceipts"]);
    assert!(matches!(raw, RawCalls::CallTracer(_)));
    assert!(by_height.unwrap() == best);
    let (flat, raw) = told(&node, &["debug_"]);
    let flat = flat.unwrap();
    assert!(matches!(raw, RawCalls::Flat(_)));
    assert_eq!(flat[1].inner_calls, InnerCalls::Seen);
    assert_eq!(different(&flat, &best), (0, 0));
    // This does not say that the leg of a batch was undone, and the block says so.
    let (operations, raw) = told(&node, &["debug_", "trace_", "ots_traceTransaction"]);
    let operations = operations.unwrap();
    assert!(matches!(raw, RawCalls::Operations(_)));
    assert_eq!(operations[1].inner_calls, InnerCalls::Unsure);
    assert_eq!(different(&operations, &best), (0, 1));
    // Anvil leaves creations out of these, which shows where a transaction creates a contract.
    let (frames, raw) = told(&node, &["debug_", "trace_"]);
    assert!(matches!(raw, RawCalls::Frames(_)));
    let error = frames.unwrap_err().to_string();
    let first = &economy().truth.transactions;
    let first = first.iter().find(|it| it.kind == Kind::Deployment).unwrap();
    assert!(error.contains(&first.hash.to_string()), "{error}");
    assert!(error.contains("begins with no such transaction"), "{error}");
}
