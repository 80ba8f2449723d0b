//! Blocks of a source, read into a ledger.

use std::path::Path;

use trace_core::ledger::Writer;
use trace_core::model::BlockRef;
use trace_core::normalise;
use trace_core::source::recording::Holds;
use trace_core::source::{BlockSource, Source, SourceError};

use crate::failure::Failure;
use crate::session::Session;

/// Blocks asked for at once.
const BATCH: u32 = 64;
/// Blocks between two commits.
const COMMIT: u32 = 1024;

/// Which blocks, and where to.
pub(crate) struct Reading<'a> {
    pub(crate) ledger: &'a Path,
    pub(crate) from: Option<u32>,
    pub(crate) to: Option<u32>,
}

/// What was read.
pub(crate) struct Read {
    pub(crate) blocks: u64,
    pub(crate) transactions: u64,
    /// Where the ledger ends now.
    pub(crate) tip: Option<BlockRef>,
    pub(crate) interrupted: bool,
}

/// Reads blocks into a ledger, from where it ends or from where the source's branch leaves
/// the ledger's.
///
/// # Errors
/// When the source has no whole blocks, does not answer or tells what does not hold together,
/// or the ledger cannot be written. What was read before is in the ledger.
pub(crate) async fn read(
    source: &Source,
    reading: &Reading<'_>,
    session: &Session,
) -> Result<Read, Failure> {
    let Some(blocks) = source.blocks.as_deref() else {
        let why = format!("{} has no whole blocks", source.name);
        return Err(Failure::Asked(why));
    };
    let mut writer = Writer::open(reading.ledger, source.chain)?;
    let (from, to) = stretch(source, blocks, &writer, reading).await?;
    let bar = session
        .talk
        .bar(u64::from((to + 1).saturating_sub(from)), "blocks");
    let mut read = Read {
        blocks: 0,
        transactions: 0,
        tip: None,
        interrupted: false,
    };
    let mut uncommitted = 0;
    let mut next = from;
    while next <= to && !read.interrupted {
        let refs = blocks
            .refs(next, to.min(next.saturating_add(BATCH - 1)))
            .await?;
        for raw in blocks.blocks(&refs).await {
            let block = normalise::block(&raw?).map_err(SourceError::from)?;
            writer.append(&block)?;
            read.blocks += 1;
            read.transactions += block.transactions.len() as u64;
            bar.inc(1);
        }
        next = next.saturating_add(BATCH);
        uncommitted += BATCH;
        if uncommitted >= COMMIT {
            writer.checkpoint()?;
            uncommitted = 0;
        }
        read.interrupted = session.interruption.is_raised();
    }
    writer.commit()?;
    bar.finish_and_clear();
    read.tip = writer.tip();
    Ok(read)
}

/// The first and the last height to read.
async fn stretch(
    source: &Source,
    blocks: &dyn BlockSource,
    writer: &Writer,
    reading: &Reading<'_>,
) -> Result<(u32, u32), Failure> {
    let (mut first, mut last) = (0, blocks.tip().await?.height);
    if let Some(Holds::Blocks { from, to }) = source.recording.map(|summary| summary.header.holds) {
        (first, last) = (from, to.min(last));
    }
    let to = reading.to.map_or(last, |to| to.min(last));
    if let Some(from) = reading.from {
        return Ok((from, to));
    }
    // Down to the last block that both the ledger and the source hold.
    let mut height = writer.tip().map(|tip| tip.height.min(last));
    while let Some(held) = height {
        let there = blocks.refs(held, held).await?;
        if writer
            .block_at(held)
            .is_some_and(|own| there.contains(&own))
        {
            return Ok((held + 1, to));
        }
        height = held.checked_sub(1).filter(|height| *height >= first);
    }
    Ok((first, to))
}
