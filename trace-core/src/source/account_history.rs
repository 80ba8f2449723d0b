//! Answers about single transactions and accounts of a chain of accounts.

use futures_util::future::BoxFuture;

use super::{Finality, SourceError};
use crate::model::account::{B256, InnerCalls, U256};
use crate::model::{BlockRef, ChainId};
use crate::view::Unknown;
use crate::view::account::{AccountQuestion, Located};

/// Answers questions about single transactions and accounts.
pub trait AccountHistorySource: Send + Sync {
    /// Which chain.
    fn chain(&self) -> ChainId;

    /// The last block of the branch that the source holds for the best.
    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>>;

    /// How far that branch is final: what is asked as of a final block holds for good.
    fn finality(&self) -> BoxFuture<'_, Result<Finality, SourceError>>;

    /// The block at a height of that branch, or `None` above its tip. Whether a result still
    /// holds is asked with it: its block must still be the one at its height.
    fn block_at(&self, height: u32) -> BoxFuture<'_, Result<Option<BlockRef>, SourceError>>;

    /// Answers questions as of `as_of`, one answer for each, in their order. What is above
    /// `as_of` or pending does not count.
    fn answer<'a>(
        &'a self,
        questions: &'a [AccountQuestion],
        as_of: BlockRef,
    ) -> BoxFuture<'a, Vec<Result<AccountTold, SourceError>>>;

    /// Requests made so far to answer questions; calls that go out in one batch are one each.
    fn requests(&self) -> u64;
}

/// What a source says to one [`AccountQuestion`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountTold {
    /// To [`AccountQuestion::Transaction`]: the transaction.
    Transaction(Box<Located>),
    /// The source knows no such transaction.
    NoTransaction(B256),
    /// To [`AccountQuestion::History`]: this is all.
    History(AccountHistory),
    /// To [`AccountQuestion::Balance`]: so much.
    Balance(U256),
    /// To [`AccountQuestion::Code`]: whether there is some.
    Code(bool),
    /// The source cannot tell, and this is why.
    Unknown(Unknown),
}

/// Everything in which an account takes part from a height on, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountHistory {
    /// What moved.
    pub moves: Vec<Located>,
    /// Whether native coin may have moved by calls of contracts in blocks of which nothing is
    /// told here.
    pub inner_calls: InnerCalls,
    /// Blocks that changed what the account holds by more than what is told of them explains.
    pub unexplained: Vec<u32>,
}
