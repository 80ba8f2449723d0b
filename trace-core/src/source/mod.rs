//! Where blocks and histories come from.
//!
//! An adapter speaks one node's language over a [`Transport`]; what is recorded, cached and
//! replayed is what crosses the transport, so every adapter replays without knowing it.

mod account_answers;
mod account_blocks;
mod account_history;
mod allowance;
pub mod bitcoin_core;
pub mod block_files;
mod branch;
pub mod cache;
mod coin_answers;
mod connect;
pub mod esplora;
pub mod ethereum;
pub mod etherscan;
pub mod history;
pub mod http;
mod in_step;
mod inclusion;
mod interruption;
mod limits;
pub mod recorder;
pub mod recording;
mod round;
mod told;
pub mod transport;
pub mod uri;

use futures_util::future::BoxFuture;

pub use account_blocks::{AccountBlockSource, Finality};
pub use account_history::{AccountHistory, AccountHistorySource, AccountTold};
pub use allowance::Allowance;
pub use connect::{Source, connect};
pub use interruption::Interruption;
pub use limits::Limits;
pub use transport::{AskError, Reply, Request, Transport};

use crate::model::{BitcoinNetwork, BlockRef, Txid};
use crate::normalise::{NormaliseError, RawBlock};
use crate::view::{Located, Question, Unknown};

/// Why a source could not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The question did not get through.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The reply does not mean what it should.
    #[error(transparent)]
    Normalise(#[from] NormaliseError),
    /// The source cannot do this at all.
    #[error("{source_name} cannot {what}: {lacks}")]
    Lacks {
        /// The source, without credentials.
        source_name: String,
        /// What was wanted, as a verb phrase.
        what: &'static str,
        /// What it would need.
        lacks: String,
    },
    /// Two replies contradict each other, as in the middle of a reorganisation.
    #[error("replies contradict each other: {0}")]
    Contradiction(String),
    /// A file or folder of the source cannot be read.
    #[error("{path}: {why}")]
    File {
        /// The path.
        path: String,
        /// The system's or the format's word for it, with the byte where it applies.
        why: String,
    },
    /// The address of the source is not understood.
    #[error("{uri}: {why}")]
    Uri {
        /// The address, without credentials.
        uri: String,
        /// What is wrong with it.
        why: String,
    },
}

/// Hands out whole blocks.
pub trait BlockSource: Send + Sync {
    /// Which chain.
    fn chain(&self) -> BitcoinNetwork;

    /// The last block of the branch that the source holds for the best.
    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>>;

    /// The blocks of that branch from height `from` to height `to`, both included. Heights
    /// above the tip are left out.
    fn refs(&self, from: u32, to: u32) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>>;

    /// The blocks named, in the order named, unparsed.
    fn blocks<'a>(
        &'a self,
        named: &'a [BlockRef],
    ) -> BoxFuture<'a, Vec<Result<RawBlock, SourceError>>>;
}

/// Answers questions about single transactions, outputs and addresses.
pub trait HistorySource: Send + Sync {
    /// Which chain.
    fn chain(&self) -> BitcoinNetwork;

    /// The last block of the branch that the source holds for the best.
    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>>;

    /// The block at a height of that branch, or `None` above its tip. Whether a result still
    /// holds is asked with it: its block must still be the one at its height.
    fn block_at(&self, height: u32) -> BoxFuture<'_, Result<Option<BlockRef>, SourceError>>;

    /// Answers questions as of `as_of`, one answer for each, in their order. What is above
    /// `as_of` or unconfirmed does not count.
    fn answer<'a>(
        &'a self,
        questions: &'a [Question],
        as_of: BlockRef,
    ) -> BoxFuture<'a, Vec<Result<Told, SourceError>>>;
}

/// What a source says to one [`Question`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// To [`Question::Transaction`]: the transaction.
    Transaction(Box<Located>),
    /// To [`Question::Spender`]: nothing spends it.
    Unspent,
    /// To [`Question::Spender`]: this transaction does.
    Spent(Box<Located>),
    /// To [`Question::Receipts`]: these are all.
    Receipts(Vec<Located>),
    /// The source knows no such transaction.
    NoTransaction(Txid),
    /// The source cannot tell, and this is why.
    Unknown(Unknown),
}
