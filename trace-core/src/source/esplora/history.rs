//! Answers about single transactions, outputs and addresses.
//!
//! All questions of a round go through the same stages together: ask each; turn the pages of
//! addresses' histories; fetch what was found.

use futures_util::future::BoxFuture;
use serde::Deserialize;

use super::locate::{self, Found};
use super::receipts::Paging;
use super::{Esplora, is_not_found, path};
use crate::model::{BitcoinNetwork, BlockRef, OutPoint, Txid};
use crate::source::round::{Replies, Round, Ticket};
use crate::source::{HistorySource, SourceError, Told, Transport};
use crate::view::{Question, Unknown};

/// What is known of an answer.
enum Lead {
    Settled(Result<Told, SourceError>),
    Found(Vec<Found>),
    Pages(Paging),
}

#[derive(Deserialize)]
struct Spending {
    spent: bool,
    txid: Option<String>,
    status: Option<Status>,
}

#[derive(Deserialize)]
struct Status {
    confirmed: bool,
    block_height: Option<u32>,
}

impl<T: Transport> HistorySource for Esplora<T> {
    fn chain(&self) -> BitcoinNetwork {
        self.chain()
    }

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
        Box::pin(self.tip())
    }

    fn block_at(&self, height: u32) -> BoxFuture<'_, Result<Option<BlockRef>, SourceError>> {
        Box::pin(self.block_at(height))
    }

    fn answer<'a>(
        &'a self,
        questions: &'a [Question],
        as_of: BlockRef,
    ) -> BoxFuture<'a, Vec<Result<Told, SourceError>>> {
        Box::pin(async move {
            let mut leads = self.ask_each(questions, as_of).await;
            let mut histories: Vec<&mut Paging> = leads
                .iter_mut()
                .filter_map(|lead| match lead {
                    Lead::Pages(paging) => Some(paging),
                    _ => None,
                })
                .collect();
            self.page_through(&mut histories, as_of).await;
            self.tell(questions, leads, as_of).await
        })
    }
}

impl<T: Transport> Esplora<T> {
    async fn ask_each(&self, questions: &[Question], as_of: BlockRef) -> Vec<Lead> {
        let mut round = Round::default();
        let asked: Vec<Ticket> = questions
            .iter()
            .map(|question| {
                round.add(match question {
                    Question::Transaction(txid) => path::transaction(*txid),
                    Question::Spender(outpoint) => path::spenders(outpoint.txid),
                    Question::Receipts(address, _) => path::counts(address),
                })
            })
            .collect();
        let replies = round.ask(&self.transport).await;
        let leads = questions.iter().zip(asked).map(|(question, ticket)| {
            let lead = match question {
                Question::Transaction(txid) => read_transaction(*txid, &replies, ticket, as_of),
                Question::Spender(outpoint) => read_spender(*outpoint, &replies, ticket, as_of),
                Question::Receipts(address, from) => {
                    Paging::begin(address, *from, &replies, ticket).map(Lead::Pages)
                }
            };
            lead.unwrap_or_else(|error| Lead::Settled(Err(error)))
        });
        leads.collect()
    }

    async fn tell(
        &self,
        questions: &[Question],
        leads: Vec<Lead>,
        as_of: BlockRef,
    ) -> Vec<Result<Told, SourceError>> {
        let mut all = Vec::new();
        let mut count = |mut found: Vec<Found>| {
            let count = found.len();
            all.append(&mut found);
            count
        };
        let counted: Vec<Result<usize, Result<Told, SourceError>>> = leads
            .into_iter()
            .map(|lead| match lead {
                Lead::Settled(told) => Err(told),
                Lead::Found(found) => Ok(count(found)),
                Lead::Pages(paging) => paging.finish().map(&mut count),
            })
            .collect();
        let mut located = self.locate(all).await.into_iter();
        let told = questions.iter().zip(counted).map(|(question, counted)| {
            let located: Vec<_> = located
                .by_ref()
                .take(*counted.as_ref().unwrap_or(&0))
                .collect();
            match counted {
                Ok(_) => Told::of(question, located, as_of),
                Err(told) => told,
            }
        });
        told.collect()
    }
}

fn read_transaction(
    txid: Txid,
    replies: &Replies,
    ticket: Ticket,
    as_of: BlockRef,
) -> Result<Lead, SourceError> {
    if replies
        .bytes(ticket)
        .is_err_and(|error| is_not_found(&error))
    {
        return Ok(Lead::Settled(Ok(Told::NoTransaction(txid))));
    }
    let told = locate::parse(replies, ticket)?;
    Ok(match told.confirmed {
        Some(block) if block.height <= as_of.height => Lead::Found(vec![Found {
            txid,
            told: Some(told),
        }]),
        _ => Lead::Settled(Ok(Told::NoTransaction(txid))),
    })
}

fn read_spender(
    outpoint: OutPoint,
    replies: &Replies,
    ticket: Ticket,
    as_of: BlockRef,
) -> Result<Lead, SourceError> {
    if replies
        .bytes(ticket)
        .is_err_and(|error| is_not_found(&error))
    {
        return Ok(Lead::Settled(Ok(Told::NoTransaction(outpoint.txid))));
    }
    let spendings: Vec<Spending> = replies.json(ticket)?;
    let vout = usize::try_from(outpoint.vout).ok();
    let Some(spending) = vout.and_then(|vout| spendings.get(vout)) else {
        return Ok(Lead::Settled(Ok(Told::Unknown(Unknown::NotFound))));
    };
    if !spending.spent {
        return Ok(Lead::Settled(Ok(Told::Unspent)));
    }
    let lacks = |what| replies.malformed(ticket, format!("a spent output without its {what}"));
    let status = spending.status.as_ref().ok_or_else(|| lacks("status"))?;
    if !status.confirmed {
        return Ok(Lead::Settled(Ok(Told::Unspent)));
    }
    if status.block_height.ok_or_else(|| lacks("height"))? > as_of.height {
        return Ok(Lead::Settled(Ok(Told::Unspent)));
    }
    let txid = spending.txid.as_ref().ok_or_else(|| lacks("spender"))?;
    let txid = replies.hash_in(ticket, txid)?;
    Ok(Lead::Found(vec![Found { txid, told: None }]))
}
