//! What a chain of coins and a chain of accounts have in common while they are read.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::ledger::{self, LedgerError};
use crate::model::account::Checks;
use crate::model::{self, BlockHash, BlockRef, Chain};
use crate::normalise::evm::Genesis;
use crate::normalise::{self, RawAccountBlock, RawBlock, Spent};
use crate::source::{AccountBlockSource, BlockSource, SourceError};

/// Parses a block, on any thread.
pub(super) type Parse<F> =
    Box<dyn Fn(<F as Feed>::Raw) -> Result<<F as Feed>::Block, SourceError> + Send>;

/// Hands out blocks.
pub(super) trait Feed {
    type Raw: Send + 'static;
    type Block: Send + 'static;

    fn chain(&self) -> Chain;

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>>;

    fn refs(&self, from: u32, to: u32) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>>;

    fn blocks<'a>(
        &'a self,
        named: &'a [BlockRef],
    ) -> BoxFuture<'a, Vec<Result<Self::Raw, SourceError>>>;

    /// Which block a raw one is said to be.
    fn at(raw: &Self::Raw) -> BlockRef;

    /// How to parse a block for a ledger that is of a whole chain or of a part.
    fn parse(&self, is_whole_chain: bool) -> Parse<Self>;
}

/// Holds blocks.
pub(super) trait Store {
    type Block;

    fn chain(&self) -> Chain;

    fn tip(&self) -> Option<BlockRef>;

    fn first(&self) -> Option<BlockRef>;

    fn has(&self, hash: BlockHash) -> bool;

    fn block_at(&self, height: u32) -> Option<BlockRef>;

    fn set_tip(&mut self, hash: BlockHash) -> Result<(), LedgerError>;

    fn append(&mut self, block: &Self::Block) -> Result<(), LedgerError>;

    fn checkpoint(&mut self) -> Result<(), LedgerError>;

    fn commit(&mut self) -> Result<(), LedgerError>;

    /// Which block it is, and how many transactions it has.
    fn extent(block: &Self::Block) -> (BlockRef, u64);

    /// What of it was held against its hash, where that is not everything by itself.
    fn checks(block: &Self::Block) -> Option<Checks>;
}

impl Feed for dyn BlockSource + '_ {
    type Raw = RawBlock;
    type Block = model::Block;

    fn chain(&self) -> Chain {
        BlockSource::chain(self).into()
    }

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
        BlockSource::tip(self)
    }

    fn refs(&self, from: u32, to: u32) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>> {
        BlockSource::refs(self, from, to)
    }

    fn blocks<'a>(
        &'a self,
        named: &'a [BlockRef],
    ) -> BoxFuture<'a, Vec<Result<RawBlock, SourceError>>> {
        BlockSource::blocks(self, named)
    }

    fn at(raw: &RawBlock) -> BlockRef {
        let (RawBlock::Serialised { at, .. } | RawBlock::Json { at, .. }) = raw;
        *at
    }

    /// A ledger of the whole chain knows every spent output itself, so what the source says of
    /// them is not parsed then.
    fn parse(&self, is_whole_chain: bool) -> Parse<Self> {
        Box::new(move |mut raw| {
            if let RawBlock::Serialised { spent, .. } = &mut raw
                && is_whole_chain
            {
                *spent = Spent::Unknown;
            }
            Ok(normalise::block(&raw)?)
        })
    }
}

/// Blocks of accounts, and what these hold at the first one.
pub(super) struct Accounts<'a> {
    pub(super) source: &'a dyn AccountBlockSource,
    pub(super) genesis: Option<Arc<Genesis>>,
}

impl Feed for Accounts<'_> {
    type Raw = RawAccountBlock;
    type Block = model::account::Block;

    fn chain(&self) -> Chain {
        self.source.chain().into()
    }

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
        self.source.tip()
    }

    fn refs(&self, from: u32, to: u32) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>> {
        self.source.refs(from, to)
    }

    fn blocks<'a>(
        &'a self,
        named: &'a [BlockRef],
    ) -> BoxFuture<'a, Vec<Result<RawAccountBlock, SourceError>>> {
        self.source.blocks(named)
    }

    fn at(raw: &RawAccountBlock) -> BlockRef {
        raw.at
    }

    fn parse(&self, _: bool) -> Parse<Self> {
        let (chain, genesis) = (self.source.chain(), self.genesis.clone());
        Box::new(move |raw| {
            let mut block = normalise::account_block(chain, &raw)?;
            if let Some(genesis) = &genesis {
                genesis.allocate(&raw, &mut block)?;
            }
            Ok(block)
        })
    }
}

macro_rules! store {
    ($writer:ty, $block:ty, $checks:expr) => {
        impl Store for $writer {
            type Block = $block;

            fn chain(&self) -> Chain {
                <$writer>::chain(self).into()
            }

            fn tip(&self) -> Option<BlockRef> {
                <$writer>::tip(self)
            }

            fn first(&self) -> Option<BlockRef> {
                <$writer>::first(self)
            }

            fn has(&self, hash: BlockHash) -> bool {
                <$writer>::has(self, hash)
            }

            fn block_at(&self, height: u32) -> Option<BlockRef> {
                <$writer>::block_at(self, height)
            }

            fn set_tip(&mut self, hash: BlockHash) -> Result<(), LedgerError> {
                <$writer>::set_tip(self, hash)
            }

            fn append(&mut self, block: &$block) -> Result<(), LedgerError> {
                <$writer>::append(self, block)
            }

            fn checkpoint(&mut self) -> Result<(), LedgerError> {
                <$writer>::checkpoint(self)
            }

            fn commit(&mut self) -> Result<(), LedgerError> {
                <$writer>::commit(self)
            }

            fn extent(block: &$block) -> (BlockRef, u64) {
                (block.at, block.transactions.len() as u64)
            }

            fn checks(block: &$block) -> Option<Checks> {
                let checks: fn(&$block) -> Option<Checks> = $checks;
                checks(block)
            }
        }
    };
}

store!(ledger::Writer, model::Block, |_| None);
store!(ledger::account::Writer, model::account::Block, |block| {
    Some(block.checks)
});
