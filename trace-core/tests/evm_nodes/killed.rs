//! A node that ends in the middle of the work, and one that is there again.

use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use testdata::evm_economy;
use testdata::evm_node::EvmNode;
use trace_core::ingest::IngestError;
use trace_core::ledger::account::Writer;
use trace_core::source::ethereum::Ethereum;
use trace_core::source::{AskError, Reply, Request, SourceError, Transport};

use crate::contents::files;
use crate::folder::folder;
use crate::given::{ALL, CHAIN, economy, node, read, reply, wait};

/// A node that is killed instead of tracing one block more than so many.
struct Mortal {
    node: Mutex<EvmNode>,
    blocks_left: Mutex<u32>,
}

impl Transport for Mortal {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        let answers = requests.iter().map(|request| {
            let mut node = self.node.lock().unwrap();
            let mut left = self.blocks_left.lock().unwrap();
            if matches!(request, Request::Rpc { method, .. } if method == "debug_traceBlockByHash")
            {
                if *left == 0 {
                    node.kill();
                }
                *left = left.saturating_sub(1);
            }
            reply(&node, request)
        });
        let answers = answers.collect();
        Box::pin(async move { answers })
    }
}

#[test]
fn a_node_that_dies_under_way_costs_nothing_that_was_read() {
    let Some(node) = node("a_node_that_dies_under_way_costs_nothing_that_was_read") else {
        return;
    };
    let mortal = Arc::new(Mortal {
        node: Mutex::new(node),
        blocks_left: Mutex::new(u32::MAX),
    });
    let [dir, whole] = [folder(), folder()];
    wait(async {
        let source = Ethereum::over(Arc::clone(&mortal)).await.unwrap();
        read(&source, whole.path(), ALL).await.unwrap();
        let mut reached = None;
        for blocks in [17, 23] {
            *mortal.blocks_left.lock().unwrap() = blocks;
            let error = read(&source, dir.path(), ALL).await.unwrap_err();
            assert!(
                matches!(
                    error,
                    IngestError::Source(SourceError::Ask(AskError::NoReply { .. }))
                ),
                "{error}"
            );
            let tip = Writer::open(dir.path(), CHAIN).unwrap().tip();
            assert!(tip > reached, "{reached:?}");
            reached = tip;
            // It forgets everything, and makes the same blocks again.
            let mut node = mortal.node.lock().unwrap();
            node.restart().unwrap();
            evm_economy::perform(&node, economy()).unwrap();
        }
        *mortal.blocks_left.lock().unwrap() = u32::MAX;
        read(&source, dir.path(), ALL).await.unwrap();
    });
    assert!(files(dir.path()) == files(whole.path()));
}
