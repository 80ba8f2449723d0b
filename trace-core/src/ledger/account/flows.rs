//! All that came to an account and went from it.

use std::collections::BTreeMap;

use super::columns::NumberedTransfer;
use super::view::LedgerView;
use crate::model::account::{Asset, U256, U512};
use crate::model::{Position, TxNumber};
use crate::view::account::{AccountId, AccountView as _, AssetId};
use crate::view::{Answer, Unknown};

/// All that came to an account and went from it in the blocks held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flows {
    /// Where it first took part in a transfer.
    pub first: Position,
    /// Where it last did.
    pub last: Position,
    /// Ascending by asset.
    pub by_asset: Vec<Flow>,
}

/// What came and went of one asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// The asset.
    pub asset: Asset,
    /// Transfers to the account.
    pub arrivals: u64,
    /// All that these brought, in the asset's smallest unit.
    pub came: U512,
    /// What is left; `None` where after some transaction more had gone than came, by what is held.
    pub balance: Option<U256>,
}

/// What came and went of one asset so far. A transaction may pay out what comes in later in it, so
/// each is summed up as a whole.
#[derive(Default)]
struct Running {
    arrivals: u64,
    came: U512,
    balance: Balance,
    /// The transaction that is summed up, and what came and went in it.
    transaction: u64,
    moved: [U512; 2],
}

/// What is left so far; `None` from where that cannot be.
struct Balance(Option<U256>);

impl Default for Balance {
    fn default() -> Self {
        Self(Some(U256::ZERO))
    }
}

impl LedgerView<'_> {
    /// All that came to an account and went from it; `None` where no transfer names it.
    ///
    /// Cost: one pass over the transfers of the account.
    ///
    /// # Errors
    /// When the account is not of this ledger, or the ledger is damaged.
    pub fn flows(&self, account: AccountId) -> Result<Option<Flows>, Unknown> {
        let start = Position {
            height: self.first_height(),
            index: 0,
        };
        let damaged = Unknown::Contradictory;
        let mut by_asset: BTreeMap<u32, Running> = BTreeMap::new();
        let mut ends: Option<(u64, u64)> = None;
        for number in self.transfers_from(account, start)? {
            let tx = self.ledger.transaction_of(number).ok_or(damaged)?;
            ends = Some((ends.map_or(tx, |(first, _)| first), tx));
            let larges = self.larges_of(tx).ok_or(damaged)?;
            let transfer = self.ledger.columns.transfer(number, larges);
            let transfer = transfer.ok_or(damaged)?;
            let running = by_asset.entry(transfer.asset).or_default();
            running.take(account, tx, &transfer);
        }
        let Some((first, last)) = ends else {
            return Ok(None);
        };
        let place = |tx| match self.position(TxNumber(tx)) {
            Answer::Known(position) => Ok(position),
            Answer::NotFetched | Answer::Unknown(_) => Err(damaged),
        };
        let flows = by_asset.into_iter().map(|(asset, mut running)| {
            running.settle();
            Some(Flow {
                asset: self.asset(AssetId(asset))?,
                arrivals: running.arrivals,
                came: running.came,
                balance: running.balance.0,
            })
        });
        let mut by_asset = flows.collect::<Option<Vec<_>>>().ok_or(damaged)?;
        by_asset.sort_by_key(|flow| flow.asset);
        Ok(Some(Flows {
            first: place(first)?,
            last: place(last)?,
            by_asset,
        }))
    }
}

impl Running {
    fn take(&mut self, account: AccountId, tx: u64, transfer: &NumberedTransfer) {
        if self.transaction != tx {
            self.settle();
            self.transaction = tx;
        }
        let amount = U512::from(transfer.amount);
        let [came, went] = &mut self.moved;
        if transfer.to == Some(account.0) {
            self.arrivals += 1;
            self.came = self.came.saturating_add(amount);
            *came = came.saturating_add(amount);
        }
        if transfer.from == Some(account.0) {
            *went = went.saturating_add(amount);
        }
    }

    /// Ends the transaction that is summed up.
    fn settle(&mut self) {
        let [came, went] = std::mem::take(&mut self.moved);
        let balance = self.balance.0.map(U512::from);
        let balance = balance.and_then(|balance| balance.saturating_add(came).checked_sub(went));
        self.balance.0 =
            balance.and_then(|balance| U256::checked_from_limbs_slice(balance.as_limbs()));
    }
}
