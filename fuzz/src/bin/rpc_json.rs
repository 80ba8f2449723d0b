//! What Bitcoin Core says of a block or of a transaction, in JSON.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use trace_core::model::{BlockHash, BlockRef};
use trace_core::normalise::{RawBlock, block, transaction_json};

fuzz_target!(|json: &[u8]| {
    if let Ok(told) = transaction_json(json) {
        assert!(told.transaction.weight.is_some());
    }
    let at = named(json).unwrap_or(BlockRef {
        height: 0,
        hash: BlockHash::default(),
    });
    if let Ok(block) = block(&RawBlock::Json {
        at,
        json: json.to_owned(),
    }) {
        assert_eq!(block.header.hash(), at.hash);
    }
});

/// The block as it names itself, so that it is not refused for its name.
fn named(json: &[u8]) -> Option<BlockRef> {
    let told: Value = serde_json::from_slice(json).ok()?;
    Some(BlockRef {
        height: told.get("height")?.as_u64()?.try_into().ok()?,
        hash: told.get("hash")?.as_str()?.parse().ok()?,
    })
}
