//! A view of a chain of accounts that holds what was given so far.

mod answer;
mod insert;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::account_flows::AccountFlows;
use super::{AccountId, AssetId, NumberedTransfer};
use crate::model::account::{Address, Asset, B256, HeldAgainst, InnerCalls, Transaction, Transfer};
use crate::model::{BlockRef, ChainId, Position, TxNumber};
use crate::view::{Answer, Unknown};

/// Whole blocks, transactions fetched one by one, and what the source said of accounts.
///
/// Memory grows with what was inserted. Nothing read from it depends on the order of the hash
/// maps inside: they are only looked up, never walked.
#[derive(Clone, Debug)]
pub struct GatheredAccounts {
    chain: ChainId,
    tip: BlockRef,
    /// What is said of what was not given.
    otherwise: Answer<()>,
    /// The heights of the whole blocks held.
    blocks: BTreeSet<u32>,
    /// Every block from this height to the tip is held; the height behind the tip at first.
    held_from: u64,
    /// Heights in which a transaction's inner calls were not seen, or not for sure.
    untraced: BTreeMap<u32, InnerCalls>,
    transactions: Vec<Entry>,
    by_position: BTreeMap<Position, TxNumber>,
    by_hash: HashMap<B256, Answer<TxNumber>>,
    accounts: Vec<AccountFlows>,
    by_address: HashMap<Address, AccountId>,
    assets: Vec<Asset>,
    by_asset: HashMap<Asset, AssetId>,
    /// Contracts whose events do not name accounts where they are searched for.
    unindexed: BTreeSet<Address>,
}

#[derive(Clone, Debug)]
struct Entry {
    position: Position,
    time: u64,
    held_against: HeldAgainst,
    /// Without its transfers, which are numbered beside it. `None` for what moved after a
    /// block's transactions.
    transaction: Option<Transaction>,
    transfers: Vec<NumberedTransfer>,
}

impl GatheredAccounts {
    /// An empty view of `chain` as of `tip`, to be filled from a source: what was not given is
    /// not fetched.
    pub fn new(chain: ChainId, tip: BlockRef) -> Self {
        Self {
            chain,
            tip,
            otherwise: Answer::NotFetched,
            blocks: BTreeSet::new(),
            held_from: u64::from(tip.height) + 1,
            untraced: BTreeMap::new(),
            transactions: Vec::new(),
            by_position: BTreeMap::new(),
            by_hash: HashMap::new(),
            accounts: Vec::new(),
            by_address: HashMap::new(),
            assets: Vec::new(),
            by_asset: HashMap::new(),
            unindexed: BTreeSet::new(),
        }
    }

    /// The same, but nobody can be asked for more: what was not given is unknown, for it lies
    /// before the first block.
    #[must_use]
    pub fn alone(self) -> Self {
        let otherwise = Answer::Unknown(Unknown::BeforeFirstBlock);
        Self { otherwise, ..self }
    }

    fn account(&self, id: AccountId) -> Option<&AccountFlows> {
        self.accounts.get(index_of(id.0))
    }

    /// A transfer without its numbers, all of which this view gave.
    fn named(&self, transfer: &NumberedTransfer) -> Option<Transfer> {
        let address = |id: Option<AccountId>| id.and_then(|id| Some(self.account(id)?.address));
        Some(Transfer {
            kind: transfer.kind,
            asset: *self.assets.get(index_of(transfer.asset.0))?,
            from: address(transfer.from),
            to: address(transfer.to),
            amount: transfer.amount,
        })
    }

    fn entry(&self, tx: TxNumber) -> Option<&Entry> {
        self.transactions.get(usize::try_from(tx.0).ok()?)
    }

    /// The height from which on all transactions of an account are known. Above the tip there are
    /// none.
    fn complete_from(&self, account: &AccountFlows) -> u32 {
        let blocks = u32::try_from(self.held_from).unwrap_or(u32::MAX);
        let told = account.complete_from.unwrap_or(u32::MAX);
        let behind_tip = self.tip.height.saturating_add(1);
        blocks.min(told).min(behind_tip)
    }

    fn otherwise<T>(&self) -> Answer<T> {
        match self.otherwise {
            Answer::Unknown(why) => Answer::Unknown(why),
            Answer::Known(()) | Answer::NotFetched => Answer::NotFetched,
        }
    }

    fn found<T>(&self, number: Option<T>) -> Answer<T> {
        match (number, self.otherwise) {
            (Some(number), _) => Answer::Known(number),
            (None, Answer::NotFetched) if self.held_from > 0 => Answer::NotFetched,
            (None, _) => Answer::Unknown(Unknown::NotFound),
        }
    }

    fn of_transaction<T>(&self, tx: TxNumber, tell: impl FnOnce(&Entry) -> T) -> Answer<T> {
        match self.entry(tx) {
            Some(held) => Answer::Known(tell(held)),
            None => Answer::Unknown(Unknown::NotFound),
        }
    }

    /// An account, and why nothing is known of it where its transactions are not known from
    /// `from_height` on.
    fn complete<T>(&self, id: AccountId, from_height: u32) -> Result<&AccountFlows, Answer<T>> {
        let Some(account) = self.account(id) else {
            return Err(Answer::Unknown(Unknown::NotFound));
        };
        match account.complete_from {
            _ if self.complete_from(account) <= from_height => Ok(account),
            Err(Some(why)) => Err(Answer::Unknown(why)),
            Ok(_) | Err(None) => Err(self.otherwise()),
        }
    }
}

/// Numbers here are indexes of vectors in memory, so they fit.
fn index_of(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
