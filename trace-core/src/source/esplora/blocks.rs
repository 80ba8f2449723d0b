//! Whole blocks of an Esplora server, as serialised.
//!
//! What their inputs spend is not told with them: the server hands that out 25 transactions
//! at a time, which for one full block is more than a hundred requests. Whoever reads the
//! chain from its first block needs none of it.

use futures_util::future::BoxFuture;

use super::{Esplora, path};
use crate::model::{BitcoinNetwork, BlockRef};
use crate::normalise::{RawBlock, Spent};
use crate::source::branch;
use crate::source::round::Round;
use crate::source::{BlockSource, SourceError, Transport};

impl<T: Transport> BlockSource for Esplora<T> {
    fn chain(&self) -> BitcoinNetwork {
        self.chain()
    }

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
        Box::pin(self.tip())
    }

    fn refs(&self, from: u32, to: u32) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>> {
        Box::pin(async move {
            let to = to.min(self.tip().await?.height);
            branch::refs(&self.transport, (from, to), path::block_hash, path::header).await
        })
    }

    fn blocks<'a>(
        &'a self,
        named: &'a [BlockRef],
    ) -> BoxFuture<'a, Vec<Result<RawBlock, SourceError>>> {
        Box::pin(async move {
            let mut round = Round::default();
            let asked: Vec<_> = named
                .iter()
                .map(|at| round.add(path::raw_block(at.hash)))
                .collect();
            let replies = round.ask(&self.transport).await;
            let blocks = named.iter().zip(asked).map(|(at, ticket)| {
                Ok(RawBlock::Serialised {
                    at: *at,
                    block: replies.bytes(ticket)?.to_vec(),
                    spent: Spent::Unknown,
                })
            });
            blocks.collect()
        })
    }
}
