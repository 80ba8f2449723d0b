//! The chain's own names for the numbers of a view.

use std::cell::Cell;

use trace_core::model::account::{Address, Asset, B256, HeldAgainst};
use trace_core::model::{Position, TxNumber};
use trace_core::view::Answer;
use trace_core::view::account::{AccountId, AccountView, AssetId};

/// Looks names up in the view that gave the numbers, and notes if it does not know one.
pub(crate) struct Names<'a> {
    view: &'a dyn AccountView,
    strange: Cell<bool>,
}

impl<'a> Names<'a> {
    pub(crate) fn of(view: &'a dyn AccountView) -> Self {
        Self {
            view,
            strange: Cell::default(),
        }
    }

    /// Whether the view did not know a number that it is said to have given.
    pub(crate) fn met_strange(&self) -> bool {
        self.strange.get()
    }

    pub(crate) fn address(&self, account: AccountId) -> Address {
        self.known(self.view.address(account)).unwrap_or_default()
    }

    pub(crate) fn asset(&self, asset: AssetId) -> Asset {
        self.known(self.view.asset(asset)).unwrap_or(Asset::Native)
    }

    pub(crate) fn position(&self, tx: TxNumber) -> Option<Position> {
        self.answered(self.view.position(tx))
    }

    /// A transaction's hash; `None` for what moved after a block's transactions.
    pub(crate) fn hash(&self, tx: TxNumber) -> Option<B256> {
        self.answered(self.view.hash(tx)).flatten()
    }

    /// Which hash a transaction was held against.
    pub(crate) fn held_against(&self, tx: TxNumber) -> Option<HeldAgainst> {
        self.answered(self.view.held_against(tx))
    }

    fn answered<T>(&self, answer: Answer<T>) -> Option<T> {
        self.known(match answer {
            Answer::Known(found) => Some(found),
            Answer::NotFetched | Answer::Unknown(_) => None,
        })
    }

    fn known<T>(&self, found: Option<T>) -> Option<T> {
        if found.is_none() {
            self.strange.set(true);
        }
        found
    }
}
