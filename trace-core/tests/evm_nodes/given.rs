//! The economy on a node, and what comes of reading it.

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use testdata::evm_economy::{self, EvmEconomy};
use testdata::evm_node::{Client, EvmNode, NodeError, anvil};
use trace_core::ingest::{IngestError, Ingested, Plan, ingest_accounts};
use trace_core::ledger::account::Writer;
use trace_core::model::ChainId;
use trace_core::model::account::Block;
use trace_core::normalise::{RawAccountBlock, account_block};
use trace_core::source::{
    AccountBlockSource, AskError, Interruption, Limits, Reply, Request, Source, connect,
};

pub(crate) const CHAIN: ChainId = ChainId(testdata::evm_node::CHAIN);

/// Everything of the source's best branch.
pub(crate) const ALL: Plan = Plan {
    from: None,
    to: None,
    threads: 2,
};

pub(crate) fn economy() -> &'static EvmEconomy {
    static ECONOMY: LazyLock<EvmEconomy> = LazyLock::new(evm_economy::play);
    &ECONOMY
}

/// An anvil with the economy, or none where there is no program.
pub(crate) fn node(test: &str) -> Option<EvmNode> {
    let program = anvil(test)?;
    let node = EvmNode::start(Client::Anvil, &program, evm_economy::coinbase(), &[]).unwrap();
    evm_economy::perform(&node, economy()).unwrap();
    Some(node)
}

pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

/// A node of one's own may be asked as fast as it answers.
pub(crate) fn limits() -> Limits {
    Limits {
        requests_per_second: 10_000,
        ..Limits::default()
    }
}

pub(crate) async fn reach(uri: &str, limits: &Limits) -> Source {
    let uri = uri.parse().unwrap();
    connect(&uri, limits, Interruption::default())
        .await
        .unwrap()
}

/// Every block of a source, as it was told.
pub(crate) async fn raw_blocks(source: &dyn AccountBlockSource) -> Vec<RawAccountBlock> {
    let tip = source.tip().await.unwrap();
    let refs = source.refs(0, tip.height).await.unwrap();
    assert_eq!(refs.len(), tip.height as usize + 1);
    let raw = source.blocks(&refs).await.into_iter();
    raw.collect::<Result<_, _>>().unwrap()
}

/// Every block of a node.
pub(crate) fn blocks(node: &EvmNode) -> Vec<Block> {
    wait(async {
        let source = reach(&node.source_uri(), &limits()).await;
        let raw = raw_blocks(&**source.account_blocks.as_ref().unwrap()).await;
        let blocks = raw.iter().map(|raw| account_block(CHAIN, raw));
        blocks.collect::<Result<_, _>>().unwrap()
    })
}

/// Reads into the ledger in a folder.
pub(crate) async fn read(
    source: &dyn AccountBlockSource,
    dir: &Path,
    plan: Plan,
) -> Result<Ingested, IngestError> {
    let mut writer = Writer::open(dir, source.chain()).unwrap();
    let going = AtomicBool::new(false);
    ingest_accounts(source, None, &mut writer, plan, &mut |_| (), &going).await
}

/// Reads all of the source at that address into the ledger in a folder.
pub(crate) fn read_uri(uri: &str, dir: &Path) -> Ingested {
    wait(async {
        let source = reach(uri, &limits()).await;
        let blocks = source.account_blocks.as_ref().unwrap();
        read(&**blocks, dir, ALL).await.unwrap()
    })
}

/// What a node replies to a question.
pub(crate) fn reply(node: &EvmNode, request: &Request) -> Result<Reply, AskError> {
    let Request::Rpc { method, params } = request else {
        panic!("{request} is nothing to ask a node")
    };
    let reply = node.reply(method, params);
    let reply = reply.map(|text| Reply(text.into_bytes()));
    reply.map_err(|error| match error {
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
}
