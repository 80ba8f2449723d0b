//! The blocks of one branch by their heights, each checked to build on the one before.

use super::round::Round;
use super::{Request, SourceError, Transport};
use crate::model::{BlockHash, BlockRef, Header};

/// Heights asked for in one round trip: their replies take well under a megabyte.
const HEIGHTS_AT_ONCE: u32 = 1000;

/// Names the blocks from height `from` to height `to`, both included.
///
/// A node asked for one height after another may change its mind in between, and the hashes
/// are then of two branches. So the headers are asked for too: each must hash to the name
/// given for it and name the one below. That costs 80 bytes a block, beside the block itself.
///
/// # Errors
/// When a question fails, a header is not that of its block, or one does not build on the
/// one below.
pub(crate) async fn refs<T: Transport>(
    transport: &T,
    (from, to): (u32, u32),
    hash_of: impl Fn(u32) -> Request,
    header_of: impl Fn(BlockHash) -> Request,
) -> Result<Vec<BlockRef>, SourceError> {
    let mut refs: Vec<BlockRef> = Vec::new();
    let mut first = from;
    while first <= to {
        let last = to.min(first.saturating_add(HEIGHTS_AT_ONCE - 1));
        let mut round = Round::default();
        let asked: Vec<_> = (first..=last)
            .map(|height| round.add(hash_of(height)))
            .collect();
        let replies = round.ask(transport).await;
        let hashes: Result<Vec<BlockHash>, _> = asked
            .into_iter()
            .map(|ticket| replies.hash(ticket))
            .collect();
        let hashes = hashes?;

        let mut round = Round::default();
        let asked: Vec<_> = hashes
            .iter()
            .map(|hash| round.add(header_of(*hash)))
            .collect();
        let replies = round.ask(transport).await;
        for ((height, hash), ticket) in (first..=last).zip(hashes).zip(asked) {
            let at = BlockRef { height, hash };
            let bytes = replies.hex_bytes(ticket)?;
            let header = Header(
                bytes
                    .try_into()
                    .map_err(|_| replies.malformed(ticket, "a header has 80 bytes"))?,
            );
            if header.hash() != hash {
                return Err(replies.malformed(ticket, "the header of another block"));
            }
            match refs.last() {
                Some(below) if below.hash != header.previous() => {
                    return Err(SourceError::Contradiction(format!(
                        "block {hash} at height {height} does not build on block {} below it",
                        below.hash
                    )));
                }
                _ => refs.push(at),
            }
        }
        let Some(next) = last.checked_add(1) else {
            break;
        };
        first = next;
    }
    Ok(refs)
}
