//! As much of a reply as a source must know to ask on.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::quantity::Quantity;
use super::{NormaliseError, call_tracer, flat_trace, json, otterscan, reward};
use crate::model::account::B256;
use crate::model::{BlockHash, BlockRef, ChainId};

/// What must be known of a block to ask for the rest of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Height and hash.
    pub at: BlockRef,
    /// The block it is built on.
    pub parent: BlockHash,
    /// The hashes of its transactions, in order.
    pub transactions: Vec<B256>,
    /// How many headers of uncles are needed to know the rewards.
    pub uncles: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    number: Quantity,
    hash: B256,
    parent_hash: B256,
    transactions: Vec<Listed>,
    #[serde(default)]
    uncles: Vec<IgnoredAny>,
}

/// A transaction by its hash or whole.
#[derive(Deserialize)]
#[serde(untagged)]
enum Listed {
    Hash(B256),
    Whole { hash: B256 },
}

impl Outline {
    /// Reads a block as `eth_getBlockByHash` and `eth_getBlockByNumber` give it, with whole
    /// transactions or with their hashes.
    ///
    /// # Errors
    /// When the text is no such block, or its height does not fit 32 bits.
    pub fn read(chain: ChainId, json: &[u8]) -> Result<Self, NormaliseError> {
        let told: Told = json::read(json)?;
        let height = u32::try_from(told.number.0).map_err(|_| {
            NormaliseError::new("number", format!("{} does not fit 32 bits", told.number.0))
        })?;
        let needed = if reward::rewards_uncles(chain, told.number.0) {
            told.uncles.len()
        } else {
            0
        };
        Ok(Self {
            at: BlockRef {
                height,
                hash: BlockHash::from_shown(told.hash.0),
            },
            parent: BlockHash::from_shown(told.parent_hash.0),
            transactions: told
                .transactions
                .into_iter()
                .map(|listed| match listed {
                    Listed::Hash(hash) | Listed::Whole { hash } => hash,
                })
                .collect(),
            uncles: u32::try_from(needed)
                .map_err(|_| NormaliseError::new("uncles", "there are too many"))?,
        })
    }
}

/// Whether a reply is what `callTracer` writes of a block, and not what another tracer does.
pub fn is_call_trace(json: &[u8]) -> bool {
    call_tracer::read(json).is_ok()
}

/// Whether a reply is what `callTracer` writes of a transaction, and not what another tracer does.
pub fn is_transaction_trace(json: &[u8]) -> bool {
    call_tracer::read_one(json).is_ok()
}

/// Whether a reply is what `trace_block` gives.
pub fn is_flat_trace(json: &[u8]) -> bool {
    flat_trace::read(json).is_ok()
}

/// Whether a reply is what `ots_traceTransaction` gives.
pub fn is_frame_list(json: &[u8]) -> bool {
    otterscan::frames(json).is_ok()
}

/// Whether a reply is what `ots_getInternalOperations` gives.
pub fn is_operation_list(json: &[u8]) -> bool {
    let own = super::call::Act::Still;
    otterscan::operations(json, own).is_ok()
}
