//! Clusters as bytes, to be kept beside a ledger and taken up again.
//!
//! All of it can be made again from the ledger, so whatever does not fit is refused, never
//! mended. Numbers are little-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `traceclu` |
//! | 4 | version of this format, 1 |
//! | 4 + 32 | height and hash of the last block whose links are in |
//! | 4 + n | by what the links were made, as text |
//! | 8 + n | what the maker of the links needs to go on |
//! | 4, then 2 + 1 + n each | rules: version and name |
//! | 8, then 8 + 8 each | from which link on transactions have which high bits |
//! | 8, then 12 each | links in the order in which they joined: two addresses, 24 bits of the transaction, 8 bits for the rule |
//! | 8 | SipHash-2-4 with the key 0 of everything before |
//!
//! The partition is not stored: joining the links again makes it, and shows that each of
//! them joined something.

use std::io::{self, Write};

use bitcoin::hashes::{HashEngine as _, siphash24};

use super::forest::{Forest, Page};
use super::{Clusters, Partition};
use crate::claim::Rule;
use crate::model::{AddressId, BlockHash, BlockRef};

const MAGIC: &[u8; 8] = b"traceclu";
const VERSION: u32 = 1;

/// What stored clusters were made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// The last block whose links are in. A ledger on another branch cannot use them.
    pub as_of: BlockRef,
    /// By what the links were made, in words that change when the links would.
    pub made_by: String,
    /// What the maker of the links needs to go on from there.
    pub notes: Vec<u8>,
}

/// Why stored clusters are not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoredError {
    /// The bytes do not begin as such a file does.
    #[error("these are no stored clusters")]
    NotClusters,
    /// They are of another format.
    #[error("stored clusters of format {0}, of which this version knows nothing")]
    Version(u32),
    /// The links were made otherwise.
    #[error("the links were made by {0:?}")]
    MadeBy(String),
    /// The links were made by a rule that is unknown or has changed since.
    #[error("the links were made by {name}, version {version}, which is not known")]
    UnknownRule {
        /// Its name.
        name: String,
        /// Its version.
        version: u16,
    },
    /// The bytes are not those that were written.
    #[error("damaged: {0}")]
    Damaged(&'static str),
}

impl Clusters {
    /// Writes the links that joined, about 12 bytes each.
    ///
    /// # Errors
    /// What `into` says.
    pub fn write(&self, basis: &Basis, into: &mut dyn Write) -> io::Result<()> {
        let mut into = Checked {
            into,
            engine: siphash24::HashEngine::with_keys(0, 0),
        };
        let Forest {
            rules,
            pages,
            links,
        } = &self.forest;
        into.put(MAGIC)?;
        into.put(&VERSION.to_le_bytes())?;
        into.put(&basis.as_of.height.to_le_bytes())?;
        into.put(&basis.as_of.hash.0)?;
        into.put_length_u32(basis.made_by.len())?;
        into.put(basis.made_by.as_bytes())?;
        into.put(&(basis.notes.len() as u64).to_le_bytes())?;
        into.put(&basis.notes)?;
        into.put_length_u32(rules.len())?;
        for rule in rules {
            into.put(&rule.version.to_le_bytes())?;
            let length = u8::try_from(rule.name.len()).map_err(io::Error::other)?;
            into.put(&[length])?;
            into.put(rule.name.as_bytes())?;
        }
        into.put(&(pages.len() as u64).to_le_bytes())?;
        for page in pages {
            into.put(&page.first_link.to_le_bytes())?;
            into.put(&page.tx_high.to_le_bytes())?;
        }
        into.put(&(links.len() as u64).to_le_bytes())?;
        for link in links {
            let mut bytes = [0; 12];
            for (to, from) in bytes.chunks_exact_mut(4).zip(link) {
                to.copy_from_slice(&from.to_le_bytes());
            }
            into.put(&bytes)?;
        }
        let checksum = siphash24::Hash::from_engine_to_u64(into.engine);
        into.into.write_all(&checksum.to_le_bytes())
    }

