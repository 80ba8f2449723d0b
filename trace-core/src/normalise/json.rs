//! JSON as such.

use serde::Deserialize;

use super::NormaliseError;
use crate::model::{BlockHash, HashError};

/// Reads JSON text into a shape that borrows from it.
pub(super) fn read<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, NormaliseError> {
    serde_json::from_slice(json).map_err(|error| NormaliseError::new("JSON", error.to_string()))
}

/// A hash of a block, or its merkle root, which is written alike.
pub(super) fn block_hash(place: &str, text: &str) -> Result<BlockHash, NormaliseError> {
    text.parse()
        .map_err(|error: HashError| NormaliseError::new(place, error.to_string()))
}
