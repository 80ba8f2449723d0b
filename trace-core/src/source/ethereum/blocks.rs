//! Whole blocks of a node: first the blocks, then their receipts, traces and uncles.

use futures_util::future::BoxFuture;

use super::refusal::{is_lack, is_state_gone};
use super::ways::{CallsBy, Known, ReceiptsBy, Way};
use super::{Ethereum, call};
use crate::model::{BlockRef, ChainId};
use crate::normalise::evm::Outline;
use crate::normalise::{RawAccountBlock, RawCalls, RawReceipts};
use crate::source::account_blocks::{AccountBlockSource, Finality};
use crate::source::round::{Replies, Round, Ticket};
use crate::source::{AskError, SourceError, Transport};

/// Blocks asked for by height in one round trip: a block of hashes takes tens of kilobytes.
const HEIGHTS_AT_ONCE: u32 = 100;

impl<T: Transport> AccountBlockSource for Ethereum<T> {
    fn chain(&self) -> ChainId {
        self.chain
    }

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
        Box::pin(self.tip())
    }

    fn finality(&self) -> BoxFuture<'_, Result<Finality, SourceError>> {
        Box::pin(self.finality())
    }

    fn refs(&self, from: u32, to: u32) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>> {
        Box::pin(async move {
            let to = to.min(self.tip().await?.height);
            let mut refs: Vec<BlockRef> = Vec::new();
            let mut first = from;
            while first <= to {
                let last = to.min(first.saturating_add(HEIGHTS_AT_ONCE - 1));
                self.refs_between(first, last, &mut refs).await?;
                let Some(next) = last.checked_add(1) else {
                    break;
                };
                first = next;
            }
            Ok(refs)
        })
    }

    fn blocks<'a>(
        &'a self,
        named: &'a [BlockRef],
    ) -> BoxFuture<'a, Vec<Result<RawAccountBlock, SourceError>>> {
        Box::pin(self.whole(named))
    }
}

/// A block with its outline.
struct Told {
    text: Vec<u8>,
    outline: Outline,
}

impl<T: Transport> Ethereum<T> {
    async fn refs_between(
        &self,
        first: u32,
        last: u32,
        refs: &mut Vec<BlockRef>,
    ) -> Result<(), SourceError> {
        let mut round = Round::default();
        let asked = (first..=last).map(|height| (height, round.add(call::block_at(height))));
        let asked: Vec<(u32, Ticket)> = asked.collect();
        let replies = round.ask(&self.transport).await;
        for (height, ticket) in asked {
            let block = Outline::read(self.chain, something(&replies, ticket)?)?;
            if block.at.height != height {
                return Err(replies.malformed(ticket, "a block of another height"));
            }
            match refs.last() {
                Some(below) if below.hash != block.parent => {
                    return Err(SourceError::Contradiction(format!(
                        "block {} at height {height} does not build on block {} below it",
                        block.at.hash, below.hash
                    )));
                }
                _ => refs.push(block.at),
            }
        }
        Ok(())
    }

    pub(super) async fn whole(
        &self,
        named: &[BlockRef],
    ) -> Vec<Result<RawAccountBlock, SourceError>> {
        let told = self.told(named).await;
        let outlines: Vec<&Outline> = told.iter().flatten().map(|told| &told.outline).collect();
        let uncles = self.uncles(&outlines).await;
        let receipts = self
            .ask_any::<ReceiptsBy>(&self.known.receipts, &outlines)
            .await;
        let calls = self.ask_any::<CallsBy>(&self.known.calls, &outlines).await;
        let mut rest = uncles.into_iter().zip(receipts).zip(calls);
        let blocks = named.iter().zip(told).map(|(at, told)| {
            let told = told?;
            // There is one of each for each block that was told.
            let Some(((uncles, receipts), calls)) = rest.next() else {
                return Err(SourceError::Contradiction(format!(
                    "block {}: lost",
                    at.hash
                )));
            };
            let receipts = match receipts? {
                Some(receipts) => receipts,
                None if told.outline.transactions.is_empty() => RawReceipts::Each(Vec::new()),
                None => return Err(self.no_receipts()),
            };
            Ok(RawAccountBlock {
                at: *at,
                block: told.text,
                receipts,
                calls: calls?.unwrap_or(RawCalls::NotTold),
                uncles: uncles?,
            })
        });
        blocks.collect()
    }

    fn no_receipts(&self) -> SourceError {
        let lacks = "eth_getBlockReceipts or eth_getTransactionReceipt";
        self.lacks("tell what transactions cost and how they ended", lacks)
    }

    pub(super) fn lacks(&self, what: &'static str, lacks: &str) -> SourceError {
        SourceError::Lacks {
            source_name: format!("the node of {}", self.chain),
            what,
            lacks: lacks.to_owned(),
        }
    }

