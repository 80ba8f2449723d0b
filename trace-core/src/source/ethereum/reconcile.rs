//! Finds what is not known yet of an account by what it holds at heights in between.
//!
//! Where balance and nonce change by more than what is known explains, the heights in between are
//! asked for, until single blocks are left; these are read. Of an account that has no code this
//! finds everything: it sends nothing without its nonce rising, and what comes only adds up. Of a
//! contract it cannot: what comes in one block may go in another, and the same is held before and
//! behind.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join;

use super::blocks::something;
use super::known_moves::{Held, Holding, KnownMoves};
use super::refusal::is_state_gone;
use super::{Ethereum, call};
use crate::model::account::{Address, InnerCalls, U256};
use crate::model::{BlockRef, Position};
use crate::normalise::evm::{Outline, mentions, number};
use crate::source::in_step::together;
use crate::source::round::Round;
use crate::source::{SourceError, Transport};
use crate::view::account::{Located, Moved};

/// Heights asked for at once where few ranges are left: with balance and nonce of each a batch is
/// about full, and a chain of 20 million blocks takes 8 round trips and not 24.
const HEIGHTS_AT_ONCE: usize = 7;

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Reconciled {
    /// Blocks that were read and change the balance by more than they tell.
    pub(super) unexplained: Vec<u32>,
    /// Whether each transaction that the nonce counts is known.
    pub(super) is_nonce_explained: bool,
}

/// How much of a block was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Read {
    /// The transactions that name the account, and what moved after the last one.
    Mentions(BlockRef),
    /// All of it, which has this time.
    Whole(u64),
}

impl<T: Transport> Ethereum<T> {
    /// Adds to what is known of an account all that its holdings lead to, between two of them.
    ///
    /// # Errors
    /// When the node does not answer, or does not know the state at a height in between.
    pub(super) async fn reconcile(
        &self,
        known: &mut KnownMoves,
        (before, after): (Held, Held),
        as_of: BlockRef,
    ) -> Result<Reconciled, SourceError> {
        let mut held = BTreeMap::from([before, after]);
        let mut read: BTreeMap<u32, Read> = BTreeMap::new();
        loop {
            let (ranges, blocks) = open(known, &held, &read);
            if ranges.is_empty() && blocks.is_empty() {
                return Ok(outcome(known, &held));
            }
            let points = points(&ranges);
            let looks = blocks.iter().map(|height| {
                let look = self.look_into(known, *height, read.get(height).copied(), as_of);
                Box::pin(look) as _
            });
            let holdings = self.holdings(known.account, &points);
            let (holdings, looks) = join(holdings, together(looks.collect())).await;
            let Some(holdings) = holdings? else {
                return Err(self.lacks("tell what an account held", "the state of old blocks"));
            };
            held.extend(points.iter().map(|point| Some(*point)).zip(holdings));
            for (height, look) in blocks.into_iter().zip(looks) {
                let (how, moves) = look?;
                for located in moves {
                    known.insert(located);
                }
                read.insert(height, how);
                if height == 0
                    && let Read::Whole(time) = how
                    && let Some(at_genesis) = held.get(&Some(0))
                {
                    known.allocate(time, *at_genesis);
                }
            }
        }
    }

    /// Reads a block, first what names the account, then all of it.
    async fn look_into(
        &self,
        known: &KnownMoves,
        height: u32,
        read: Option<Read>,
        as_of: BlockRef,
    ) -> Result<(Read, Vec<Located>), SourceError> {
        if let Some(Read::Mentions(at)) = read {
            let (time, moves) = self.read_whole(at).await?;
            return Ok((Read::Whole(time), moves));
        }
        let mut round = Round::default();
        let ticket = round.add(call::whole_block_at(height));
        let replies = round.ask(&self.transport).await;
        let text = something(&replies, ticket)?;
        let at = Outline::read(self.chain, text)?.at;
        if at.height != height {
            return Err(replies.malformed(ticket, "a block of another height"));
        }
        let mentions = mentions(self.chain, text, known.account)?;
        let hashes = mentions.transactions.into_iter();
        let unknown = hashes.filter(|hash| !known.knows(*hash));
        let each = unknown.map(|hash| Box::pin(self.located(hash, Some(height), as_of)) as _);
        let mut moves = Vec::new();
        for located in together(each.collect()).await {
            let located: Option<Located> = located?;
            moves.extend(located);
        }
        moves.extend(mentions.after.map(|after| Located {
            position: Position {
                height,
                index: after.index,
            },
            time: after.time,
            inner_calls: InnerCalls::Seen,
            held_against: mentions.checks.of_after(),
            moved: Moved::After(after.transfers),
        }));
        Ok((Read::Mentions(at), moves))
    }

