//! Blocks of a source, read into a ledger.

use std::path::Path;

use trace_core::ledger::Writer;
use trace_core::normalise;
use trace_core::source::Source;

use crate::failure::Failure;
use crate::session::Session;

/// Which blocks, and where to.
pub(crate) struct Reading<'a> {
    pub(crate) ledger: &'a Path,
    pub(crate) from: Option<u32>,
    pub(crate) to: Option<u32>,
    pub(crate) threads: Option<usize>,
}

/// Reads.
pub(crate) async fn read(
    source: &Source,
    reading: &Reading<'_>,
    session: &Session,
) -> Result<(), Failure> {
    let Some(blocks) = &source.blocks else {
        return Err(Failure::Asked("no blocks".to_owned()));
    };
    let _ = (session, reading.threads);
    let mut writer = Writer::open(reading.ledger, source.chain)?;
    let tip = blocks.tip().await?;
    let refs = blocks
        .refs(reading.from.unwrap_or(0), reading.to.unwrap_or(tip.height))
        .await?;
    for batch in refs.chunks(16) {
        for raw in blocks.blocks(batch).await {
            let block = normalise::block(&raw?).map_err(|error| Failure::Source(error.into()))?;
            writer.append(&block)?;
        }
    }
    writer.commit()?;
    Ok(())
}
