//! What a node replied about one block, told again as if the same had happened in a later block:
//! a recording of a few blocks becomes a chain of any length.
//!
//! The replies stay as they are, byte for byte, but for the block's hash, its parent's and its
//! height. The new hash is that of the changed header, so everything that the header commits to
//! still holds: transactions, receipts and withdrawals do not say in which block they are where
//! they are hashed. The time is that of the block recorded.

mod header;

use std::ops::Range;

use alloy_consensus::Header;
use trace_core::model::account::B256;
use trace_core::model::{BlockHash, BlockRef};
use trace_core::normalise::{RawAccountBlock, RawCalls, RawReceipts};

use crate::recorded::Result;

/// Where the replies about a block say which block it is.
#[derive(Clone, Debug)]
pub struct Retelling {
    header: Header,
    block: Vec<Place>,
    receipts: Vec<Vec<Place>>,
    /// In a flat trace; no other says which block it is of.
    calls: Vec<Place>,
}

/// A part of a text that depends on which block it is about.
#[derive(Clone, Debug)]
struct Place {
    part: Part,
    /// Its digits, without `0x`.
    at: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Hash,
    Parent,
    Height,
    DecimalHeight,
}

/// What stands there instead.
struct Digits {
    hash: String,
    parent: String,
    height: String,
    decimal_height: String,
}

impl Retelling {
    /// Finds what is to be changed.
    ///
    /// # Errors
    /// When the block has uncles, or its header is not told in full and hashes to something else.
    pub fn of(raw: &RawAccountBlock) -> Result<Self> {
        let header = header::told(&raw.block)?;
        let hash = header.hash_slow();
        if BlockHash::from_shown(hash.0) != raw.at.hash {
            return Err(format!("block {} has members beside those hashed", raw.at.hash).into());
        }
        if !raw.uncles.is_empty() {
            return Err(format!("block {} has uncles", raw.at.hash).into());
        }
        let hash = format!("{hash:x}");
        let parent = format!("{:x}", header.parent_hash);
        let height = format!("{:x}", header.number);
        let hash_named = (Part::Hash, format!("\"0x{hash}\""), 3..67);
        let beside = [hash_named.clone(), height_named("blockNumber", &height)];
        let within = [
            (
                Part::Parent,
                format!("\"parentHash\":\"0x{parent}\""),
                16..80,
            ),
            height_named("number", &height),
        ];
        let block = places(&raw.block, beside.iter().chain(&within));
        let texts = match &raw.receipts {
            RawReceipts::Block(text) => std::slice::from_ref(text),
            RawReceipts::Each(texts) => texts,
        };
        let receipts = texts.iter().map(|text| places(text, &beside));
        let calls = match &raw.calls {
            RawCalls::Flat(text) => places(text, &[hash_named, decimal_height(header.number)]),
            _ => Vec::new(),
        };
        Ok(Self {
            receipts: receipts.collect(),
            calls,
            block,
            header,
        })
    }

    /// Which block it is at another height, on another parent.
    #[must_use]
    pub fn at(&self, height: u32, parent: BlockHash) -> BlockRef {
        let header = Header {
            number: height.into(),
            parent_hash: B256::from(parent.shown()),
            ..self.header.clone()
        };
        BlockRef {
            height,
            hash: BlockHash::from_shown(header.hash_slow().0),
        }
    }

    /// The replies about the block that [`Retelling::at`] named, out of those in which the
    /// places were found.
    #[must_use]
    pub fn tell(&self, raw: &RawAccountBlock, at: BlockRef, parent: BlockHash) -> RawAccountBlock {
        let digits = Digits {
            hash: at.hash.to_string(),
            parent: parent.to_string(),
            height: format!("{:x}", at.height),
            decimal_height: at.height.to_string(),
        };
        let receipts = |texts: &[Vec<u8>]| -> Vec<Vec<u8>> {
            let each = texts.iter().zip(&self.receipts);
            each.map(|(text, places)| digits.put(text, places))
                .collect()
        };
        RawAccountBlock {
            at,
            block: digits.put(&raw.block, &self.block),
            receipts: match &raw.receipts {
                RawReceipts::Block(text) => {
                    RawReceipts::Block(receipts(std::slice::from_ref(text)).concat())
                }
                RawReceipts::Each(texts) => RawReceipts::Each(receipts(texts)),
            },
            calls: match &raw.calls {
                RawCalls::Flat(text) => RawCalls::Flat(digits.put(text, &self.calls)),
                other => other.clone(),
            },
            uncles: Vec::new(),
        }
    }
}

impl Digits {
    fn put(&self, text: &[u8], places: &[Place]) -> Vec<u8> {
        let mut told = Vec::with_capacity(text.len() + 8 * places.len());
        let mut from = 0;
        for Place { part, at } in places {
            told.extend(text.get(from..at.start).unwrap_or_default());
            told.extend(match part {
                Part::Hash => self.hash.as_bytes(),
                Part::Parent => self.parent.as_bytes(),
                Part::Height => self.height.as_bytes(),
                Part::DecimalHeight => self.decimal_height.as_bytes(),
            });
            from = at.end;
        }
        told.extend(text.get(from..).unwrap_or_default());
        told
    }
}

/// A part, the text by which it is found, and where in that its digits are.
type Sought = (Part, String, Range<usize>);

fn height_named(member: &str, height: &str) -> Sought {
    let before = format!("\"{member}\":\"0x");
    let digits = before.len()..before.len() + height.len();
    (Part::Height, format!("{before}{height}\""), digits)
}

fn decimal_height(height: u64) -> Sought {
    let before = "\"blockNumber\":";
    let name = format!("{before}{height},");
    let digits = before.len()..name.len() - 1;
    (Part::DecimalHeight, name, digits)
}

/// Where the parts are, in the order of the text.
fn places<'a>(text: &[u8], sought: impl IntoIterator<Item = &'a Sought>) -> Vec<Place> {
    let mut found = Vec::new();
    for (part, name, digits) in sought {
        let starts = text.windows(name.len()).enumerate();
        let starts = starts.filter(|(_, window)| *window == name.as_bytes());
        found.extend(starts.map(|(start, _)| Place {
            part: *part,
            at: start + digits.start..start + digits.end,
        }));
    }
    found.sort_unstable_by_key(|place| place.at.start);
    found
}
