//! Why blocks of a source cannot go into a ledger.

use crate::ledger::LedgerError;
use crate::model::{BlockRef, Chain};
use crate::source::SourceError;

/// Why blocks of a source cannot go into a ledger. What was whole before is committed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    /// The source failed, or a block is not what it is said to be.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The ledger refused a block, or cannot be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The source is of another chain.
    #[error("the source is of {source_chain}, the ledger of {ledger_chain}")]
    OtherChain {
        /// The source's chain.
        source_chain: Chain,
        /// The ledger's chain.
        ledger_chain: Chain,
    },
    /// The first block asked for is below the first one held: a ledger grows at its end only.
    #[error("the ledger begins at height {first}; blocks from {from} on cannot be put before it")]
    BeforeFirst {
        /// The height asked for.
        from: u32,
        /// The ledger's first height.
        first: u32,
    },
    /// The source's best branch has no block in common with the ledger.
    #[error("the source's branch does not hold block {} of height {}, with which the ledger begins", .first.hash, .first.height)]
    NothingShared {
        /// The ledger's first block.
        first: BlockRef,
    },
    /// An allocation was given for a ledger that is to begin above the genesis block.
    #[error("what accounts held at the genesis block cannot be put before blocks from {from} on")]
    AboveGenesis {
        /// The height asked for.
        from: u32,
    },
    /// An allocation was given for a ledger that holds its first block without it.
    #[error("the ledger holds block {} of height {} without this allocation, and nothing in it ever changes: the chain must be read anew, into another folder", .first.hash, .first.height)]
    NotAllocated {
        /// The ledger's first block.
        first: BlockRef,
    },
    /// The source named no block at a height, or another height's.
    #[error("the source names no block at height {height}")]
    Unnamed {
        /// The height.
        height: u32,
    },
    /// The source gave another block than the one asked for, or none.
    #[error("the source did not give block {} of height {}", .asked.hash, .asked.height)]
    NotGiven {
        /// The block asked for.
        asked: BlockRef,
    },
}
