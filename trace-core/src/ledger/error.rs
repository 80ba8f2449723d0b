//! Why a ledger cannot be read or written.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::{BlockHash, BlockRef, Chain, OutPoint, Txid};

/// Why a ledger cannot be read or written. Names the folder, file, block or transaction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The folder is not there, or holds something else.
    #[error("{} is not a ledger", .dir.display())]
    NotALedger {
        /// The folder.
        dir: PathBuf,
    },
    /// A later version of this library wrote the folder.
    #[error("{} is a ledger of format {found}; this version reads up to {known}", .dir.display())]
    NewerFormat {
        /// The folder.
        dir: PathBuf,
        /// The version that the folder states.
        found: u32,
        /// The highest version that can be read.
        known: u32,
    },
    /// The folder holds another chain.
    #[error("{} holds {holds}, not {wanted}", .dir.display())]
    OtherChain {
        /// The folder.
        dir: PathBuf,
        /// The chain it holds.
        holds: Chain,
        /// The chain that was to be written.
        wanted: Chain,
    },
    /// The folder holds a chain of accounts where one of coins is wanted, or the other way
    /// round.
    #[error("{} holds {holds}, which is a chain of another kind", .dir.display())]
    OtherKind {
        /// The folder.
        dir: PathBuf,
        /// The chain it holds.
        holds: Chain,
    },
    /// Another process writes to the folder.
    #[error("{} is being written by another process", .dir.display())]
    InUse {
        /// The folder.
        dir: PathBuf,
    },
    /// No block has been written yet, so there is nothing to be asked.
    #[error("{} holds no block", .dir.display())]
    Empty {
        /// The folder.
        dir: PathBuf,
    },
    /// The index was deleted, or never finished, and cannot be made now: another process
    /// writes to the folder, or this one may not.
    #[error("{} has no index, and it cannot be made now", .dir.display())]
    NoIndex {
        /// The folder.
        dir: PathBuf,
    },
    /// A file that belongs to every ledger is not there.
    #[error("{} is missing", .path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The bytes of a file are not those that were written.
    #[error("{} is damaged{}: {why}", .path.display(), in_block(*.block))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The block in which the damage shows first, where that can be told.
        block: Option<BlockRef>,
        /// What does not hold.
        why: String,
    },
    /// No room is left for a file.
    #[error("{}: the disk is full", .path.display())]
    DiskFull {
        /// The file that could not grow.
        path: PathBuf,
    },
    /// The system refused something else.
    #[error("{}: {why}", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's word for it.
        why: String,
    },
    /// The ledger holds no such block.
    #[error("the ledger holds no block {0}")]
    NoSuchBlock(BlockHash),
    /// The block is built on one that is not held.
    #[error("block {} at height {} is built on {previous}, which the ledger does not hold", .block.hash, .block.height)]
    NotLinked {
        /// The block refused.
        block: BlockRef,
        /// The block it is built on.
        previous: BlockHash,
    },
    /// The block's height or hash is not what its header says.
    #[error("block {} is not the block at height {} that it is said to be", .block.hash, .block.height)]
    Misnamed {
        /// The block refused.
        block: BlockRef,
    },
    /// An input spends what is not there to be spent: never created on this branch, or
    /// spent before.
    #[error("block {}: transaction {txid} spends {outpoint}, which is not unspent", .block.hash)]
    NotUnspent {
        /// The block refused.
        block: BlockRef,
        /// The spending transaction.
        txid: Txid,
        /// What it spends.
        outpoint: OutPoint,
    },
    /// A block without a transaction, or a transaction without an output, which consensus
    /// forbids and by whose last output things are found.
    #[error("block {} holds something without outputs", .block.hash)]
    NoOutputs {
        /// The block refused.
        block: BlockRef,
    },
    /// The numbers of this format have run out.
    #[error("the ledger is full: {what} have run out of numbers")]
    Full {
        /// What is numbered.
        what: &'static str,
    },
    /// An earlier block failed half-way. What was whole before it can be committed; to go on,
    /// open the ledger again.
    #[error("a block failed half-way; open the ledger again to go on")]
    HalfWay,
}

fn in_block(block: Option<BlockRef>) -> String {
    block.map_or_else(String::new, |at| {
        format!(" at block {} of height {}", at.hash, at.height)
    })
}

impl LedgerError {
    /// The error for what the system said of `path`.
    pub(crate) fn system(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            io::ErrorKind::NotFound => Self::Missing { path },
            _ => Self::File {
                path,
                why: error.to_string(),
            },
        }
    }

    /// The error for a file whose bytes are not those that were written.
    pub(crate) fn damaged(path: &Path, block: Option<BlockRef>, why: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            block,
            why: why.into(),
        }
    }
}
