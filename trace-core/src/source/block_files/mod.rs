//! A Bitcoin Core `blocks` folder, read without Core: its blocks, their undo data, the branch
//! with most work.
//!
//! # Records
//! A folder is a [`Transport`] that answers [`Request::Local`], so that it is recorded and
//! replayed like a node. Hashes are written as people write them, bytes reversed.
//!
//! | name | reply |
//! |---|---|
//! | `chain` | the chain's name, such as `bitcoin` |
//! | `tip` | `HEIGHT HASH` of the last block of the branch with most work |
//! | `refs/FROM/TO` | a line `HEIGHT HASH` for each block of that branch between the two heights |
//! | `block/HASH` | the block as serialised |
//! | `undo/HASH` | its `CBlockUndo` without the checksum; no bytes where the folder has none |
//!
//! [`LocalBlocks`] is the [`BlockSource`](super::BlockSource) over any transport that answers these names: the
//! folder itself, something that records it, or a recording.
//!
//! # What a folder does not say
//! Which blocks its node holds for valid: a branch that somebody told the node to invalidate is
//! still in the files, and is the best until another one has more work. How high the first block
//! is, where the node has pruned those before: that is taken from what the coinbases of the
//! branch state (BIP 34), which must agree with each other.

mod branch;
mod data_file;
mod first_height;
mod folder;
mod local_blocks;
mod record;
mod skipped;
mod stored;
mod undo_file;
mod xor_key;

use std::path::Path;

use bitcoin::VarInt;
use bitcoin::consensus::deserialize_partial;
use bitcoin::hashes::Hash as _;
use futures_util::future::BoxFuture;

pub use local_blocks::LocalBlocks;
pub use skipped::{Skipped, WhySkipped};

use super::{AskError, Reply, Request, SourceError, Transport};
use crate::model::{BitcoinNetwork, BlockHash, BlockRef, Header};
use data_file::DataFile;
use first_height::first_height;
use stored::{Blocks, Stored};
use undo_file::UndoFile;

const HEADER_BYTES: usize = 80;

/// A `blocks` folder as it stood when it was opened. Blocks written later are not seen; open
/// it again to see them. Its node may be running: files are opened for reading, one at a time,
/// and never locked.
///
/// Holds 56 bytes a block, and 40 more for each block whose undo file was looked into.
#[derive(Debug)]
pub struct BlockFiles {
    network: BitcoinNetwork,
    files: Vec<(DataFile, Option<UndoFile>)>,
    blocks: Blocks,
    first_height: u32,
    /// The branch with most work, its first block first.
    branch: Vec<u32>,
    skipped: Vec<Skipped>,
}

impl BlockFiles {
    /// Reads the headers of all blocks in the folder's `blk*.dat` files. The network is told
    /// by the bytes before the first block where `network` is `None`.
    ///
    /// # Errors
    /// When the folder cannot be read, holds no block of the network, or the height of its
    /// first block cannot be known.
    pub fn open(dir: &Path, network: Option<BitcoinNetwork>) -> Result<Self, SourceError> {
        let failed = |why: String| SourceError::File {
            path: dir.display().to_string(),
            why,
        };
        let files = folder::list(dir)?;
        let network = match network {
            Some(network) => network,
            None => folder::network(&files)?.ok_or_else(|| {
                failed("no blk*.dat begins with a block of a network known here".to_owned())
            })?,
        };
        let genesis = bitcoin::constants::genesis_block(bitcoin::Network::from(network));
        let genesis = BlockHash(genesis.block_hash().to_byte_array());
        let contents = folder::search(&files, network.magic())?;
        let branch = branch::best(&contents.blocks, &contents.ancestry, genesis);
        let mut opened = Self {
            network,
            files: Vec::new(),
            blocks: contents.blocks,
            first_height: 0,
            branch: branch.blocks,
            skipped: contents.skipped,
        };
        opened.files.extend(files.into_iter().map(|pair| {
            let undo = pair.undo.map(|file| UndoFile::of(file, network.magic()));
            (pair.blocks, undo)
        }));
        let mut chain = opened
            .branch
            .iter()
            .filter_map(|index| opened.block(*index));
        let Some((first, file)) = chain.next() else {
            return Err(failed(format!("holds no block of {network}")));
        };
        if first.hash != genesis {
            let stated = first_height(std::iter::once((first, file)).chain(chain))?;
            opened.first_height = stated.ok_or_else(|| {
                let why = "is the first block here, and its height cannot be known: no coinbase \
                           of the blocks built on it states one";
                file.error(first.at, format_args!("block {} {why}", first.hash))
            })?;
        }
        let unconnected = branch.unconnected.iter();
        let unconnected = unconnected.filter_map(|index| opened.block(*index));
        let unconnected = skipped::unconnected(unconnected);
        opened.skipped.extend(unconnected);
        Ok(opened)
    }

