//! Blocks fetched and parsed ahead of their turn.

use futures_util::stream::{self, LocalBoxStream, StreamExt};
use tokio::task::spawn_blocking;

use super::IngestError;
use super::kind::{Feed, Parse};
use crate::model::BlockRef;
use crate::source::{AskError, SourceError};

/// Blocks that are asked for, and parsed by one thread, at a time.
const AT_ONCE: usize = 4;

/// The blocks named, in their order, a few at a time. As many threads parse, and one part more
/// is on its way.
pub(super) fn of<'a, F: Feed + ?Sized>(
    source: &'a F,
    named: &'a [BlockRef],
    is_whole_chain: bool,
    threads: usize,
) -> LocalBoxStream<'a, Vec<Result<F::Block, IngestError>>> {
    let parts = stream::iter(named.chunks(AT_ONCE));
    let parts = parts.map(move |part| async move {
        let raw = source.blocks(part).await;
        let part = part.to_vec();
        let parser = source.parse(is_whole_chain);
        let parse = move || parsed::<F>(&part, raw, &parser);
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

fn parsed<F: Feed + ?Sized>(
    named: &[BlockRef],
    raw: Vec<Result<F::Raw, SourceError>>,
    parse: &Parse<F>,
) -> Vec<Result<F::Block, IngestError>> {
    let mut raw = raw.into_iter();
    let blocks = named.iter().map(|asked| {
        let not_given = IngestError::NotGiven { asked: *asked };
        let raw = raw.next().ok_or(not_given.clone())??;
        if F::at(&raw) != *asked {
            return Err(not_given);
        }
        Ok(parse(raw)?)
    });
    blocks.collect()
}
