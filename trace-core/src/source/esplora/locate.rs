//! From a transaction to the transaction in its place in the chain.

use bitcoin::hashes::Hash;
use bitcoin::merkle_tree::calculate_root;

use super::{Esplora, path};
use crate::model::{BlockRef, Header, Position, Txid};
use crate::normalise::{self, EsploraTransaction};
use crate::source::inclusion::Inclusion;
use crate::source::round::{Replies, Round, Ticket};
use crate::source::{AskError, SourceError, Transport};
use crate::view::Located;

/// Transactions fetched in one round trip, so that their JSON is not all held at once.
const AT_ONCE: usize = 256;

/// A transaction that is known to be in a block, and what the server told of it already.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) txid: Txid,
    pub(super) told: Option<EsploraTransaction>,
}

/// A transaction in its block, its index there not known yet.
struct Placeless {
    told: EsploraTransaction,
    block: BlockRef,
}

impl<T: Transport> Esplora<T> {
    /// Fetches what is not known yet of transactions, one answer for each, in their order.
    pub(super) async fn locate(&self, found: Vec<Found>) -> Vec<Result<Located, SourceError>> {
        let mut located = Vec::with_capacity(found.len());
        let mut rest = found.into_iter().peekable();
        while rest.peek().is_some() {
            let some: Vec<Found> = rest.by_ref().take(AT_ONCE).collect();
            located.extend(self.locate_some(some).await);
        }
        located
    }

    async fn locate_some(&self, found: Vec<Found>) -> Vec<Result<Located, SourceError>> {
        let mut round = Round::default();
        let asked: Vec<_> = found
            .into_iter()
            .map(|found| {
                let proof = round.add(path::proof(found.txid));
                match found.told {
                    Some(told) => (found.txid, Ok(told), proof),
                    None => (
                        found.txid,
                        Err(round.add(path::transaction(found.txid))),
                        proof,
                    ),
                }
            })
            .collect();
        let replies = round.ask(&self.transport).await;

        let mut round = Round::default();
        let read: Vec<Result<(Placeless, Index), SourceError>> = asked
            .into_iter()
            .map(|(txid, told, proof)| {
                let told = told.or_else(|ticket| parse(&replies, ticket))?;
                let placeless = placeless(told, txid)?;
                let index = match replies.bytes(proof) {
                    Err(AskError::Status {
                        status: 400 | 404, ..
                    }) => Index::In(
                        round.add(path::txids(placeless.block.hash)),
                        round.add(path::header(placeless.block.hash)),
                    ),
                    _ => Index::Known(read_proof(&replies, proof, txid, placeless.block)?),
                };
                Ok((placeless, index))
            })
            .collect();
        // A server without such proofs: the block's own list, if it hashes to its header.
        let replies = round.ask(&self.transport).await;
        let located = read.into_iter().map(|read| {
            let (Placeless { told, block }, index) = read?;
            let index = match index {
                Index::Known(index) => index,
                Index::In(txids, header) => {
                    index_in_list(&replies, txids, header, told.transaction.txid, block)?
                }
            };
            Ok(Located {
                position: Position {
                    height: block.height,
                    index,
                },
                transaction: told.transaction,
            })
        });
        located.collect()
    }
}

/// A transaction's index in its block, or what was asked to find it.
enum Index {
    Known(u32),
    In(Ticket, Ticket),
}

/// Reads a reply to [`path::transaction`].
pub(super) fn parse(replies: &Replies, ticket: Ticket) -> Result<EsploraTransaction, SourceError> {
    let json = replies.bytes(ticket)?;
    normalise::esplora_transaction(json)
        .map_err(|error| replies.malformed(ticket, error.to_string()))
}

fn placeless(told: EsploraTransaction, txid: Txid) -> Result<Placeless, SourceError> {
    let refused = |why| {
        Err(SourceError::Contradiction(format!(
            "transaction {txid}: {why}"
        )))
    };
    if told.transaction.txid != txid {
        return refused("another transaction was told");
    }
    match told.confirmed {
        Some(block) => Ok(Placeless { told, block }),
        None => refused("it is confirmed in one reply and not in another"),
    }
}

fn read_proof(
    replies: &Replies,
    ticket: Ticket,
    txid: Txid,
    block: BlockRef,
) -> Result<u32, SourceError> {
    let inclusion = Inclusion::of(&replies.hex_bytes(ticket)?, txid)
        .map_err(|why| replies.malformed(ticket, why))?;
    if inclusion.block != block.hash {
        return Err(replies.malformed(ticket, format!("proves another block than {}", block.hash)));
    }
    Ok(inclusion.index)
}

fn index_in_list(
    replies: &Replies,
    txids: Ticket,
    header: Ticket,
    txid: Txid,
    block: BlockRef,
) -> Result<u32, SourceError> {
    let texts: Vec<String> = replies.json(txids)?;
    let ids: Vec<Txid> = texts
        .iter()
        .map(|text| replies.hash_in(txids, text))
        .collect::<Result<_, SourceError>>()?;
    let bytes = replies.hex_bytes(header)?;
    let bytes = bytes.try_into();
    let head = Header(bytes.map_err(|_| replies.malformed(header, "a header has 80 bytes"))?);
    if head.hash() != block.hash {
        return Err(replies.malformed(header, "the header of another block"));
    }
    let hashes = ids.iter().map(|id| bitcoin::Txid::from_byte_array(id.0));
    let root = calculate_root(hashes).map(Hash::to_byte_array);
    if root != Some(head.merkle_root()) {
        return Err(replies.malformed(txids, "does not hash to the block's header"));
    }
    (0..)
        .zip(&ids)
        .find(|(_, id)| **id == txid)
        .map(|(index, _)| index)
        .ok_or_else(|| replies.malformed(txids, format!("does not list {txid}")))
}
