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

use crate::recorded::Result;

/// How a block is told again.
#[derive(Clone, Debug)]
pub struct Retelling {
    header: Header,
    sought: Vec<Sought>,
}

/// A part of a text that depends on which block it is about, and by which text it is found.
#[derive(Clone, Debug)]
struct Sought {
    part: Part,
    text: String,
    /// Where in that its digits are, without `0x`.
    digits: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Hash,
    Parent,
    Height,
    /// As flat traces tell it.
    DecimalHeight,
}

/// Where a text says which block it is about, in the order of the text.
#[derive(Clone, Debug)]
pub struct Places(Vec<(Range<usize>, Part)>);

impl Retelling {
    /// Reads the header of a block out of what a node replied.
    ///
    /// # Errors
    /// When the header is not told in full, or hashes to something else.
    pub fn of(block: &[u8]) -> Result<Self> {
        let (header, hash) = header::told(block)?;
        if header.hash_slow() != hash {
            return Err(format!("block {hash} has members beside those hashed").into());
        }
        let (parent, number) = (header.parent_hash, header.number);
        let sought = vec![
            Sought::of(Part::Hash, "\"0x", &format!("{hash:x}"), "\""),
            Sought::of(
                Part::Parent,
                "\"parentHash\":\"0x",
                &format!("{parent:x}"),
                "\"",
            ),
            Sought::of(
                Part::Height,
                "\"number\":\"0x",
                &format!("{number:x}"),
                "\"",
            ),
            Sought::of(
                Part::Height,
                "\"blockNumber\":\"0x",
                &format!("{number:x}"),
                "\"",
            ),
            Sought::of(
                Part::DecimalHeight,
                "\"blockNumber\":",
                &number.to_string(),
                ",",
            ),
        ];
        Ok(Self { header, sought })
    }

    /// Finds what is to be changed in one of the replies about the block.
    #[must_use]
    pub fn places(&self, text: &[u8]) -> Places {
        let mut found = Vec::new();
        for Sought {
            part,
            text: name,
            digits,
        } in &self.sought
        {
            let starts = text.windows(name.len()).enumerate();
            let starts = starts.filter(|(_, window)| *window == name.as_bytes());
            found
                .extend(starts.map(|(start, _)| (start + digits.start..start + digits.end, *part)));
        }
        found.sort_unstable_by_key(|(at, _)| at.start);
        Places(found)
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
}

impl Sought {
    fn of(part: Part, before: &str, digits: &str, behind: &str) -> Self {
        Self {
            part,
            text: format!("{before}{digits}{behind}"),
            digits: before.len()..before.len() + digits.len(),
        }
    }
}

impl Places {
    /// The text in which they were found, about the block that [`Retelling::at`] named.
    #[must_use]
    pub fn tell(&self, text: &[u8], at: BlockRef, parent: BlockHash) -> Vec<u8> {
        let (hash, parent) = (at.hash.to_string(), parent.to_string());
        let (height, decimal_height) = (format!("{:x}", at.height), at.height.to_string());
        let mut told = Vec::with_capacity(text.len() + 8 * self.0.len());
        let mut from = 0;
        for (at, part) in &self.0 {
            told.extend(text.get(from..at.start).unwrap_or_default());
            let digits = match part {
                Part::Hash => &hash,
                Part::Parent => &parent,
                Part::Height => &height,
                Part::DecimalHeight => &decimal_height,
            };
            told.extend(digits.as_bytes());
            from = at.end;
        }
        told.extend(text.get(from..).unwrap_or_default());
        told
    }
}
