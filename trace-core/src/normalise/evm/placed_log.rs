//! Events out of their blocks, as `eth_getLogs` gives them.

use alloy_primitives::Bytes;
use serde::Deserialize;

use super::quantity::Quantity;
use super::{NormaliseError, json};
use crate::model::account::{Address, B256, Log};
use crate::model::{BlockHash, BlockRef};

/// An event and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedLog {
    /// The block.
    pub at: BlockRef,
    /// The transaction.
    pub transaction: B256,
    /// The transaction's place in the block.
    pub transaction_index: u64,
    /// Its place among the events of the block.
    pub log_index: u64,
    /// The event.
    pub log: Log,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    address: Address,
    topics: Vec<B256>,
    data: Bytes,
    block_hash: B256,
    block_number: Quantity,
    transaction_hash: B256,
    transaction_index: Quantity,
    log_index: Quantity,
    #[serde(default)]
    removed: bool,
}

/// Reads the `result` of `eth_getLogs`; `null`, which some nodes write for nothing, is nothing.
///
/// # Errors
/// When the text is no such list, an event was taken back by a reorganisation, or a height does
/// not fit 32 bits.
pub fn placed_logs(text: &[u8]) -> Result<Vec<PlacedLog>, NormaliseError> {
    let told: Option<Vec<Told>> = json::read(text)?;
    let each = told.into_iter().flatten().enumerate();
    let each = each.map(|(index, told)| {
        let wrong = |why: String| NormaliseError::new(format!("event {index}"), why);
        if told.removed {
            return Err(wrong("a reorganisation took it back".to_owned()));
        }
        let height = told.block_number.0;
        let height = u32::try_from(height)
            .map_err(|_| wrong(format!("its height, {height}, does not fit 32 bits")))?;
        Ok(PlacedLog {
            at: BlockRef {
                height,
                hash: BlockHash::from_shown(told.block_hash.0),
            },
            transaction: told.transaction_hash,
            transaction_index: told.transaction_index.0,
            log_index: told.log_index.0,
            log: Log {
                address: told.address,
                topics: told.topics,
                data: told.data.to_vec(),
            },
        })
    });
    each.collect()
}
