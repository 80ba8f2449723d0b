//! A source that says what a test put into it.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::{BoxFuture, ready};
use trace_core::model::{BitcoinNetwork, BlockRef, ChainId};
use trace_core::normalise::{RawAccountBlock, RawBlock};
use trace_core::source::{AccountBlockSource, AskError, BlockSource, Finality, SourceError};

use super::accounts::Accounts;
use super::coins::Coins;
use super::given::Given;
use super::kind::Kind;

/// A source that says what it was given, until its turn comes.
pub(crate) struct Source<K: Kind> {
    given: Given<K>,
    /// The question at which something happens, counted from 0, and what.
    turn: Option<(usize, Turn)>,
    questions: AtomicUsize,
}

/// What happens to a source under way.
pub(crate) enum Turn {
    /// Its best branch is this one from then on.
    Branch(Vec<BlockRef>),
    /// That question gets no reply, or only half of one; later ones do.
    NoReply,
}

impl<K: Kind> Source<K> {
    pub(crate) fn of(given: &Given<K>) -> Self {
        Self {
            given: given.clone(),
            turn: None,
            questions: AtomicUsize::new(0),
        }
    }

    pub(crate) fn turning(given: &Given<K>, question: usize, turn: Turn) -> Self {
        Self {
            turn: Some((question, turn)),
            ..Self::of(given)
        }
    }

    /// What holds at the next question.
    fn next(&self) -> (&[BlockRef], bool) {
        let question = self.questions.fetch_add(1, Ordering::SeqCst);
        match &self.turn {
            Some((at, Turn::Branch(best))) if question >= *at => (best, true),
            Some((at, Turn::NoReply)) => (&self.given.best, question != *at),
            _ => (&self.given.best, true),
        }
    }

    fn best(&self, asked: &str) -> Result<&[BlockRef], SourceError> {
        let (best, is_told) = self.next();
        is_told.then_some(best).ok_or_else(|| no_reply(asked))
    }

    fn tip(&self) -> Result<BlockRef, SourceError> {
        Ok(*self.best("the tip")?.last().unwrap())
    }

    fn refs(&self, from: u32, to: u32) -> Result<Vec<BlockRef>, SourceError> {
        let wanted = self.best("names")?.iter();
        let wanted = wanted.filter(|at| (from..=to).contains(&at.height));
        Ok(wanted.copied().collect())
    }

    /// Blocks that it does not have are left out.
    fn blocks(&self, named: &[BlockRef]) -> Vec<Result<K::Raw, SourceError>> {
        let (_, is_told) = self.next();
        let told = if is_told {
            named.len()
        } else {
            named.len() / 2
        };
        let blocks = named.iter().enumerate().filter_map(|(place, at)| {
            if place >= told {
                return Some(Err(no_reply(&at.hash.to_string())));
            }
            self.given.blocks.get(&at.hash).cloned().map(Ok)
        });
        blocks.collect()
    }
}

/// The error of a transport.
fn no_reply(asked: &str) -> SourceError {
    let (request, why) = (asked.to_owned(), "the connection was reset".to_owned());
    AskError::NoReply { request, why }.into()
}

macro_rules! source {
    ($source:ident, $kind:ident, $chain:ty, $raw:ty $(, $more:item)?) => {
        impl $source for Source<$kind> {
            fn chain(&self) -> $chain {
                self.given.chain
            }

            fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
                Box::pin(ready(self.tip()))
            }

            fn refs(
                &self,
                from: u32,
                to: u32,
            ) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>> {
                Box::pin(ready(self.refs(from, to)))
            }

            fn blocks<'a>(
                &'a self,
                named: &'a [BlockRef],
            ) -> BoxFuture<'a, Vec<Result<$raw, SourceError>>> {
                Box::pin(ready(self.blocks(named)))
            }

            $($more)?
        }
    };
}

source!(BlockSource, Coins, BitcoinNetwork, RawBlock);
source!(
    AccountBlockSource,
    Accounts,
    ChainId,
    RawAccountBlock,
    fn finality(&self) -> BoxFuture<'_, Result<Finality, SourceError>> {
        let (safe, finalized) = (None, None);
        Box::pin(ready(Ok(Finality { safe, finalized })))
    }
);
