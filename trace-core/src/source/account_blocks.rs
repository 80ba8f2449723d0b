//! Whole blocks of a chain of accounts.

use futures_util::future::BoxFuture;

use super::SourceError;
use crate::model::{BlockRef, ChainId};
use crate::normalise::RawAccountBlock;

/// Hands out whole blocks of a chain of accounts, unparsed:
/// [`account_block`](crate::normalise::account_block) parses them, on whichever thread.
pub trait AccountBlockSource: Send + Sync {
    /// Which chain.
    fn chain(&self) -> ChainId;

    /// The last block of the branch that the source holds for the best.
    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>>;

    /// How far that branch is final.
    fn finality(&self) -> BoxFuture<'_, Result<Finality, SourceError>>;

    /// The blocks of that branch from height `from` to height `to`, both included, each built
    /// on the one before. Heights above the tip are left out.
    fn refs(&self, from: u32, to: u32) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>>;

    /// The blocks named, in the order named, unparsed. All replies are held until the last one
    /// has come.
    fn blocks<'a>(
        &'a self,
        named: &'a [BlockRef],
    ) -> BoxFuture<'a, Vec<Result<RawAccountBlock, SourceError>>>;
}

/// How far a branch is final, by the word of the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finality {
    /// The last block that only a large part of the validators acting against the rules could
    /// replace; `None` where the chain or the node knows of no such block.
    pub safe: Option<BlockRef>,
    /// The last block that cannot be replaced without a third of the stake being lost; `None`
    /// where the chain or the node knows of no such block.
    pub finalized: Option<BlockRef>,
}
