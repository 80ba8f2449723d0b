//! A Bitcoin Core `blocks` folder, read without Core: its blocks, their undo data, the branch
//! with most work.
//!
//! # Records
//! A folder is a [`Transport`] that answers [`Request::Local`], so that it is recorded and
//! replayed like a node. Hashes are written as people write them, bytes reversed.
//!
//! | name | reply |
//! |---|---|
//! | `chain` | the chain's name, such as `bitcoin` |
//! | `tip` | `HEIGHT HASH` of the last block of the branch with most work |
//! | `refs/FROM/TO` | a line `HEIGHT HASH` for each block of that branch between the two heights |
//! | `block/HASH` | the block as serialised |
//! | `undo/HASH` | its `CBlockUndo` without the checksum; no bytes where the folder has none |
//!
//! [`LocalBlocks`] is the [`BlockSource`](super::BlockSource) over any transport that answers these names: the
//! folder itself, something that records it, or a recording.

mod local_blocks;

use std::path::Path;

use futures_util::future::BoxFuture;

pub use local_blocks::LocalBlocks;

use super::{AskError, Reply, Request, SourceError, Transport};
use crate::model::BitcoinNetwork;

/// A `blocks` folder as it stood when it was opened. Blocks written later are not seen; open
/// it again to see them.
#[derive(Debug)]
pub struct BlockFiles {
    network: BitcoinNetwork,
}

impl BlockFiles {
    /// Reads the headers of all blocks in the folder's `blk*.dat` files. The network is told
    /// by the bytes before the first block where `network` is `None`.
    ///
    /// # Errors
    /// When the folder cannot be read, holds no block of the network, or the height of its
    /// first block cannot be known.
    pub fn open(dir: &Path, network: Option<BitcoinNetwork>) -> Result<Self, SourceError> {
        let _ = network;
        Err(SourceError::File {
            path: dir.display().to_string(),
            why: "not yet read".to_owned(),
        })
    }

    /// The network whose blocks the folder holds.
    pub fn network(&self) -> BitcoinNetwork {
        self.network
    }
}

impl Transport for BlockFiles {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        Box::pin(async move {
            requests
                .iter()
                .map(|request| {
                    Err(AskError::NoReply {
                        request: request.to_string(),
                        why: "not yet read".to_owned(),
                    })
                })
                .collect()
        })
    }
}
