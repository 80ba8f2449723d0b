//! Why bytes are not what they should be, and where.

use crate::model::BlockHash;

/// Why bytes are not what they should be. Names the block and the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{place}: {why}", block.map_or_else(String::new, |hash| format!("block {hash}: ")))]
pub struct NormaliseError {
    /// The block, if there is one.
    pub block: Option<BlockHash>,
    /// The byte, transaction, input or member where it went wrong.
    pub place: String,
    /// What is wrong there.
    pub why: String,
}

impl NormaliseError {
    /// An error at a place in something that is no block or is not yet known to be one.
    pub(crate) fn new(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            block: None,
            place: place.into(),
            why: why.into(),
        }
    }

    /// The same error, seen from the block it is in.
    pub(crate) fn in_block(mut self, hash: BlockHash) -> Self {
        self.block = Some(hash);
        self
    }

    /// The same error, seen from the larger thing that its place is in.
    pub(crate) fn inside(mut self, outer: impl std::fmt::Display) -> Self {
        self.place = if self.place.is_empty() {
            outer.to_string()
        } else {
            format!("{outer}, {}", self.place)
        };
        self
    }
}
