//! Turns what nodes replied into blocks of accounts, on one thread.

use testdata::evm_economy::shipped;
use testdata::{evm_node, recorded, recorded_accounts};
use trace_core::model::{BlockHash, BlockRef, ChainId};
use trace_core::normalise::{RawAccountBlock, RawCalls, RawReceipts, account_block};
use trace_core::source::{Interruption, Limits, connect};

use super::super::Workload;
use super::chain::transfers_of;
use crate::figures::{Failure, Figures};

/// Bytes of replies that are gone through, over and over the same.
const BYTES: u64 = 400_000_000;

/// Parses the replies that the argument names: `economy`, those of an anvil that ship, traced with
/// events; or `mainnet`, block 18 000 000 and its receipts, which are among the recorded data,
/// without a trace.
pub const WORKLOAD: Workload = Workload {
    name: "normalise-accounts",
    run: |_, name| {
        let (chain, blocks) = match name {
            "economy" => (ChainId(evm_node::CHAIN), economy()?),
            "mainnet" => (ChainId(1), vec![mainnet()?]),
            other => return Err(format!("no replies are named {other}").into()),
        };
        let once: u64 = blocks.iter().map(bytes_of).sum();
        let times = BYTES.div_ceil(once);
        let mut figures = Figures::default();
        let (mut transactions, mut transfers) = (0_u64, 0_u64);
        figures.time("all", || {
            for raw in (0..times).flat_map(|_| &blocks) {
                let block = account_block(chain, raw)?;
                transactions += block.transactions.len() as u64;
                transfers += transfers_of(&block);
            }
            Ok(())
        })?;
        figures.note("transfers", transfers);
        figures.note("transactions", transactions);
        figures.note("bytes", once * times);
        Ok(figures)
    },
};

fn bytes_of(raw: &RawAccountBlock) -> u64 {
    let sum = |texts: &[Vec<u8>]| texts.iter().map(Vec::len).sum::<usize>();
    let receipts = match &raw.receipts {
        RawReceipts::Block(text) => text.len(),
        RawReceipts::Each(texts) => sum(texts),
    };
    let calls = match &raw.calls {
        RawCalls::NotTold => 0,
        RawCalls::CallTracer(text) | RawCalls::Flat(text) => text.len(),
        RawCalls::Frames(texts) | RawCalls::Operations(texts) => sum(texts),
    };
    (raw.block.len() + receipts + calls + sum(&raw.uncles)) as u64
}

fn economy() -> Result<Vec<RawAccountBlock>, Failure> {
    let file = shipped().join("economy.recording");
    let uri = format!("recording:{}", file.display()).parse()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let source = connect(&uri, &Limits::default(), Interruption::default()).await?;
        let blocks = source.account_blocks.ok_or("a recording of coins")?;
        let refs = blocks.refs(0, blocks.tip().await?.height).await?;
        let raw = blocks.blocks(&refs).await.into_iter();
        Ok(raw.collect::<Result<_, _>>()?)
    })
}

fn mainnet() -> Result<RawAccountBlock, Failure> {
    let folder = recorded::folder().ok_or("TRACE_REAL_DATA names no folder")?;
    let failed = |error: Box<dyn std::error::Error>| Failure::from(error.to_string());
    let told = recorded_accounts::block_18_000_000(&folder).map_err(failed)?;
    Ok(RawAccountBlock {
        at: BlockRef {
            height: 18_000_000,
            hash: BlockHash::from_shown(told.hash.0),
        },
        block: told.block,
        receipts: RawReceipts::Block(told.receipts),
        calls: RawCalls::NotTold,
        uncles: Vec::new(),
    })
}
