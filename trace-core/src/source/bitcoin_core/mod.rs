//! Bitcoin Core over JSON-RPC.
//!
//! # What a node must keep
//! | to answer | it needs one of |
//! |---|---|
//! | blocks | nothing |
//! | a transaction | `-txindex=1`; or to have told the block before, as that of something asked earlier |
//! | a spender | `-txospenderindex=1` (Core 30); `-blockfilterindex=1` and the transaction that created the output |
//! | an address's receipts | `-blockfilterindex=1` |
//!
//! What it lacks it says by name. Without a transaction index the node is told which block
//! to look into: the block of each transaction told before is remembered, and the heights of
//! the outputs that those spend, so following from an address works with block filters alone.
//!
//! # What is checked
//! A transaction hashes to its txid; that its block holds it, and where, is proved by the
//! block's tree of hashes. That the block is on the best chain, its height, and that an
//! output has no spender are the node's word.

mod blocks;
mod call;
mod history;
mod locate;
mod lookup;
mod node;
mod scan;
mod whereabouts;

use std::sync::{Mutex, PoisonError};

use node::{Indexes, Node};
use whereabouts::Whereabouts;

use super::round::{Round, Ticket};
use super::{AskError, SourceError, Transport};
use crate::model::{BitcoinNetwork, BlockRef};

/// JSON-RPC error code of a height, parameter or index out of range.
const OUT_OF_RANGE: i64 = -8;

/// A Bitcoin Core node as a source of blocks and histories.
#[derive(Debug)]
pub struct BitcoinCore<T> {
    transport: T,
    node: Node,
    indexes: Mutex<Indexes>,
    with_prevouts: bool,
    whereabouts: Whereabouts,
}

impl<T: Transport> BitcoinCore<T> {
    /// Asks the node what it is and has. One round trip.
    ///
    /// # Errors
    /// When the node does not answer, or is of a chain that is not known.
    pub async fn over(transport: T) -> Result<Self, SourceError> {
        let (node, indexes) = Node::meet(&transport).await?;
        Ok(Self {
            transport,
            node,
            indexes: Mutex::new(indexes),
            with_prevouts: true,
            whereabouts: Whereabouts::default(),
        })
    }

    /// Hands out blocks as serialised, without what their inputs spend: for whoever reads the
    /// chain from its first block and so has met every output. A block then crosses as twice
    /// its size in hexadecimal digits. With prevouts, as it is handed out unless this is
    /// called, it crosses as JSON of about nine times its size, and the node takes almost
    /// three times as long to write that (the scripted economy on Core 31).
    #[must_use]
    pub fn without_prevouts(mut self) -> Self {
        self.with_prevouts = false;
        self
    }

    fn chain(&self) -> BitcoinNetwork {
        self.node.network
    }

    async fn tip(&self) -> Result<BlockRef, SourceError> {
        let mut round = Round::default();
        let ticket = round.add(call::chain());
        node::tip_in(&round.ask(&self.transport).await, ticket)
    }

    fn known_indexes(&self) -> Indexes {
        *self.indexes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How high the indexes reach, asked again where they were below `height` when last seen.
    async fn indexes_at(&self, height: u32) -> Result<Indexes, SourceError> {
        let known = self.known_indexes();
        if known.reach(height) {
            return Ok(known);
        }
        let mut round = Round::default();
        let ticket = round.add(call::indexes());
        let indexes = Indexes::read(&round.ask(&self.transport).await, ticket)?;
        *self.indexes.lock().unwrap_or_else(PoisonError::into_inner) = indexes;
        Ok(indexes)
    }

    async fn block_at(&self, height: u32) -> Result<Option<BlockRef>, SourceError> {
        let mut round = Round::default();
        let ticket: Ticket = round.add(call::block_hash(height));
        let replies = round.ask(&self.transport).await;
        match replies.bytes(ticket) {
            Err(AskError::Rpc { code, .. }) if code == OUT_OF_RANGE => Ok(None),
            _ => {
                let hash = replies.hash(ticket)?;
                Ok(Some(BlockRef { height, hash }))
            }
        }
    }
}