    async fn told(&self, named: &[BlockRef]) -> Vec<Result<Told, SourceError>> {
        let mut round = Round::default();
        let asked: Vec<_> = named
            .iter()
            .map(|at| round.add(call::block(at.hash)))
            .collect();
        let replies = round.ask(&self.transport).await;
        let told = named.iter().zip(asked).map(|(at, ticket)| {
            let text = something(&replies, ticket)?;
            let outline = Outline::read(self.chain, text)?;
            if outline.at != *at {
                let why = format!("it is block {} at {}", outline.at.hash, outline.at.height);
                return Err(replies.malformed(ticket, why));
            }
            Ok(Told {
                text: text.to_vec(),
                outline,
            })
        });
        told.collect()
    }

    async fn uncles(&self, blocks: &[&Outline]) -> Vec<Result<Vec<Vec<u8>>, SourceError>> {
        let mut round = Round::default();
        let asked: Vec<Vec<Ticket>> = blocks
            .iter()
            .map(|block| {
                let each = (0..block.uncles).map(|index| call::uncle(block.at.hash, index));
                each.map(|request| round.add(request)).collect()
            })
            .collect();
        let replies = round.ask(&self.transport).await;
        let each = asked.into_iter().map(|tickets| {
            let uncles = tickets.into_iter();
            let uncles = uncles.map(|ticket| Ok(something(&replies, ticket)?.to_vec()));
            uncles.collect()
        });
        each.collect()
    }

    /// Asks for one thing of each block, in the best way that the node has; `None` for a block
    /// of which it has none, and for one without transactions, of which there is nothing to
    /// tell but rewards, which only flat traces tell.
    pub(super) async fn ask_any<W: Way>(
        &self,
        known: &Known,
        blocks: &[&W::Of],
    ) -> Vec<Result<Option<W::Raw>, SourceError>> {
        let mut results = Vec::with_capacity(blocks.len());
        let mut left = blocks;
        while let [first, rest @ ..] = left {
            // Until it is known how, one at a time.
            if known.is_settled::<W>() {
                results.extend(self.ask_all::<W>(known, left).await);
                break;
            }
            results.extend(self.ask_all::<W>(known, &[*first]).await);
            left = rest;
        }
        results
    }

    async fn ask_all<W: Way>(
        &self,
        known: &Known,
        blocks: &[&W::Of],
    ) -> Vec<Result<Option<W::Raw>, SourceError>> {
        let mut results: Vec<Option<Result<Option<W::Raw>, SourceError>>> = blocks
            .iter()
            .map(|block| W::is_idle(block).then_some(Ok(None)))
            .collect();
        for (number, way) in W::ALL.iter().enumerate() {
            if !known.may_work(number) {
                continue;
            }
            let mut round = Round::default();
            let open: Vec<(usize, Vec<Ticket>)> = results
                .iter()
                .zip(blocks)
                .enumerate()
                .filter(|(_, (result, _))| result.is_none())
                .map(|(place, (_, block))| {
                    let questions = way.questions(block).into_iter();
                    (place, questions.map(|request| round.add(request)).collect())
                })
                .collect();
            if open.is_empty() {
                break;
            }
            let replies = round.ask(&self.transport).await;
            for (place, tickets) in open {
                let result = match told_by(*way, &replies, &tickets) {
                    Ok(texts) => {
                        known.worked(number);
                        Ok(Some(way.raw(texts)))
                    }
                    Err(Refusal::Lacking) => {
                        known.lacks(number);
                        continue;
                    }
                    Err(Refusal::NotOfThis) => continue,
                    Err(Refusal::Failed(error)) => Err(error.into()),
                };
                if let Some(slot) = results.get_mut(place) {
                    *slot = Some(result);
                }
            }
        }
        results
            .into_iter()
            .map(|result| result.unwrap_or(Ok(None)))
            .collect()
    }
}

/// Why one way did not lead to what was asked for.
enum Refusal {
    /// The node does not have it.
    Lacking,
    /// The node has it no longer for this block.
    NotOfThis,
    Failed(AskError),
}

/// The replies to the questions about one block.
fn told_by<W: Way>(way: W, replies: &Replies, tickets: &[Ticket]) -> Result<Vec<Vec<u8>>, Refusal> {
    let each = tickets.iter().map(|ticket| match replies.bytes(*ticket) {
        Ok(reply) if way.is_answer(reply) => Ok(reply.to_vec()),
        Ok(_) => Err(Refusal::Lacking),
        Err(error) if is_lack(&error) || is_form_unknown(&error) => Err(Refusal::Lacking),
        Err(error) if is_state_gone(&error) => Err(Refusal::NotOfThis),
        Err(error) => Err(Refusal::Failed(error)),
    });
    each.collect()
}

/// Whether the node does not understand what is asked in this form: one that knows blocks by
/// their heights alone calls a hash an invalid parameter.
fn is_form_unknown(error: &AskError) -> bool {
    matches!(error, AskError::Rpc { code: -32_602, .. })
}

/// A reply that is not `null`.
pub(super) fn something(replies: &Replies, ticket: Ticket) -> Result<&[u8], SourceError> {
    let reply = replies.bytes(ticket)?;
    if reply.trim_ascii() == b"null" {
        return Err(replies.malformed(ticket, "the node knows none"));
    }
    Ok(reply)
}
