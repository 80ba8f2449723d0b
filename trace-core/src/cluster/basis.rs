//! What stored clusters were made from, and how much of their files counts.

use std::io;

use super::StoredError;
use super::appended::Extent;
use super::packing::{Packing, Page};
use crate::claim::Rule;
use crate::model::{BlockHash, BlockRef};

const MAGIC: &[u8; 8] = b"traceclu";
const VERSION: u32 = 1;
/// Bytes of a link in its file.
pub(super) const LINK_BYTES: usize = 12;

/// What stored clusters were made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// The last block whose links are in. A ledger on another branch cannot use them.
    pub as_of: BlockRef,
    /// By what the links were made, in words that change when the links would.
    pub made_by: String,
}

/// All that the file says.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) basis: Basis,
    pub(super) packing: Packing,
    pub(super) links: Extent,
    pub(super) notes: Extent,
}

impl Stored {
    /// Nothing stored yet.
    pub(super) fn empty(basis: Basis) -> Self {
        Self {
            basis,
            packing: Packing::default(),
            links: Extent::default(),
            notes: Extent::default(),
        }
    }

    /// The file's bytes.
    pub(super) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let Packing {
            rules,
            pages,
            count,
        } = &self.packing;
        let length = |length: usize| u32::try_from(length).map_err(io::Error::other);
        let mut bytes = Vec::new();
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.basis.as_of.height.to_le_bytes());
        bytes.extend(self.basis.as_of.hash.0);
        bytes.extend(length(self.basis.made_by.len())?.to_le_bytes());
        bytes.extend(self.basis.made_by.as_bytes());
        bytes.extend(length(rules.len())?.to_le_bytes());
        for rule in rules {
            bytes.extend(rule.version.to_le_bytes());
            bytes.push(u8::try_from(rule.name.len()).map_err(io::Error::other)?);
            bytes.extend(rule.name.as_bytes());
        }
        bytes.extend(length(pages.len())?.to_le_bytes());
        for page in pages {
            bytes.extend(page.first_link.to_le_bytes());
            bytes.extend(page.tx_high.to_le_bytes());
        }
        bytes.extend(count.to_le_bytes());
        bytes.extend(self.links.crc32.to_le_bytes());
        bytes.extend(self.notes.bytes.to_le_bytes());
        bytes.extend(self.notes.crc32.to_le_bytes());
        let checksum = crc32fast::hash(&bytes);
        bytes.extend(checksum.to_le_bytes());
        Ok(bytes)
    }

    /// Reads the file's bytes. `known` are the rules by which links may have been made.
    pub(super) fn from_bytes(
        bytes: &[u8],
        made_by: &str,
        known: &[Rule],
    ) -> Result<Self, StoredError> {
        let mut from = Bytes(bytes);
        if from.take(8, "magic") != Ok(MAGIC) {
            return Err(StoredError::NotClusters);
        }
        let version = from.u32("version")?;
        if version != VERSION {
            return Err(StoredError::Version(version));
        }
        let (body, checksum) = bytes
            .split_last_chunk()
            .ok_or(StoredError::Damaged("the basis ends early"))?;
        if crc32fast::hash(body).to_le_bytes() != *checksum {
            return Err(StoredError::Damaged("the basis is not that written"));
        }
        let as_of = BlockRef {
            height: from.u32("height")?,
            hash: BlockHash(from.array("hash")?),
        };
        let length = from.u32("maker")? as usize;
        let basis = Basis {
            as_of,
            made_by: String::from_utf8_lossy(from.take(length, "maker")?).into_owned(),
        };
        if basis.made_by != made_by {
            return Err(StoredError::MadeBy(basis.made_by));
        }
        let packing = from.packing(known)?;
        let bytes = packing.count.checked_mul(LINK_BYTES as u64);
        let links = Extent {
            bytes: bytes.ok_or(StoredError::Damaged("links"))?,
            crc32: from.u32("links")?,
        };
        let notes = Extent {
            bytes: from.u64("notes")?,
            crc32: from.u32("notes")?,
        };
        if from.0.len() != checksum.len() {
            return Err(StoredError::Damaged("something follows the basis"));
        }
        Ok(Self {
            basis,
            packing,
            links,
            notes,
        })
    }
}

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], StoredError> {
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(StoredError::Damaged(what))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], StoredError> {
        let taken = self.take(N, what)?;
        taken.try_into().map_err(|_| StoredError::Damaged(what))
    }

    fn u32(&mut self, what: &'static str) -> Result<u32, StoredError> {
        self.array(what).map(u32::from_le_bytes)
    }

    fn u64(&mut self, what: &'static str) -> Result<u64, StoredError> {
        self.array(what).map(u64::from_le_bytes)
    }

    /// The rules, the pages and how many links there are.
    fn packing(&mut self, known: &[Rule]) -> Result<Packing, StoredError> {
        let mut packing = Packing::default();
        for _ in 0..self.u32("rules")? {
            let version = u16::from_le_bytes(self.array("rules")?);
            let [length] = self.array("rules")?;
            let name = self.take(usize::from(length), "rules")?;
            let rule = known
                .iter()
                .find(|rule| rule.version == version && rule.name.as_bytes() == name)
                .ok_or_else(|| StoredError::UnknownRule {
                    name: String::from_utf8_lossy(name).into_owned(),
                    version,
                })?;
            if packing.rules.contains(rule) {
                return Err(StoredError::Damaged("a rule that is named twice"));
            }
            packing.rules.push(*rule);
        }
        for _ in 0..self.u32("pages")? {
            let (first_link, tx_high) = (self.u64("pages")?, self.u64("pages")?);
            packing.pages.push(Page {
                first_link,
                tx_high,
            });
        }
        packing.count = self.u64("links")?;
        if !packing.has_pages_in_order() {
            return Err(StoredError::Damaged("pages out of order"));
        }
        Ok(packing)
    }
}
