//! The replies about a block, told again as those about another.

use testdata::retold::{Places, Retelling};
use trace_core::model::{BlockHash, BlockRef};
use trace_core::normalise::{RawAccountBlock, RawCalls, RawReceipts};

use crate::figures::Failure;

/// A block of a source that can come again.
pub(super) struct Retold {
    retelling: Retelling,
    block: Places,
    receipts: Vec<Places>,
    /// In a flat trace; no other says which block it is of.
    calls: Option<Places>,
}

impl Retold {
    /// Finds where the replies say which block they are about.
    ///
    /// # Errors
    /// When the block has uncles, or its header is not what its hash commits to.
    pub(super) fn of(raw: &RawAccountBlock) -> Result<Self, Failure> {
        if !raw.uncles.is_empty() {
            return Err(format!("block {} has uncles", raw.at.hash).into());
        }
        let retelling = Retelling::of(&raw.block).map_err(|error| error.to_string())?;
        let receipts = texts_of(&raw.receipts).iter();
        Ok(Self {
            block: retelling.places(&raw.block),
            receipts: receipts.map(|text| retelling.places(text)).collect(),
            calls: match &raw.calls {
                RawCalls::Flat(text) => Some(retelling.places(text)),
                _ => None,
            },
            retelling,
        })
    }

    /// Which block it is at another height, on another parent.
    pub(super) fn at(&self, height: u32, parent: BlockHash) -> BlockRef {
        self.retelling.at(height, parent)
    }

    /// The same replies, asked for anew, as those about the block that [`Retold::at`] named.
    pub(super) fn tell(
        &self,
        raw: RawAccountBlock,
        at: BlockRef,
        parent: BlockHash,
    ) -> RawAccountBlock {
        let texts = texts_of(&raw.receipts).iter().zip(&self.receipts);
        let mut texts = texts.map(|(text, places)| places.tell(text, at, parent));
        RawAccountBlock {
            at,
            block: self.block.tell(&raw.block, at, parent),
            receipts: match &raw.receipts {
                RawReceipts::Block(_) => RawReceipts::Block(texts.next().unwrap_or_default()),
                RawReceipts::Each(_) => RawReceipts::Each(texts.collect()),
            },
            calls: match (raw.calls, &self.calls) {
                (RawCalls::Flat(text), Some(places)) => {
                    RawCalls::Flat(places.tell(&text, at, parent))
                }
                (calls, _) => calls,
            },
            uncles: raw.uncles,
        }
    }
}

/// The texts about receipts.
pub(super) fn texts_of(receipts: &RawReceipts) -> &[Vec<u8>] {
    match receipts {
        RawReceipts::Block(text) => std::slice::from_ref(text),
        RawReceipts::Each(texts) => texts,
    }
}
