//! Blocks fetched and parsed ahead of their turn.

use futures_util::stream::{self, LocalBoxStream, StreamExt};
use tokio::task::spawn_blocking;

use super::IngestError;
use crate::model::{Block, BlockRef};
use crate::normalise::{self, RawBlock, Spent};
use crate::source::{AskError, BlockSource, SourceError};

/// Blocks that are asked for, and parsed by one thread, at a time.
const AT_ONCE: usize = 4;

/// The blocks named, in their order, a few at a time. As many threads parse, and one part more
/// is on its way.
///
/// A ledger of the whole chain knows every spent output itself, so what the source says of
/// them is not parsed then (`is_whole_chain`).
pub(super) fn of<'a>(
    source: &'a dyn BlockSource,
    named: &'a [BlockRef],
    is_whole_chain: bool,
    threads: usize,
) -> LocalBoxStream<'a, Vec<Result<Block, IngestError>>> {
    let parts = stream::iter(named.chunks(AT_ONCE));
    let parts = parts.map(move |part| async move {
        let raw = source.blocks(part).await;
        let part = part.to_vec();
        let parse = move || parsed(&part, raw, is_whole_chain);
        if threads < 2 {
            return parse();
        }
        match spawn_blocking(parse).await {
            Ok(blocks) => blocks,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => vec![Err(SourceError::Ask(AskError::Interrupted).into())],
            },
        }
    });
    parts.buffered(threads.max(1) + 1).boxed_local()
}

fn parsed(
    named: &[BlockRef],
    raw: Vec<Result<RawBlock, SourceError>>,
    is_whole_chain: bool,
) -> Vec<Result<Block, IngestError>> {
    let mut raw = raw.into_iter();
    let blocks = named.iter().map(|asked| {
        let not_given = IngestError::NotGiven { asked: *asked };
        let mut raw = raw.next().ok_or(not_given.clone())??;
        let (RawBlock::Serialised { at, .. } | RawBlock::Json { at, .. }) = &raw;
        if at != asked {
            return Err(not_given);
        }
        if let RawBlock::Serialised { spent, .. } = &mut raw
            && is_whole_chain
        {
            *spent = Spent::Unknown;
        }
        Ok(normalise::block(&raw).map_err(SourceError::from)?)
    });
    blocks.collect()
}
