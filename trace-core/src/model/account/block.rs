//! A block of a chain of accounts.

use super::{Address, Checks, Transaction, Transfer};
use crate::model::{BlockHash, BlockRef};

/// A block with everything in it that moved value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Height and hash.
    pub at: BlockRef,
    /// The block it is built on.
    pub parent: BlockHash,
    /// Its time in seconds since 1970, as its proposer wrote it.
    pub time: u64,
    /// Who gets the priority fees.
    pub fee_recipient: Address,
    /// Its transactions in order.
    pub transactions: Vec<Transaction>,
    /// What moved after the last transaction: rewards and withdrawals of validators.
    pub after: Vec<Transfer>,
    /// Whether value that contracts passed on is among the transfers.
    pub inner_calls: InnerCalls,
    /// What of it was held against its hash.
    pub checks: Checks,
}

/// Whether the value that contracts passed on inside transactions was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InnerCalls {
    /// The node traced the transactions, or there are none.
    Seen,
    /// The node told them without telling which were undone again (Otterscan's `ots_`): what
    /// a call moved that failed inside a transaction that succeeded is among the transfers.
    /// Or the chain moves coin by rules of its own that the node does not tell.
    /// Native balances may be wrong, and a result must say so.
    Unsure,
    /// The node does not trace: the native balances of accounts that contracts pay may be
    /// wrong, and a result must say so.
    NotSeen,
}
