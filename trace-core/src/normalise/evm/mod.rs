//! From the replies of a node of the EVM to a block of a chain of accounts.
//!
//! # What moves, and in which order
//! Fees first in each transaction; then its own value, what contracts passed on, and what
//! events of tokens say, as it was executed. A trace by `callTracer` with its events tells the
//! exact order. Any other trace tells no events: all of a transaction's then come after all of
//! its calls, each in their own order.
//!
//! # What is checked
//! That the block is the one asked for; that there is a receipt for each transaction and it is
//! that transaction's, that their gas adds up, that a trace begins with the transaction and ends
//! as the receipt says, and tells the receipt's events. Header, transactions with their senders,
//! receipts, withdrawals and uncles are held against the block's hash as far as enough is told
//! ([`Checks`](crate::model::account::Checks)). A trace is the node's word.
//!
//! # What is not told
//! What accounts held at the genesis block no block tells; a [`Genesis`] does. Nor whatever else
//! changes balances without a transaction, a reward or a withdrawal. Of rollups, what they take
//! for their data (`l1Fee`) and the coin made for deposits (`mint`) are read; where a transaction
//! has a type of its chain's own, or an operator's fee, what moved is told as unsure.

mod block;
mod call;
mod call_tracer;
mod check;
mod event;
mod fee;
mod flat_trace;
mod genesis;
mod otterscan;
mod outline;
mod placed_log;
mod quantity;
mod reward;
mod rollup;
mod search;
mod single;
mod told;
mod transaction;

use super::{NormaliseError, json};
use crate::model::account::Block;
use crate::model::{BlockRef, ChainId};

pub use event::topics_naming;
pub use genesis::Genesis;
pub use outline::{
    Outline, is_call_trace, is_flat_trace, is_frame_list, is_operation_list, is_transaction_trace,
};
pub use placed_log::{PlacedLog, placed_logs};
pub use search::{
    After, Mentions, SearchPage, Sighting, filtered_frames, mentions, number, search_page,
};
pub use single::{
    PlacedTransaction, RawAccountTransaction, RawTransactionCalls, account_transaction,
    block_of_transaction,
};

/// A block of a chain of accounts as a source gave it, unparsed: the `result` members of a
/// node's replies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawAccountBlock {
    /// Which block it is said to be.
    pub at: BlockRef,
    /// Of `eth_getBlockByHash` with whole transactions.
    pub block: Vec<u8>,
    /// The receipts of its transactions.
    pub receipts: RawReceipts,
    /// What its transactions did while they ran.
    pub calls: RawCalls,
    /// Of `eth_getUncleByBlockHashAndIndex` for each uncle in order, where those are rewarded
    /// ([`Outline::uncles`]).
    pub uncles: Vec<Vec<u8>>,
}

/// The receipts of a block, unparsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawReceipts {
    /// Of `eth_getBlockReceipts`.
    Block(Vec<u8>),
    /// Of `eth_getTransactionReceipt` for each transaction in order.
    Each(Vec<Vec<u8>>),
}

/// What the transactions of a block did while they ran, unparsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawCalls {
    /// Nobody told.
    NotTold,
    /// Of `debug_traceBlockByHash` or `debug_traceBlockByNumber` with the tracer `callTracer`,
    /// best with `withLog`.
    CallTracer(Vec<u8>),
    /// Of `trace_block`.
    Flat(Vec<u8>),
    /// Of `ots_traceTransaction` for each transaction in order.
    Frames(Vec<Vec<u8>>),
    /// Of `ots_getInternalOperations` for each transaction in order.
    Operations(Vec<Vec<u8>>),
}

/// Parses a block and checks that what is told of it fits together.
///
/// # Errors
/// When a reply is not what its method gives, is of another block or transaction, contradicts
/// another one, or is told in full and does not hash to what the block's hash commits to. Names the
/// block and, where there is one, the transaction.
pub fn account_block(chain: ChainId, raw: &RawAccountBlock) -> Result<Block, NormaliseError> {
    block::read(chain, raw).map_err(|error| error.in_block(raw.at.hash))
}
