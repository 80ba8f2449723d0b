//! Blocks that a test gives to a source.

use std::collections::HashMap;

use trace_core::model::{BlockHash, BlockRef};

use super::kind::Kind;

/// Blocks by hash, and the branch that is the best.
#[derive(Clone)]
pub(crate) struct Given<K: Kind> {
    pub(crate) chain: K::Chain,
    pub(crate) best: Vec<BlockRef>,
    pub(crate) blocks: HashMap<BlockHash, K::Raw>,
}

impl<K: Kind> Given<K> {
    pub(crate) fn new(chain: K::Chain) -> Self {
        Self {
            chain,
            best: Vec::new(),
            blocks: HashMap::new(),
        }
    }

    /// Made blocks from height 0 to a height.
    pub(crate) fn made(to_height: u32, name: u8) -> Self {
        let mut given = Self::new(K::CHAIN);
        given.grow(0, to_height, name);
        given
    }

    /// Adds a block behind the best branch so far.
    pub(crate) fn push(&mut self, at: BlockRef, raw: K::Raw) {
        self.best.push(at);
        self.blocks.insert(at.hash, raw);
    }

    /// Cuts the best branch off above a height and grows another one, different for each `name`.
    pub(crate) fn grow(&mut self, above: u32, blocks: u32, name: u8) {
        self.best.retain(|at| at.height <= above);
        for height in self.best.len() as u32..=above + blocks {
            let previous = self.best.last().map_or(BlockHash::default(), |at| at.hash);
            let (hash, raw) = K::block(previous, height, name);
            self.push(BlockRef { height, hash }, raw);
        }
    }
}
