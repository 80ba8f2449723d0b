//! An Esplora server over HTTP: what block explorers offer to anybody.
//!
//! It answers every question a history can be asked, for every form of script: addresses are
//! asked for by the hash of their script.
//!
//! # What is checked
//! A transaction hashes to its txid; that its block holds it, and where, is proved by the
//! block's tree of hashes; a spender spends, a payer pays; an address's history has as many
//! transactions as the server counts. That the block is on the best chain, its height, and
//! that an output has no spender are the server's word.

mod blocks;
mod history;
mod locate;
mod path;
mod receipts;

use bitcoin::constants::genesis_block;
use bitcoin::hashes::Hash;
use serde::Deserialize;

use super::round::{Round, Ticket};
use super::{AskError, SourceError, Transport};
use crate::model::{BitcoinNetwork, BlockHash, BlockRef};

/// Pages of an address's history fetched at most where nobody says otherwise: 10 000
/// transactions. Only services have more.
const PAGES_MAX: u32 = 400;

/// An Esplora server as a source of blocks and histories.
#[derive(Debug)]
pub struct Esplora<T> {
    transport: T,
    network: BitcoinNetwork,
    pages_max: u32,
}

/// A block as the server describes it.
#[derive(Deserialize)]
struct BlockValue {
    id: String,
    height: u32,
}

impl<T: Transport> Esplora<T> {
    /// Asks which chain it is, by its first block. One round trip.
    ///
    /// # Errors
    /// When the server does not answer, or its first block is of no chain that is known.
    pub async fn over(transport: T) -> Result<Self, SourceError> {
        let mut round = Round::default();
        let ticket = round.add(path::block_hash(0));
        let replies = round.ask(&transport).await;
        let hash: BlockHash = replies.hash(ticket)?;
        let mut networks = BitcoinNetwork::ALL.into_iter();
        let network = networks
            .find(|network| {
                let genesis = genesis_block(bitcoin::Network::from(*network));
                genesis.block_hash().to_byte_array() == hash.0
            })
            .ok_or_else(|| replies.malformed(ticket, "the first block of no chain known"))?;
        Ok(Self {
            transport,
            network,
            pages_max: PAGES_MAX,
        })
    }

    /// Fetches at most so many pages (of 25 transactions each) of one address's history. An
    /// address with more is answered with
    /// [`Unknown::LimitReached`](crate::view::Unknown::LimitReached). 400 unless said otherwise.
    #[must_use]
    pub fn with_pages_max(mut self, pages: u32) -> Self {
        self.pages_max = pages;
        self
    }

    fn chain(&self) -> BitcoinNetwork {
        self.network
    }

    async fn tip(&self) -> Result<BlockRef, SourceError> {
        let mut round = Round::default();
        let ticket = round.add(path::tip());
        let hash: BlockHash = round.ask(&self.transport).await.hash(ticket)?;
        let mut round = Round::default();
        let ticket = round.add(path::block(hash));
        let replies = round.ask(&self.transport).await;
        let block: BlockValue = replies.json(ticket)?;
        if block.id.parse() != Ok(hash) {
            return Err(replies.malformed(ticket, "another block"));
        }
        Ok(BlockRef {
            height: block.height,
            hash,
        })
    }

    async fn block_at(&self, height: u32) -> Result<Option<BlockRef>, SourceError> {
        let mut round = Round::default();
        let ticket: Ticket = round.add(path::block_hash(height));
        let replies = round.ask(&self.transport).await;
        match replies.bytes(ticket) {
            Err(error) if is_not_found(&error) => Ok(None),
            _ => {
                let hash = replies.hash(ticket)?;
                Ok(Some(BlockRef { height, hash }))
            }
        }
    }
}

/// Whether the server says that it knows no such thing.
fn is_not_found(error: &AskError) -> bool {
    matches!(error, AskError::Status { status: 404, .. })
}
