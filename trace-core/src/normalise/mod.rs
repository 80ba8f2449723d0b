//! From the bytes of a node to blocks and transactions. No I/O.

use crate::model::{Block, BlockHash, BlockRef};

/// A block as a source gave it, unparsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawBlock {
    /// The block in the chain's own encoding.
    Serialised {
        /// Which block it is said to be.
        at: BlockRef,
        /// Its bytes.
        block: Vec<u8>,
        /// The outputs it spends, if the source had them.
        spent: Spent,
    },
    /// The `result` of Bitcoin Core's `getblock` with verbosity 2 or 3, as received.
    Json {
        /// Which block it is said to be.
        at: BlockRef,
        /// The JSON text.
        json: Vec<u8>,
    },
}

/// The outputs that a block spends, unparsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spent {
    /// The source did not have them.
    Unknown,
    /// A record of Bitcoin Core's `rev*.dat` (`CBlockUndo`), without its checksum.
    Undo(Vec<u8>),
    /// Plain outputs, one for each input in order: value (8 bytes), script length, script.
    Outputs(Vec<u8>),
}

/// Why bytes are not what they should be. Names the block and the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("block {}: {place}: {why}", block.map_or_else(|| "unknown".to_owned(), |hash| hash.to_string()))]
pub struct NormaliseError {
    /// The block, if there is one.
    pub block: Option<BlockHash>,
    /// The byte, transaction, input or member where it went wrong.
    pub place: String,
    /// What is wrong there.
    pub why: String,
}

/// Parses a block and checks that it is the block it is said to be.
///
/// # Errors
/// When the bytes are no block, the header's hash is not the one named, the transactions do
/// not hash to the header's merkle root, or the spent outputs do not fit the inputs.
pub fn block(raw: &RawBlock) -> Result<Block, NormaliseError> {
    let (RawBlock::Serialised { at, .. } | RawBlock::Json { at, .. }) = raw;
    Err(NormaliseError {
        block: Some(at.hash),
        place: "block".to_owned(),
        why: "not yet read".to_owned(),
    })
}
