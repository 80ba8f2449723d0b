//! Answers about single transactions and accounts.
//!
//! All questions of a round go on in step, so that what they need next goes out together.

use std::sync::atomic::Ordering;

use futures_util::future::BoxFuture;

use super::Ethereum;
use super::call;
use super::ways::CallsOfBy;
use crate::model::{BlockRef, ChainId};
use crate::normalise::evm::Outline;
use crate::source::in_step::{Desk, Place};
use crate::source::round::Round;
use crate::source::{
    AccountHistorySource, AccountTold, Allowance, Finality, SourceError, Transport,
};
use crate::view::Unknown;
use crate::view::account::AccountQuestion;

impl<T: Transport> AccountHistorySource for Ethereum<T> {
    fn chain(&self) -> ChainId {
        self.chain
    }

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
        Box::pin(self.tip())
    }

    fn finality(&self) -> BoxFuture<'_, Result<Finality, SourceError>> {
        Box::pin(self.finality())
    }

    fn block_at(&self, height: u32) -> BoxFuture<'_, Result<Option<BlockRef>, SourceError>> {
        Box::pin(async move {
            let mut round = Round::default();
            let ticket = round.add(call::block_at(height));
            let replies = round.ask(&self.transport).await;
            match replies.bytes(ticket)? {
                b"null" => Ok(None),
                block => {
                    let at = Outline::read(self.chain, block)?.at;
                    if at.height == height {
                        Ok(Some(at))
                    } else {
                        Err(replies.malformed(ticket, "a block of another height"))
                    }
                }
            }
        })
    }

    fn answer<'a>(
        &'a self,
        questions: &'a [AccountQuestion],
        as_of: BlockRef,
    ) -> BoxFuture<'a, Vec<Result<AccountTold, SourceError>>> {
        Box::pin(async move {
            let mut told = Vec::with_capacity(questions.len());
            let mut left = questions;
            while let [first, rest @ ..] = left
                && !self.knows_how(first)
            {
                told.extend(self.in_step(std::slice::from_ref(first), as_of).await);
                left = rest;
            }
            told.extend(self.in_step(left, as_of).await);
            told
        })
    }

    fn requests(&self) -> u64 {
        self.known.requests.load(Ordering::Relaxed)
    }
}

impl<T: Transport> Ethereum<T> {
    /// Whether it was found out how the node is best asked this. Until then, one at a time.
    fn knows_how(&self, question: &AccountQuestion) -> bool {
        match question {
            AccountQuestion::Transaction(_) => self.known.calls_of.is_settled::<CallsOfBy>(),
            AccountQuestion::History(..) => self.knows_search(),
            AccountQuestion::Balance(..) | AccountQuestion::Code(_) => true,
        }
    }

    async fn in_step(
        &self,
        questions: &[AccountQuestion],
        as_of: BlockRef,
    ) -> Vec<Result<AccountTold, SourceError>> {
        let desk = Desk::default();
        let pieces = questions.iter().map(|question| {
            let place = self.over_other(Allowance::new(Place(&desk), self.requests_max));
            Box::pin(async move { place.one(question, as_of).await }) as _
        });
        let count = |requests| {
            self.known
                .requests
                .fetch_add(requests as u64, Ordering::Relaxed);
        };
        desk.run(&self.transport, pieces.collect(), count).await
    }

    async fn one(
        &self,
        question: &AccountQuestion,
        as_of: BlockRef,
    ) -> Result<AccountTold, SourceError> {
        match question {
            AccountQuestion::Transaction(hash) => {
                let located = self.located(*hash, None, as_of).await?;
                Ok(match located {
                    Some(located) => AccountTold::Transaction(Box::new(located)),
                    None => AccountTold::NoTransaction(*hash),
                })
            }
            AccountQuestion::History(address, from) => self.history(*address, *from, as_of).await,
            AccountQuestion::Balance(address, asset, height) => {
                self.balance(*address, *asset, *height).await
            }
            AccountQuestion::Code(address) => {
                let code = self.code(*address, as_of.height).await?;
                let gone = AccountTold::Unknown(Unknown::StateGone);
                Ok(code.map_or(gone, AccountTold::Code))
            }
        }
    }
}
