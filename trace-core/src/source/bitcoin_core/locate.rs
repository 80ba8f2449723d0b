//! From a transaction and the block that holds it to the transaction in its place.

use serde::Deserialize;

use super::{BitcoinCore, call};
use crate::model::{BlockHash, Position, Txid};
use crate::normalise::{self, CoreTransaction};
use crate::source::inclusion::Inclusion;
use crate::source::round::{Replies, Round, Ticket};
use crate::source::{SourceError, Transport};
use crate::view::Located;

/// Transactions fetched in one round trip, so that their JSON is not all held at once.
const AT_ONCE: usize = 256;

/// A transaction that is known to be in a block, and what is known of it already.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) txid: Txid,
    pub(super) block: BlockHash,
    pub(super) position: Option<Position>,
    pub(super) transaction: Option<CoreTransaction>,
}

#[derive(Deserialize)]
pub(super) struct Header {
    pub(super) height: u32,
    confirmations: i64,
}

/// The heights at which the outputs were created that a transaction spends.
#[derive(Deserialize)]
struct Origins {
    vin: Vec<Origin>,
}

#[derive(Deserialize)]
struct Origin {
    txid: Option<String>,
    prevout: Option<CreatedAt>,
}

#[derive(Deserialize)]
struct CreatedAt {
    height: Option<u32>,
}

impl<T: Transport> BitcoinCore<T> {
    /// Fetches what is not known yet of transactions, one answer for each, in their order;
    /// `None` for one whose block is not on the best chain.
    ///
    /// The node's indexes keep what a reorganisation left behind, some for ever. If it was
    /// left behind only since, then so was the block as of which is asked.
    pub(super) async fn locate(
        &self,
        found: Vec<Found>,
    ) -> Vec<Result<Option<Located>, SourceError>> {
        let mut located = Vec::with_capacity(found.len());
        let mut rest = found.into_iter().peekable();
        while rest.peek().is_some() {
            let mut round = Round::default();
            let asked: Vec<_> = rest
                .by_ref()
                .take(AT_ONCE)
                .map(|found| {
                    let text = found
                        .transaction
                        .is_none()
                        .then(|| round.add(call::transaction_in(found.txid, found.block)));
                    let place = found.position.is_none().then(|| {
                        let proof = round.add(call::proof(found.txid, found.block));
                        (proof, round.add(call::header(found.block)))
                    });
                    (found, text, place)
                })
                .collect();
            let replies = round.ask(&self.transport).await;
            for (found, text, place) in asked {
                located.push(self.read_located(found, text, place, &replies));
            }
        }
        located
    }

    fn read_located(
        &self,
        found: Found,
        text: Option<Ticket>,
        place: Option<(Ticket, Ticket)>,
        replies: &Replies,
    ) -> Result<Option<Located>, SourceError> {
        let told = match (found.transaction, text) {
            (Some(told), _) => told,
            (None, Some(text)) => parse(replies, text)?,
            (None, None) => return Err(contradiction(found.txid, "asked for nothing")),
        };
        if told.transaction.txid != found.txid {
            return Err(contradiction(found.txid, "another transaction was told"));
        }
        if told.block.is_some_and(|block| block != found.block) {
            return Err(contradiction(found.txid, "it is said to be in two blocks"));
        }
        let position = match (found.position, place) {
            (Some(position), _) => position,
            (None, Some((proof, header))) => {
                let inclusion = Inclusion::of(&replies.hex_bytes(proof)?, found.txid)
                    .map_err(|why| replies.malformed(proof, why))?;
                if inclusion.block != found.block {
                    return Err(replies.malformed(proof, "proves another block"));
                }
                let header: Header = replies.json(header)?;
                if !header.is_on_best_chain() {
                    return Ok(None);
                }
                Position {
                    height: header.height,
                    index: inclusion.index,
                }
            }
            (None, None) => return Err(contradiction(found.txid, "asked for nothing")),
        };
        if self.known_indexes().transactions.is_none() {
            self.whereabouts.remember([(found.txid, position.height)]);
            if let Some(text) = text {
                let origins: Origins = replies.json(text)?;
                self.whereabouts.remember(origins.heights());
            }
        }
        Ok(Some(Located {
            position,
            transaction: told.transaction,
        }))
    }
}

/// Reads a reply to `getrawtransaction`.
pub(super) fn parse(replies: &Replies, ticket: Ticket) -> Result<CoreTransaction, SourceError> {
    let json = replies.bytes(ticket)?;
    normalise::transaction_json(json).map_err(|error| replies.malformed(ticket, error.to_string()))
}

impl Header {
    pub(super) fn is_on_best_chain(&self) -> bool {
        self.confirmations > 0
    }
}

impl Origins {
    fn heights(&self) -> impl Iterator<Item = (Txid, u32)> {
        self.vin.iter().filter_map(|origin| {
            let txid = origin.txid.as_ref()?.parse().ok()?;
            Some((txid, origin.prevout.as_ref()?.height?))
        })
    }
}

fn contradiction(txid: Txid, why: &str) -> SourceError {
    SourceError::Contradiction(format!("transaction {txid}: {why}"))
}
