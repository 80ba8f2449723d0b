//! A node of the EVM over JSON-RPC: Ethereum and the chains that are made like it.
//!
//! # What a node must have
//! | for | it needs one of, in the order in which they are tried |
//! |---|---|
//! | blocks | `eth_getBlockByHash`, `eth_getBlockByNumber` |
//! | receipts | `eth_getBlockReceipts` by hash or by height; `eth_getTransactionReceipt` |
//! | what contracts passed on | `debug_traceBlockByHash` or `…ByNumber` with `callTracer`; `trace_block`; `ots_traceTransaction`; `ots_getInternalOperations` |
//! | rewards of uncles (Ethereum before the Merge) | `eth_getUncleByBlockHashAndIndex` |
//!
//! Of a node that has none of the third a block is handed out without, and says so
//! ([`InnerCalls::NotSeen`](crate::model::account::InnerCalls)). So it does of a single block
//! whose state the node has thrown away. Of a block without transactions no trace is asked for,
//! so that on other chains than Ethereum its reward is not known. A node that answers with something else than it was
//! asked for is taken not to have it.
//!
//! # What is checked
//! That each block builds on the one before, and that every reply about a block names it. Where
//! a node is asked by height because it knows no hash there, a reorganisation in between shows
//! as a contradiction when the block is parsed. Which branch is the best is the node's word.

mod answer;
mod balance;
mod blocks;
mod call;
mod history;
mod known_moves;
mod located;
mod logs;
mod reconcile;
mod refusal;
mod search;
mod ways;

pub(super) use call::chain as identity;
pub use logs::LogFilter;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::account_blocks::Finality;
use super::round::{Round, Ticket};
use super::{AskError, Limits, SourceError, Transport};
use crate::model::{BlockRef, ChainId};
use crate::normalise::evm::Outline;
use ways::Known;

/// A node of the EVM as a source of blocks and of answers about accounts.
#[derive(Debug)]
pub struct Ethereum<T> {
    transport: T,
    chain: ChainId,
    known: Arc<Abilities>,
    requests_max: u64,
    has_explorer: bool,
}

/// What a node was seen to have and to lack, and how much it was asked.
#[derive(Debug, Default)]
struct Abilities {
    receipts: Known,
    calls: Known,
    calls_of: Known,
    search: Known,
    requests: AtomicU64,
}

impl<T: Transport> Ethereum<T> {
    /// Asks which chain it is. One round trip. What else it has is learnt from its answers.
    ///
    /// # Errors
    /// When the node does not answer, or not with a number.
    pub async fn over(transport: T) -> Result<Self, SourceError> {
        let mut round = Round::default();
        let ticket = round.add(call::chain());
        let replies = round.ask(&transport).await;
        let text: String = replies.json(ticket)?;
        let digits = text.strip_prefix("0x").unwrap_or_default();
        let chain = u64::from_str_radix(digits, 16)
            .map_err(|_| replies.malformed(ticket, "no number of a chain"))?;
        Ok(Self {
            transport,
            chain: ChainId(chain),
            known: Arc::default(),
            requests_max: Limits::default().question_requests_max,
            has_explorer: false,
        })
    }

    /// Finds in which transactions an account takes part by the API of an explorer
    /// ([`etherscan`](crate::source::etherscan)), which the transport reaches by paths.
    #[must_use]
    pub fn with_explorer(mut self) -> Self {
        self.has_explorer = true;
        self
    }

    /// Makes at most so many requests for one question. One that would take more is answered with
    /// [`Unknown::LimitReached`](crate::view::Unknown::LimitReached). 20 000 unless said otherwise.
    #[must_use]
    pub fn with_requests_max(mut self, requests: u64) -> Self {
        self.requests_max = requests;
        self
    }

    /// The same node, asked over something else.
    fn over_other<U>(&self, transport: U) -> Ethereum<U> {
        Ethereum {
            transport,
            chain: self.chain,
            known: Arc::clone(&self.known),
            requests_max: self.requests_max,
            has_explorer: self.has_explorer,
        }
    }

    async fn tip(&self) -> Result<BlockRef, SourceError> {
        let mut round = Round::default();
        let ticket = round.add(call::tagged("latest"));
        let replies = round.ask(&self.transport).await;
        let block = replies.bytes(ticket)?;
        Ok(Outline::read(self.chain, block)?.at)
    }

    async fn finality(&self) -> Result<Finality, SourceError> {
        let mut round = Round::default();
        let tickets = ["safe", "finalized"].map(|tag| round.add(call::tagged(tag)));
        let replies = round.ask(&self.transport).await;
        let tagged = |ticket: Ticket| match replies.bytes(ticket) {
            // Chains without finality, and nodes that know of none yet, have no such block or
            // refuse the tag.
            Ok(b"null") | Err(AskError::Rpc { .. }) => Ok(None),
            Ok(block) => Ok(Some(Outline::read(self.chain, block)?.at)),
            Err(error) => Err(SourceError::from(error)),
        };
        let [safe, finalized] = tickets;
        Ok(Finality {
            safe: tagged(safe)?,
            finalized: tagged(finalized)?,
        })
    }
}
