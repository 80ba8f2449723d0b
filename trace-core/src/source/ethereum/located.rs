//! One transaction in its place, without the rest of its block.

use futures_util::future::join3;

use super::blocks::something;
use super::ways::{CallsBy, CallsOfBy};
use super::{Ethereum, call};
use crate::model::BlockRef;
use crate::model::account::{B256, Block, HeldAgainst, InnerCalls};
use crate::normalise::account_block;
use crate::normalise::evm::{
    Outline, RawAccountTransaction, RawTransactionCalls, account_transaction, block_of_transaction,
};
use crate::source::round::Round;
use crate::source::{SourceError, Transport};
use crate::view::account::{Located, Moved};

/// The unparsed replies about a transaction that is in a block.
struct Facts {
    at: BlockRef,
    transaction: Vec<u8>,
    receipt: Vec<u8>,
}

impl<T: Transport> Ethereum<T> {
    /// A transaction up to `as_of`, or `None` where the node knows of none. `height` is that of
    /// its block as far as it was told: then everything takes one round trip, else two.
    ///
    /// # Errors
    /// When the node does not answer, or what it says of the transaction does not fit together.
    pub(super) async fn located(
        &self,
        hash: B256,
        height: Option<u32>,
        as_of: BlockRef,
    ) -> Result<Option<Located>, SourceError> {
        let header = async {
            match height {
                Some(height) => Some(self.header(height).await),
                None => None,
            }
        };
        let hashes = [&hash];
        let calls = self.ask_any::<CallsOfBy>(&self.known.calls_of, &hashes);
        let (facts, calls, header) = join3(self.facts(hash), calls, header).await;
        let Some(facts) = facts? else { return Ok(None) };
        if facts.at.height > as_of.height {
            return Ok(None);
        }
        let header = match header {
            Some(header) if height == Some(facts.at.height) => header?,
            Some(_) => {
                let why = format!(
                    "transaction {hash} is at {} and somewhere else",
                    facts.at.height
                );
                return Err(SourceError::Contradiction(why));
            }
            None => self.header(facts.at.height).await?,
        };
        let found = Outline::read(self.chain, &header)?.at;
        if found != facts.at {
            let (hash, at) = (facts.at.hash, facts.at.height);
            let why = format!(
                "the block at height {at} is {}, that of {hash} as well",
                found.hash
            );
            return Err(SourceError::Contradiction(why));
        }
        let calls = calls.into_iter().next().unwrap_or(Ok(None))?;
        if calls.is_none()
            && self.known.calls_of.is_lacking::<CallsOfBy>()
            && !self.known.calls.is_lacking::<CallsBy>()
        {
            return self.located_in_whole(hash, found).await.map(Some);
        }
        let raw = RawAccountTransaction {
            hash,
            block: header,
            transaction: facts.transaction,
            receipt: facts.receipt,
            calls: calls.unwrap_or(RawTransactionCalls::NotTold),
        };
        let placed = account_transaction(self.chain, &raw)?;
        Ok(Some(Located {
            position: placed.position,
            time: placed.time,
            inner_calls: placed.inner_calls,
            held_against: HeldAgainst::alone(placed.itself),
            moved: Moved::Transaction(Box::new(placed.transaction)),
        }))
    }

    /// The transaction out of its whole block, for nodes that trace nothing less.
    async fn located_in_whole(&self, hash: B256, at: BlockRef) -> Result<Located, SourceError> {
        let (_, moves) = self.read_whole(at).await?;
        let mut moves = moves.into_iter();
        let is_it = |located: &Located| match &located.moved {
            Moved::Transaction(transaction) => transaction.hash == hash,
            Moved::After(_) | Moved::Allocation(_) => false,
        };
        moves.find(is_it).ok_or_else(|| {
            SourceError::Contradiction(format!("block {} does not hold {hash}", at.hash))
        })
    }

    /// A block's time, and everything that moves in it.
    ///
    /// # Errors
    /// As [`Ethereum::located`].
    pub(super) async fn read_whole(
        &self,
        at: BlockRef,
    ) -> Result<(u64, Vec<Located>), SourceError> {
        let raw = self.whole(&[at]).await.into_iter().next();
        let lost = || SourceError::Contradiction(format!("block {}: lost", at.hash));
        let block = account_block(self.chain, &raw.unwrap_or_else(|| Err(lost()))?)?;
        Ok((block.time, moves_of(block)))
    }

    async fn facts(&self, hash: B256) -> Result<Option<Facts>, SourceError> {
        let mut round = Round::default();
        let transaction = round.add(call::transaction(hash));
        let receipt = round.add(call::receipt(hash));
        let replies = round.ask(&self.transport).await;
        let text = replies.bytes(transaction)?;
        let Some(at) = block_of_transaction(hash, text)? else {
            return Ok(None);
        };
        Ok(Some(Facts {
            at,
            transaction: text.to_vec(),
            receipt: something(&replies, receipt)?.to_vec(),
        }))
    }

    /// The best chain's block at a height with the hashes of its transactions, unparsed.
    async fn header(&self, height: u32) -> Result<Vec<u8>, SourceError> {
        let mut round = Round::default();
        let ticket = round.add(call::block_at(height));
        let replies = round.ask(&self.transport).await;
        Ok(something(&replies, ticket)?.to_vec())
    }
}

fn moves_of(block: Block) -> Vec<Located> {
    let Block {
        at,
        time,
        inner_calls,
        transactions,
        after,
        checks,
        ..
    } = block;
    let after = (!after.is_empty()).then_some(Moved::After(after));
    let moved = transactions.into_iter().map(Box::new);
    let moved = moved.map(Moved::Transaction).chain(after);
    let each = (0..).zip(moved).map(|(index, moved)| Located {
        position: crate::model::Position {
            height: at.height,
            index,
        },
        time,
        // What moves after the transactions runs no code.
        inner_calls: match &moved {
            Moved::Transaction(_) => inner_calls,
            Moved::After(_) | Moved::Allocation(_) => InnerCalls::Seen,
        },
        held_against: match &moved {
            Moved::Transaction(_) => checks.of_transactions(),
            Moved::After(_) | Moved::Allocation(_) => checks.of_after(),
        },
        moved,
    });
    each.collect()
}
