//! Blocks and transactions are read as the reference library reads them, from every encoding,
//! and bytes that are none are refused.
#![cfg(feature = "normalise")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "where something is not as it should be, a test stops"
)]

mod core_json;
mod economy;
mod hostile;
mod node;
mod recorded_blocks;
mod recorded_json;
mod recorded_transactions;
mod reference;
mod single;

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use trace_core::model::{Block, BlockRef};
use trace_core::normalise::{NormaliseError, RawBlock, Spent, block};

/// Reads a serialised block.
fn read(at: BlockRef, bytes: &[u8], spent: Spent) -> Result<Block, NormaliseError> {
    block(&RawBlock::Serialised {
        at,
        block: bytes.to_owned(),
        spent,
    })
}

/// The reference of a block by height alone, its hash being taken from the bytes.
fn at(height: u32, bytes: &[u8]) -> BlockRef {
    let header = bytes.first_chunk().expect("the test has a header");
    BlockRef {
        height,
        hash: trace_core::model::Header(*header).hash(),
    }
}

/// The records of a node's file: magic, length, data, and `more` bytes that the length does
/// not count. Ends at the zeros that a node reserves.
fn records(mut bytes: &[u8], magic: [u8; 4], more: usize) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    while let Some(rest) = bytes.strip_prefix(&magic[..]) {
        let length = u32::from_le_bytes(*rest.first_chunk().unwrap()) as usize + more;
        found.push(rest[4..4 + length].to_owned());
        bytes = &rest[4 + length..];
    }
    found
}

/// What a file holds that is compressed by zstd.
fn unpacked(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = File::open(path).unwrap();
    zstd::Decoder::new(file)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}
