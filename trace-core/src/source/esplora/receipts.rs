//! An address's history, page after page from the newest transaction on.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::locate::Found;
use super::{Esplora, path};
use crate::model::{Address, BlockRef, Txid};
use crate::normalise::{self, EsploraTransaction};
use crate::source::round::{Replies, Round, Ticket};
use crate::source::{SourceError, Told, Transport};
use crate::view::Unknown;

/// One address's history while it is being fetched.
#[derive(Debug)]
pub(super) struct Paging {
    address: Address,
    from: u32,
    /// The transactions that the server counted before the first page was asked for. A page
    /// that is empty before as many were listed is not the end: the transaction named as the
    /// last one seen may have been taken out of the chain, and then the server lists nothing.
    promised: u64,
    listed: BTreeSet<Txid>,
    last_seen: Option<Txid>,
    lowest: u32,
    pays: Vec<Found>,
    end: Option<Result<(), End>>,
}

/// Why a history is not whole.
#[derive(Debug)]
enum End {
    Limit,
    Failed(SourceError),
}

#[derive(Deserialize)]
struct Counts {
    chain_stats: ChainStats,
}

#[derive(Deserialize)]
struct ChainStats {
    tx_count: u64,
}

impl Paging {
    /// A history of which nothing is fetched yet but the server's count.
    pub(super) fn begin(
        address: &Address,
        from: u32,
        replies: &Replies,
        counts: Ticket,
    ) -> Result<Self, SourceError> {
        let counts: Counts = replies.json(counts)?;
        let promised = counts.chain_stats.tx_count;
        Ok(Self {
            address: address.clone(),
            from,
            promised,
            listed: BTreeSet::new(),
            last_seen: None,
            lowest: u32::MAX,
            pays: Vec::new(),
            end: (promised == 0).then_some(Ok(())),
        })
    }

    /// The transactions that pay, or why they could not be had.
    pub(super) fn finish(self) -> Result<Vec<Found>, Result<Told, SourceError>> {
        match self.end {
            Some(Ok(())) => Ok(self.pays),
            Some(Err(End::Failed(error))) => Err(Err(error)),
            Some(Err(End::Limit)) | None => Err(Ok(Told::Unknown(Unknown::LimitReached))),
        }
    }

    /// Reads one page; whether it was the last one.
    fn turn(
        &mut self,
        replies: &Replies,
        ticket: Ticket,
        as_of: BlockRef,
    ) -> Result<bool, SourceError> {
        let page: Vec<Box<RawValue>> = replies.json(ticket)?;
        if page.is_empty() {
            if (self.listed.len() as u64) < self.promised {
                return Err(SourceError::Contradiction(format!(
                    "the server counts {} transactions of {:?} and lists {}",
                    self.promised,
                    self.address,
                    self.listed.len()
                )));
            }
            return Ok(true);
        }
        for text in page {
            let told = normalise::esplora_transaction(text.get().as_bytes())
                .map_err(|error| replies.malformed(ticket, error.to_string()))?;
            let txid = told.transaction.txid;
            let Some(block) = told.confirmed else {
                return Err(replies.malformed(ticket, format!("{txid} is not confirmed")));
            };
            // What makes it safe to stop early, and what keeps it from going on for ever.
            if block.height > self.lowest {
                return Err(replies.malformed(ticket, format!("{txid} is not in order")));
            }
            if !self.listed.insert(txid) {
                return Err(replies.malformed(ticket, format!("lists {txid} a second time")));
            }
            self.lowest = block.height;
            self.last_seen = Some(txid);
            if block.height < self.from {
                return Ok(true);
            }
            match role(&told, &self.address) {
                Role::Pays if block.height <= as_of.height => self.pays.push(Found {
                    txid,
                    told: Some(told),
                }),
                Role::Pays | Role::Spends => {}
                Role::None => {
                    return Err(replies
                        .malformed(ticket, format!("{txid} has nothing to do with the address")));
                }
            }
        }
        Ok(false)
    }
}

/// What a transaction does to an address.
enum Role {
    Pays,
    Spends,
    None,
}

fn role(told: &EsploraTransaction, address: &Address) -> Role {
    let mut outputs = told.transaction.outputs.iter();
    if outputs.any(|output| output.address.as_ref() == Some(address)) {
        return Role::Pays;
    }
    let mut inputs = told.transaction.inputs.iter();
    let spends = inputs.any(|input| {
        let prevout = input.prevout.as_ref();
        prevout.is_none_or(|output| output.address.as_ref() == Some(address))
    });
    if spends { Role::Spends } else { Role::None }
}

impl<T: Transport> Esplora<T> {
    /// Fetches the histories to their ends, one page of each in every round trip.
    pub(super) async fn page_through(&self, histories: &mut [&mut Paging], as_of: BlockRef) {
        for _ in 0..self.pages_max {
            let mut round = Round::default();
            let asked: Vec<(&mut Paging, Ticket)> = histories
                .iter_mut()
                .map(|history| &mut **history)
                .filter(|history| history.end.is_none())
                .map(|history| {
                    let ticket = round.add(path::history(&history.address, history.last_seen));
                    (history, ticket)
                })
                .collect();
            if asked.is_empty() {
                return;
            }
            let replies = round.ask(&self.transport).await;
            for (history, ticket) in asked {
                match history.turn(&replies, ticket, as_of) {
                    Ok(false) => {}
                    Ok(true) => history.end = Some(Ok(())),
                    Err(error) => history.end = Some(Err(End::Failed(error))),
                }
            }
        }
        for history in histories.iter_mut().filter(|history| history.end.is_none()) {
            history.end = Some(Err(End::Limit));
        }
    }
}
