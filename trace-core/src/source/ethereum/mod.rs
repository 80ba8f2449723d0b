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

mod blocks;
mod call;
mod logs;
mod refusal;
mod ways;

pub(super) use call::chain as identity;
pub use logs::LogFilter;

use super::account_blocks::Finality;
use super::round::{Round, Ticket};
use super::{AskError, SourceError, Transport};
use crate::model::{BlockRef, ChainId};
use crate::normalise::evm::Outline;
use ways::Known;

/// A node of the EVM as a source of blocks.
#[derive(Debug)]
pub struct Ethereum<T> {
    transport: T,
    chain: ChainId,
    receipts: Known,
    calls: Known,
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
            receipts: Known::default(),
            calls: Known::default(),
        })
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
