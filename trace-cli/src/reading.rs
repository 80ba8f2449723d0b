//! Blocks of a source, read into a ledger.

use std::num::NonZero;
use std::path::Path;

use trace_core::ingest::{Ingested, Plan, ingest, ingest_accounts};
use trace_core::ledger::{Writer, account};
use trace_core::model::BlockRef;
use trace_core::normalise::evm::Genesis;
use trace_core::source::Source;
use trace_core::source::recording::Holds;

use crate::failure::Failure;
use crate::session::Session;

/// Which blocks, and where to.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) ledger: &'a Path,
    pub(crate) from: Option<u32>,
    pub(crate) to: Option<u32>,
    /// What accounts hold at the genesis block.
    pub(crate) genesis: Option<&'a Genesis>,
    /// Threads that parse; by default as many as there are processors.
    pub(crate) threads: Option<usize>,
}

/// Reads blocks into a ledger, from where it ends or from where the source's branch leaves
/// the ledger's.
///
/// # Errors
/// When the source has no whole blocks, does not answer or tells what does not hold together,
/// or the ledger cannot be written. What was read before is in the ledger.
pub(crate) async fn read(
    source: &Source,
    reading: Reading<'_>,
    session: &Session,
) -> Result<Ingested, Failure> {
    let plan = |tip: Option<BlockRef>| {
        let (mut from, mut to) = (reading.from, reading.to);
        if let Some(Holds::Blocks {
            from: first,
            to: last,
        }) = source.recording.map(|summary| summary.header.holds)
        {
            // Beyond that the recording does not answer.
            from = Some(from.unwrap_or(0).max(first)).filter(|_| tip.is_none());
            to = Some(to.unwrap_or(last).min(last));
        }
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        Plan {
            from,
            to,
            threads: reading.threads.unwrap_or(threads),
        }
    };
    let bar = session.talk.bar(0, "blocks");
    let mut begun_at = None;
    let mut progress = |progress: trace_core::ingest::Progress| {
        let begun_at = *begun_at.get_or_insert(progress.at.height);
        bar.set_length(u64::from(progress.to_height.saturating_sub(begun_at)) + 1);
        bar.set_position(progress.blocks.into());
    };
    let interrupted = session.interruption.flag();
    let ingested = match (source.blocks.as_deref(), source.account_blocks.as_deref()) {
        (Some(_), _) if reading.genesis.is_some() => {
            let why = format!(
                "--genesis is for chains of accounts, and {} is one of coins",
                source.chain
            );
            return Err(Failure::Asked(why));
        }
        (Some(blocks), _) => {
            let mut writer = Writer::open(reading.ledger, blocks.chain())?;
            let plan = plan(writer.tip());
            ingest(blocks, &mut writer, plan, &mut progress, interrupted).await
        }
        (None, Some(blocks)) => {
            let mut writer = account::Writer::open(reading.ledger, blocks.chain())?;
            let plan = plan(writer.tip());
            let genesis = reading.genesis;
            ingest_accounts(
                blocks,
                genesis,
                &mut writer,
                plan,
                &mut progress,
                interrupted,
            )
            .await
        }
        (None, None) => {
            let why = format!("{} has no whole blocks", source.name);
            return Err(Failure::Asked(why));
        }
    };
    bar.finish_and_clear();
    Ok(ingested?)
}
