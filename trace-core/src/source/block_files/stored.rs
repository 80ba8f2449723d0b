//! Where each block of a folder lies: 52 bytes a block.

use crate::model::BlockHash;

/// A block in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) hash: BlockHash,
    /// Index of its file among the folder's.
    pub(super) file: u32,
    /// The first byte of the block in that file.
    pub(super) at: u64,
    /// Its length in bytes.
    pub(super) length: u32,
}

/// All blocks found, in the order of files and bytes. A block may lie there more than once.
#[derive(Debug)]
pub(super) struct Blocks {
    stored: Vec<Stored>,
    /// Their indexes in the order of their hashes, and among copies in the order found.
    by_hash: Vec<u32>,
}

impl Blocks {
    /// `None` for more blocks than 31 bits can count, as nodes count heights.
    pub(super) fn of(stored: Vec<Stored>) -> Option<Self> {
        let count = i32::try_from(stored.len()).ok()?.try_into().ok()?;
        let mut by_hash: Vec<u32> = (0..count).collect();
        by_hash.sort_unstable_by_key(|index| (hash_of(&stored, *index), *index));
        Some(Self { stored, by_hash })
    }

    pub(super) fn get(&self, index: u32) -> Option<&Stored> {
        self.stored.get(index as usize)
    }

    /// Each block once, by its first copy.
    pub(super) fn distinct(&self) -> impl Iterator<Item = (u32, &Stored)> {
        let numbered = (0..).zip(&self.stored);
        numbered.filter(|(index, block)| self.first(block.hash) == Some(*index))
    }

    /// The block's first copy.
    pub(super) fn first(&self, hash: BlockHash) -> Option<u32> {
        self.copies(hash).next()
    }

    /// All copies of a block, in the order found.
    pub(super) fn copies(&self, hash: BlockHash) -> impl Iterator<Item = u32> {
        let of = |index: &u32| hash_of(&self.stored, *index);
        let from = self.by_hash.partition_point(|index| of(index) < Some(hash));
        let rest = self.by_hash.iter().skip(from).copied();
        rest.take_while(move |index| of(index) == Some(hash))
    }
}

fn hash_of(stored: &[Stored], index: u32) -> Option<BlockHash> {
    stored.get(index as usize).map(|block| block.hash)
}