    /// The network whose blocks the folder holds.
    pub fn network(&self) -> BitcoinNetwork {
        self.network
    }

    /// What was passed over in the folder's files, in their order: in all block files, and in
    /// those undo files that were needed so far.
    pub fn skipped(&self) -> Vec<Skipped> {
        let undo = self.files.iter().filter_map(|(_, undo)| undo.as_ref());
        let mut skipped = self.skipped.clone();
        skipped.extend(undo.flat_map(UndoFile::skipped));
        skipped.sort_by(|a, b| (&a.path, a.byte).cmp(&(&b.path, b.byte)));
        skipped
    }

    /// The block at an index, and its file.
    fn block(&self, index: u32) -> Option<(&Stored, &DataFile)> {
        let block = self.blocks.get(index)?;
        let (file, _) = self.files.get(block.file as usize)?;
        Some((block, file))
    }

    fn tip(&self) -> Option<BlockRef> {
        let above = u32::try_from(self.branch.len()).ok()?.checked_sub(1)?;
        let height = self.first_height.checked_add(above)?;
        self.refs(height, height).next()
    }

    /// Blocks of the branch between two heights, both included.
    fn refs(&self, from: u32, to: u32) -> impl Iterator<Item = BlockRef> {
        let numbered = (self.first_height..).zip(&self.branch);
        let skipped = from.saturating_sub(self.first_height) as usize;
        let wanted = numbered
            .skip(skipped)
            .take_while(move |(height, _)| *height <= to);
        wanted.filter_map(|(height, index)| {
            let hash = self.blocks.get(*index)?.hash;
            Some(BlockRef { height, hash })
        })
    }

    fn answer(&self, name: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let line = |at: BlockRef| format!("{} {}", at.height, at.hash);
        let parts: Vec<&str> = name.split('/').collect();
        let text = match parts[..] {
            ["chain"] => Some(self.network.to_string()),
            ["tip"] => self.tip().map(line),
            ["refs", from, to] => match (from.parse(), to.parse()) {
                (Ok(from), Ok(to)) => {
                    let mut lines = String::new();
                    for at in self.refs(from, to) {
                        lines.push_str(&line(at));
                        lines.push('\n');
                    }
                    Some(lines)
                }
                _ => None,
            },
            ["block", hash] => return hash.parse().map_or(Ok(None), |hash| self.read(hash)),
            ["undo", hash] => return hash.parse().map_or(Ok(None), |hash| self.undo(hash)),
            _ => None,
        };
        Ok(text.map(String::into_bytes))
    }

    /// The bytes of a block.
    fn read(&self, hash: BlockHash) -> Result<Option<Vec<u8>>, SourceError> {
        let first = self.blocks.first(hash);
        let Some((block, file)) = first.and_then(|index| self.block(index)) else {
            return Ok(None);
        };
        let bytes = file.reader()?.read(block.at, block.length as usize)?;
        match bytes.first_chunk() {
            Some(header) if Header(*header).hash() == hash => Ok(Some(bytes)),
            _ => Err(file.error(block.at, "another block was written here since")),
        }
    }

    /// What a block spent; no bytes where no undo file of the folder has it.
    fn undo(&self, hash: BlockHash) -> Result<Option<Vec<u8>>, SourceError> {
        let mut known = None;
        // A block may lie in two files, and its undo data beside either.
        for (block, file) in self
            .blocks
            .copies(hash)
            .filter_map(|index| self.block(index))
        {
            known = Some(Vec::new());
            let Some((_, Some(undo))) = self.files.get(block.file as usize) else {
                continue;
            };
            let length = (HEADER_BYTES + 9).min(block.length as usize);
            let bytes = file.reader()?.read(block.at, length)?;
            let Some((header, rest)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
                continue;
            };
            let Ok((VarInt(transactions), _)) = deserialize_partial(rest) else {
                return Err(file.error(block.at, "not a number of transactions"));
            };
            let spending = transactions.saturating_sub(1);
            let found = undo.find(Header(*header).previous(), spending)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(known)
    }
}

impl Transport for BlockFiles {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        let answer = |request: &Request| {
            let answered = match request {
                Request::Local { name } => self.answer(name),
                Request::Rpc { .. } | Request::Get { .. } => Ok(None),
            };
            let why = match answered {
                Ok(Some(bytes)) => return Ok(Reply(bytes)),
                Ok(None) => "the folder holds no such record".to_owned(),
                Err(error) => error.to_string(),
            };
            let request = request.to_string();
            Err(AskError::NoReply { request, why })
        };
        // A disk answers before anything else could be done in the meantime.
        Box::pin(async move { requests.iter().map(answer).collect() })
    }
}
