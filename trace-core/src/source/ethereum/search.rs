//! In which transactions an account was seen, from nodes that index that.
//!
//! | way | finds | misses |
//! |---|---|---|
//! | `ots_searchTransactionsAfter` | every call from or to an account | fees received, rewards, withdrawals |
//! | `trace_filter` | the same, and rewards | fees received, withdrawals |
//! | an explorer ([`etherscan`]) | every call that moves something from or to an account, tokens | fees received, rewards, withdrawals |
//!
//! The nodes' own find no tokens. What is missed of the native coin only ever comes to an account, so it
//! shows in the balance.

use std::collections::BTreeSet;

use futures_util::future::join;

use super::refusal::{is_lack, is_too_much};
use super::{Ethereum, call};
use crate::model::account::Address;
use crate::normalise::evm::{PlacedLog, Sighting, filtered_frames, search_page, topics_naming};
use crate::source::in_step::together;
use crate::source::round::Round;
use crate::source::{SourceError, Transport, etherscan};

use super::LogFilter;

/// The ways, by their places among what is known of the node.
const OTTERSCAN: usize = 0;
const TRACE_FILTER: usize = 1;

/// The most that Otterscan's nodes give on a page.
const PAGE: u32 = 25;

/// Frames asked for at once. Some nodes give no more than 200.
const FRAMES: usize = 200;

/// What was seen of an account.
type Seen = BTreeSet<Sighting>;

impl<T: Transport> Ethereum<T> {
    /// Whether it is known if and how the node searches.
    pub(super) fn knows_search(&self) -> bool {
        let known = &self.known.search;
        self.has_explorer
            || known.has_worked()
            || !(known.may_work(OTTERSCAN) || known.may_work(TRACE_FILTER))
    }

    /// Where an account was called or called others between two heights; `None` where the node
    /// has no index of that.
    ///
    /// # Errors
    /// When the node fails, or its pages lead nowhere.
    pub(super) async fn search(
        &self,
        account: Address,
        from: u32,
        to: u32,
    ) -> Result<Option<Seen>, SourceError> {
        let known = &self.known.search;
        if known.may_work(OTTERSCAN) {
            if let Some(seen) = self.search_pages(account, from, to).await? {
                known.worked(OTTERSCAN);
                return Ok(Some(seen));
            }
            known.lacks(OTTERSCAN);
        }
        if known.may_work(TRACE_FILTER) {
            let sides = ["fromAddress", "toAddress"];
            let [from_it, to_it] = sides.map(|side| self.search_frames(side, account, from, to));
            // Together they are asked either way: nodes differ in whether both names of one
            // question mean both or one of them.
            if let (Some(mut seen), Some(more)) = both(join(from_it, to_it).await)? {
                known.worked(TRACE_FILTER);
                seen.extend(more);
                return Ok(Some(seen));
            }
            known.lacks(TRACE_FILTER);
        }
        Ok(None)
    }

    /// Where an account takes part by the lists of an explorer.
    ///
    /// # Errors
    /// When it refuses, or its pages lead nowhere.
    pub(super) async fn search_explorer(
        &self,
        account: Address,
        from: u32,
        to: u32,
    ) -> Result<Seen, SourceError> {
        let each = etherscan::LISTS.iter();
        let each = each.map(|list| {
            let pages = etherscan::list(&self.transport, list, account, (from, to));
            Box::pin(pages) as _
        });
        let mut seen = Seen::new();
        for found in together(each.collect()).await {
            let found: Seen = found?;
            seen.extend(found);
        }
        Ok(seen)
    }

    /// Pages of transactions from the oldest on.
    async fn search_pages(
        &self,
        account: Address,
        from: u32,
        to: u32,
    ) -> Result<Option<Seen>, SourceError> {
        let mut seen = Seen::new();
        // Whoever asks for what comes after block 0 is told of that one too.
        let mut after = from.saturating_sub(1);
        loop {
            let mut round = Round::default();
            let ticket = round.add(call::search_after(account, after, PAGE));
            let replies = round.ask(&self.transport).await;
            let page = match replies.bytes(ticket) {
                Err(error) if is_lack(&error) => return Ok(None),
                Ok(b"null") => return Ok(None),
                reply => search_page(reply?)?,
            };
            let highest = page.found.iter().map(|found| found.height).max();
            if page.found.iter().any(|found| found.height < after) {
                return Err(replies.malformed(ticket, "a transaction that was not asked for"));
            }
            let found = page.found.into_iter();
            seen.extend(found.filter(|found| (from..=to).contains(&found.height)));
            match highest {
                _ if page.is_newest => return Ok(Some(seen)),
                Some(highest) if highest >= to => return Ok(Some(seen)),
                Some(highest) if highest > after => after = highest,
                _ => return Err(replies.malformed(ticket, "the page leads to no other")),
            }
        }
    }

    /// Frames page after page. A page with less than was asked for need not be the last one.
    async fn search_frames(
        &self,
        side: &str,
        account: Address,
        from: u32,
        to: u32,
    ) -> Result<Option<Seen>, SourceError> {
        let mut seen = Seen::new();
        let mut left = vec![(from, to)];
        while let Some((from, to)) = left.pop() {
            let mut after = 0;
            loop {
                let mut round = Round::default();
                let page = (after, FRAMES);
                let ticket = round.add(call::frames_of(side, account, (from, to), page));
                let replies = round.ask(&self.transport).await;
                let frames = match replies.bytes(ticket) {
                    Err(error) if is_lack(&error) => return Ok(None),
                    Ok(b"null") => Vec::new(),
                    Err(error) if from < to && is_too_much(&error) => {
                        let middle = from.midpoint(to);
                        left.push((middle.saturating_add(1), to));
                        left.push((from, middle));
                        break;
                    }
                    reply => filtered_frames(reply?)?,
                };
                if frames.is_empty() {
                    break;
                }
                after = after.saturating_add(frames.len());
                for frame in frames {
                    if !(from..=to).contains(&frame.height) {
                        return Err(replies.malformed(ticket, "a frame that was not asked for"));
                    }
                    seen.insert(frame);
                }
            }
        }
        Ok(Some(seen))
    }

    /// Where events name an account as one from or to whom a token moves.
    ///
    /// # Errors
    /// As [`Ethereum::logs`].
    pub(super) async fn search_tokens(
        &self,
        account: Address,
        from: u32,
        to: u32,
    ) -> Result<Seen, SourceError> {
        let filters = topics_naming(account).map(|topics| LogFilter {
            topics,
            ..LogFilter::default()
        });
        let each = filters.iter();
        let each = each.map(|filter| Box::pin(self.logs(filter, from, to)) as _);
        let mut seen = Seen::new();
        for logs in together(each.collect()).await {
            let logs: Vec<PlacedLog> = logs?;
            let logs = logs.into_iter();
            seen.extend(logs.map(|log| Sighting {
                height: log.at.height,
                transaction: Some(log.transaction),
            }));
        }
        Ok(seen)
    }
}

fn both<A, B, E>((one, other): (Result<A, E>, Result<B, E>)) -> Result<(A, B), E> {
    Ok((one?, other?))
}
