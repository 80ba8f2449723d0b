//! The recorded replies that are measured with.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use testdata::evm_economy::shipped;
use testdata::{recorded, recorded_accounts};
use trace_core::model::{BlockHash, BlockRef, ChainId};
use trace_core::normalise::{RawAccountBlock, RawCalls, RawReceipts};
use trace_core::source::{
    AccountBlockSource, Finality, Interruption, Limits, SourceError, connect,
};

use super::retold::texts_of;
use crate::figures::Failure;

/// What replies: `economy` is the recording of an anvil that ships, traced with events; `mainnet`
/// has block 18 000 000 and its receipts, which are among the recorded data, without a trace.
///
/// # Errors
/// When nothing has this name, or the replies cannot be read.
pub async fn named(name: &str) -> Result<Arc<dyn AccountBlockSource>, Failure> {
    match name {
        "economy" => economy().await,
        "mainnet" => Ok(Arc::new(OneBlock(mainnet()?))),
        other => Err(format!("no replies are named {other}").into()),
    }
}

/// All blocks of a source, unparsed, with their names.
///
/// # Errors
/// Those of the source.
pub async fn all(source: &dyn AccountBlockSource) -> Result<Vec<RawAccountBlock>, Failure> {
    let refs = source.refs(0, source.tip().await?.height).await?;
    let blocks = source.blocks(&refs).await.into_iter();
    Ok(blocks.collect::<Result<_, _>>()?)
}

/// How long the replies about a block are.
#[must_use]
pub fn bytes_of(raw: &RawAccountBlock) -> u64 {
    let sum = |texts: &[Vec<u8>]| texts.iter().map(Vec::len).sum::<usize>();
    let receipts = sum(texts_of(&raw.receipts));
    let calls = match &raw.calls {
        RawCalls::NotTold => 0,
        RawCalls::CallTracer(text) | RawCalls::Flat(text) => text.len(),
        RawCalls::Frames(texts) | RawCalls::Operations(texts) => sum(texts),
    };
    (raw.block.len() + receipts + calls + sum(&raw.uncles)) as u64
}

async fn economy() -> Result<Arc<dyn AccountBlockSource>, Failure> {
    let file = shipped().join("economy.recording");
    let uri = format!("recording:{}", file.display()).parse()?;
    let source = connect(&uri, &Limits::default(), Interruption::default()).await?;
    source
        .account_blocks
        .ok_or_else(|| "a recording of coins".into())
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

/// The main network, of which one block is known.
struct OneBlock(RawAccountBlock);

impl AccountBlockSource for OneBlock {
    fn chain(&self) -> ChainId {
        ChainId(1)
    }

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
        Box::pin(async { Ok(self.0.at) })
    }

    fn finality(&self) -> BoxFuture<'_, Result<Finality, SourceError>> {
        let (safe, finalized) = (Some(self.0.at), Some(self.0.at));
        Box::pin(async move { Ok(Finality { safe, finalized }) })
    }

    fn refs(&self, from: u32, to: u32) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>> {
        let at = Some(self.0.at).filter(|at| (from..=to).contains(&at.height));
        Box::pin(async move { Ok(at.into_iter().collect()) })
    }

    fn blocks<'a>(
        &'a self,
        named: &'a [BlockRef],
    ) -> BoxFuture<'a, Vec<Result<RawAccountBlock, SourceError>>> {
        let told = named.iter().map(|_| Ok(self.0.clone()));
        Box::pin(async { told.collect() })
    }
}