    /// What an account holds at the ends of blocks; `None` where the state of one is gone.
    ///
    /// # Errors
    /// When the node does not answer.
    pub(super) async fn holdings(
        &self,
        account: Address,
        heights: &[u32],
    ) -> Result<Option<Vec<Holding>>, SourceError> {
        let mut round = Round::default();
        let tickets = heights.iter().map(|height| {
            let balance = round.add(call::balance(account, *height));
            (balance, round.add(call::nonce(account, *height)))
        });
        let tickets: Vec<_> = tickets.collect();
        let replies = round.ask(&self.transport).await;
        let mut holdings = Vec::with_capacity(tickets.len());
        for (balance, count) in tickets {
            let (of, to) = (replies.bytes(balance), replies.bytes(count));
            if [&of, &to]
                .iter()
                .any(|told| told.as_ref().is_err_and(is_state_gone))
            {
                return Ok(None);
            }
            let nonce: U256 = number(to?)?;
            holdings.push(Holding {
                balance: number(of?)?,
                nonce: u64::try_from(nonce)
                    .map_err(|_| replies.malformed(count, "a nonce beyond 64 bits"))?,
            });
        }
        Ok(Some(holdings))
    }
}

/// The ranges in which something is not explained, and the single blocks among them that were not
/// read whole.
fn open(
    known: &KnownMoves,
    held: &BTreeMap<Option<u32>, Holding>,
    read: &BTreeMap<u32, Read>,
) -> (Vec<(u32, u32)>, Vec<u32>) {
    let (mut ranges, mut blocks) = (Vec::new(), Vec::new());
    for (before, after) in neighbours(held) {
        let first = before.0.map_or(0, |height| height.saturating_add(1));
        match after.0 {
            Some(_) if known.explains(before, after) => {}
            Some(last) if last > first => ranges.push((first, last)),
            Some(last) if !matches!(read.get(&last), Some(Read::Whole(_))) => blocks.push(last),
            _ => {}
        }
    }
    (ranges, blocks)
}

fn neighbours(held: &BTreeMap<Option<u32>, Holding>) -> impl Iterator<Item = (Held, Held)> {
    let pair = |(height, holding): (&Option<u32>, &Holding)| (*height, *holding);
    held.iter().map(pair).zip(held.iter().skip(1).map(pair))
}

/// The heights to ask for that cut ranges into parts of about the same size, ascending.
fn points(ranges: &[(u32, u32)]) -> Vec<u32> {
    let each = HEIGHTS_AT_ONCE
        .checked_div(ranges.len())
        .unwrap_or(0)
        .max(1) as u64;
    let mut points = BTreeSet::new();
    for (first, last) in ranges {
        let blocks = u64::from(last - first) + 1;
        let cuts = each.min(blocks - 1);
        let ends = (1..=cuts).map(|cut| u64::from(*first) + blocks * cut / (cuts + 1) - 1);
        points.extend(ends.filter_map(|end| u32::try_from(end).ok()));
    }
    points.into_iter().collect()
}

fn outcome(known: &KnownMoves, held: &BTreeMap<Option<u32>, Holding>) -> Reconciled {
    let mut reconciled = Reconciled {
        unexplained: Vec::new(),
        is_nonce_explained: true,
    };
    for (before, after) in neighbours(held) {
        if !known.explains_balance(before, after) {
            reconciled.unexplained.extend(after.0);
        }
        reconciled.is_nonce_explained &= known.explains_nonce(before, after);
    }
    reconciled
}
