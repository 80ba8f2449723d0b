//! Everything in which an account takes part.
//!
//! Tokens are found by the events that name the account; calls by an index of the node, where it
//! has one; the rest, or everything, by what the account holds. What is found is read transaction
//! by transaction, so it is the same whichever way it was found.

use std::collections::BTreeSet;

use futures_util::future::join;

use super::known_moves::{Holding, KnownMoves};
use super::reconcile::Reconciled;
use super::refusal::{is_lack, is_state_gone};
use super::{Ethereum, call};
use crate::model::BlockRef;
use crate::model::account::{Address, InnerCalls};
use crate::normalise::evm::Sighting;
use crate::source::in_step::together;
use crate::source::round::Round;
use crate::source::{AccountHistory, AccountTold, SourceError, Transport};
use crate::view::Unknown;

/// What is known of an account at both ends of a range.
struct Ends {
    before: Holding,
    after: Holding,
    has_code: bool,
}

/// Where an account was seen.
struct Found {
    sightings: BTreeSet<Sighting>,
    /// Whether calls were looked for, and not tokens alone.
    is_searched: bool,
}

impl<T: Transport> Ethereum<T> {
    /// Everything from a height on in which an account takes part.
    ///
    /// # Errors
    /// When the node does not answer, or its replies contradict each other.
    pub(super) async fn history(
        &self,
        account: Address,
        from: u32,
        as_of: BlockRef,
    ) -> Result<AccountTold, SourceError> {
        let to = as_of.height;
        let mut history = AccountHistory {
            moves: Vec::new(),
            inner_calls: InnerCalls::Seen,
            unexplained: Vec::new(),
        };
        if from > to {
            return Ok(AccountTold::History(history));
        }
        let found = join(self.find(account, from, to), self.ends(account, from, to));
        let (found, ends) = found.await;
        let (
            Found {
                sightings,
                is_searched,
            },
            ends,
        ) = (found?, ends?);
        let Some(ends) = ends else {
            if !is_searched {
                return Ok(AccountTold::Unknown(Unknown::StateGone));
            }
            let known = self.read(account, sightings, as_of).await?;
            history.moves = known.into_moves();
            history.inner_calls = InnerCalls::Unsure;
            return Ok(AccountTold::History(history));
        };
        let mut known = self.read(account, sightings, as_of).await?;
        known.counts_nonce = !ends.has_code;
        let before = (from.checked_sub(1), ends.before);
        let between = (before, (Some(to), ends.after));
        let reconciled = self.reconcile(&mut known, between, as_of).await?;
        let is_all = is_searched || ends.is_of_a_person(&reconciled);
        history.moves = known.into_moves();
        history.unexplained = reconciled.unexplained;
        if !is_all {
            history.inner_calls = InnerCalls::Unsure;
        }
        Ok(AccountTold::History(history))
    }

    /// Where an account was seen, by the best index there is.
    async fn find(&self, account: Address, from: u32, to: u32) -> Result<Found, SourceError> {
        if self.has_explorer {
            return Ok(Found {
                sightings: self.search_explorer(account, from, to).await?,
                is_searched: true,
            });
        }
        let seen = self.search(account, from, to);
        let (seen, tokens) = join(seen, self.search_tokens(account, from, to)).await;
        let (seen, mut sightings) = (seen?, tokens?);
        let is_searched = seen.is_some();
        sightings.extend(seen.unwrap_or_default());
        Ok(Found {
            sightings,
            is_searched,
        })
    }

    /// What the account has before a range of heights and at its end; `None` where the node keeps
    /// no state of the one or the other.
    async fn ends(
        &self,
        account: Address,
        from: u32,
        to: u32,
    ) -> Result<Option<Ends>, SourceError> {
        let heights: Vec<u32> = from.checked_sub(1).into_iter().chain([to]).collect();
        let holdings = self.holdings(account, &heights);
        let (holdings, code) = join(holdings, self.code(account, to)).await;
        let (Some(mut holdings), Some(has_code)) = (known(holdings)?, known(code)?) else {
            return Ok(None);
        };
        let after = holdings.pop().unwrap_or_default();
        Ok(Some(Ends {
            before: holdings.pop().unwrap_or_default(),
            after,
            has_code,
        }))
    }

    /// Whether an account has code at the end of a block; `None` where the state is gone.
    ///
    /// # Errors
    /// When the node does not answer.
    pub(super) async fn code(
        &self,
        account: Address,
        height: u32,
    ) -> Result<Option<bool>, SourceError> {
        let mut round = Round::default();
        let ticket = round.add(call::code(account, height));
        let replies = round.ask(&self.transport).await;
        if replies
            .bytes(ticket)
            .is_err_and(|error| is_state_gone(&error))
        {
            return Ok(None);
        }
        let code: String = replies.json(ticket)?;
        match code.strip_prefix("0x") {
            Some(digits) => Ok(Some(!digits.is_empty())),
            None => Err(replies.malformed(ticket, "no code")),
        }
    }

    /// Reads what was found.
    async fn read(
        &self,
        account: Address,
        sightings: BTreeSet<Sighting>,
        as_of: BlockRef,
    ) -> Result<KnownMoves, SourceError> {
        let mut known = KnownMoves::new(account);
        // A reward is seen without a transaction. The balance leads to its block.
        let hashes = sightings.iter();
        let hashes = hashes.filter_map(|seen| Some((seen.transaction?, seen.height)));
        let hashes: Vec<_> = hashes.collect();
        let each = hashes
            .iter()
            .map(|(hash, height)| Box::pin(self.located(*hash, Some(*height), as_of)) as _);
        for ((hash, height), located) in hashes.iter().zip(together(each.collect()).await) {
            let Some(located) = located? else {
                let why = format!("transaction {hash} of block {height} is not known");
                return Err(SourceError::Contradiction(why));
            };
            known.insert(located);
        }
        Ok(known)
    }
}

impl Ends {
    /// Whether the account has been one without code throughout, all of whose transactions are
    /// known: it sent one, which no contract does, and none of its transactions gave it code.
    fn is_of_a_person(&self, reconciled: &Reconciled) -> bool {
        !self.has_code && self.after.nonce > 0 && reconciled.is_nonce_explained
    }
}

/// What a node that cannot tell at all does not know either.
fn known<A>(told: Result<Option<A>, SourceError>) -> Result<Option<A>, SourceError> {
    match told {
        Err(SourceError::Ask(error)) if is_lack(&error) => Ok(None),
        told => told,
    }
}