    /// As [`Clusters::write`], into memory.
    ///
    /// # Panics
    /// At a rule with a name longer than 255 bytes; names are part of the program.
    pub fn to_bytes(&self, basis: &Basis) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.forest.links.len() * 12 + 256);
        self.write(basis, &mut bytes)
            .expect("memory takes what is written, and rules have short names");
        bytes
    }

    /// Reads what [`Clusters::write`] wrote, for a view of `address_count` addresses. The
    /// caller checks that the block in the basis is on its branch.
    ///
    /// # Errors
    /// When the bytes are damaged, or were made otherwise than by `made_by` and `rules`.
    /// Memory: as much as the clusters take, whatever the bytes say.
    pub fn from_bytes(
        bytes: &[u8],
        address_count: u32,
        made_by: &str,
        rules: &[Rule],
    ) -> Result<(Self, Basis), StoredError> {
        let mut from = Bytes(bytes);
        if from.take(8, "magic") != Ok(MAGIC) {
            return Err(StoredError::NotClusters);
        }
        let version = from.u32("version")?;
        if version != VERSION {
            return Err(StoredError::Version(version));
        }
        let body = bytes.len().saturating_sub(8);
        let (body, checksum) = bytes
            .split_at_checked(body)
            .ok_or(StoredError::Damaged("it ends early"))?;
        let mut engine = siphash24::HashEngine::with_keys(0, 0);
        engine.input(body);
        if siphash24::Hash::from_engine_to_u64(engine).to_le_bytes() != checksum {
            return Err(StoredError::Damaged("the checksum differs"));
        }
        let as_of = BlockRef {
            height: from.u32("height")?,
            hash: BlockHash(from.array("hash")?),
        };
        let length = from.u32("maker")? as usize;
        let basis = Basis {
            as_of,
            made_by: String::from_utf8_lossy(from.take(length, "maker")?).into_owned(),
            notes: {
                let length = from.length("notes")?;
                from.take(length, "notes")?.to_vec()
            },
        };
        if basis.made_by != made_by {
            return Err(StoredError::MadeBy(basis.made_by));
        }
        let forest = from.forest(rules)?;
        if from.0.len() != 8 {
            return Err(StoredError::Damaged("something follows the links"));
        }
        let partition = joined(&forest, address_count)?;
        Ok((Self { partition, forest }, basis))
    }
}

/// The partition that the links make; each of them must join something.
fn joined(forest: &Forest, address_count: u32) -> Result<Partition, StoredError> {
    let mut partition = Partition::new(address_count);
    for [a, b, tail] in &forest.links {
        if *a.max(b) >= address_count {
            return Err(StoredError::Damaged("a link of an address that is unknown"));
        }
        if forest.rules.len() <= (tail >> 24) as usize {
            return Err(StoredError::Damaged("a link by no rule"));
        }
        if !partition.join(AddressId(*a), AddressId(*b)) {
            return Err(StoredError::Damaged("a link that joins nothing"));
        }
    }
    partition.flatten();
    Ok(partition)
}

/// Adds up the checksum of what passes.
struct Checked<'a> {
    into: &'a mut dyn Write,
    engine: siphash24::HashEngine,
}

impl Checked<'_> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.engine.input(bytes);
        self.into.write_all(bytes)
    }

    fn put_length_u32(&mut self, length: usize) -> io::Result<()> {
        let length = u32::try_from(length).map_err(io::Error::other)?;
        self.put(&length.to_le_bytes())
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

    fn length(&mut self, what: &'static str) -> Result<usize, StoredError> {
        usize::try_from(self.u64(what)?).map_err(|_| StoredError::Damaged(what))
    }

    fn forest(&mut self, known: &[Rule]) -> Result<Forest, StoredError> {
        let mut forest = Forest::default();
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
            forest.rules.push(*rule);
        }
        for _ in 0..self.u64("pages")? {
            let (first_link, tx_high) = (self.u64("pages")?, self.u64("pages")?);
            forest.pages.push(Page {
                first_link,
                tx_high,
            });
        }
        let count = self.length("links")?;
        let length = count.checked_mul(12).ok_or(StoredError::Damaged("links"))?;
        let links = self.take(length, "links")?.chunks_exact(12);
        forest.links = links
            .map(|link| {
                let mut words = [0; 3];
                for (word, bytes) in words.iter_mut().zip(link.chunks_exact(4)) {
                    *word = u32::from_le_bytes(bytes.try_into().unwrap_or_default());
                }
                words
            })
            .collect();
        Ok(forest)
    }
}
