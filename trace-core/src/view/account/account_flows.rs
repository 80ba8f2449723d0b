//! What a view was told of one account.

use std::collections::BTreeMap;

use super::{AssetId, start_of};
use crate::model::account::{Address, U256};
use crate::model::{Position, TxNumber};
use crate::view::{Answer, Unknown};

/// What came and went of one asset in one transaction; `None` for more than a balance can be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    came: Option<U256>,
    went: Option<U256>,
}

impl Default for Flow {
    fn default() -> Self {
        let none = Some(U256::ZERO);
        Self {
            came: none,
            went: none,
        }
    }
}

impl Flow {
    pub(super) fn add_came(&mut self, amount: U256) {
        self.came = self.came.and_then(|came| came.checked_add(amount));
    }

    pub(super) fn add_went(&mut self, amount: U256) {
        self.went = self.went.and_then(|went| went.checked_add(amount));
    }

    fn after(self, balance: U256) -> Option<U256> {
        balance.checked_add(self.came?)?.checked_sub(self.went?)
    }
}

/// An account, its transactions and its balances as far as they were told.
#[derive(Clone, Debug)]
pub(super) struct AccountFlows {
    pub(super) address: Address,
    /// The transactions in which it takes part in a transfer.
    pub(super) transactions: BTreeMap<Position, TxNumber>,
    /// The height from which on they are all there is, as the source said; `Err` while it has not.
    pub(super) complete_from: Result<u32, Option<Unknown>>,
    pub(super) flows: BTreeMap<AssetId, BTreeMap<Position, Flow>>,
    /// Balances at the ends of blocks, as the source said.
    pub(super) told: BTreeMap<(AssetId, u32), Result<U256, Unknown>>,
    pub(super) code: Answer<bool>,
    /// Whether it signed a transaction in which it takes part in a transfer.
    pub(super) has_signed: bool,
}

impl AccountFlows {
    pub(super) fn new(address: Address) -> Self {
        Self {
            address,
            transactions: BTreeMap::new(),
            complete_from: Err(None),
            flows: BTreeMap::new(),
            told: BTreeMap::new(),
            code: Answer::NotFetched,
            has_signed: false,
        }
    }

    /// What came and went of an asset in the transaction at a place, to be added to.
    pub(super) fn flow(&mut self, asset: AssetId, at: Position) -> &mut Flow {
        self.flows.entry(asset).or_default().entry(at).or_default()
    }

    /// The balance before `before`, where all transactions from `complete_from` on are known.
    ///
    /// Time: of the order of the transactions since the balance that the source told last.
    pub(super) fn balance(
        &self,
        asset: AssetId,
        before: Position,
        complete_from: u32,
        otherwise: Answer<U256>,
    ) -> Answer<U256> {
        if complete_from == 0 {
            return self.sum(asset, U256::ZERO, start_of(0), before);
        }
        let Some(last) = before.height.checked_sub(1) else {
            return self.unfetched(otherwise);
        };
        let told = self.told.range((asset, 0)..=(asset, last));
        let mut why = None;
        for ((_, height), told) in told.rev() {
            let Ok(amount) = told else {
                why = why.or(told.err());
                continue;
            };
            let first = height.saturating_add(1);
            // A told balance is no use where what happened since is not known.
            return if complete_from <= first {
                self.sum(asset, *amount, start_of(first), before)
            } else {
                self.unfetched(otherwise)
            };
        }
        why.map_or_else(|| self.unfetched(otherwise), Answer::Unknown)
    }

    fn unfetched(&self, otherwise: Answer<U256>) -> Answer<U256> {
        match self.complete_from {
            Err(Some(why)) => Answer::Unknown(why),
            _ => otherwise,
        }
    }

    fn sum(&self, asset: AssetId, start: U256, from: Position, before: Position) -> Answer<U256> {
        let mut sum = start;
        let flows = self.flows.get(&asset).into_iter();
        for (_, flow) in flows.flat_map(|flows| flows.range(from..before)) {
            let Some(after) = flow.after(sum) else {
                return Answer::Unknown(Unknown::Contradictory);
            };
            sum = after;
        }
        Answer::Known(sum)
    }

    /// The first transaction at or behind `from`.
    pub(super) fn next(&self, from: Position) -> Option<TxNumber> {
        self.transactions.range(from..).next().map(|(_, tx)| *tx)
    }

    /// The last transaction at or behind `from` and before `before`.
    pub(super) fn last_between(&self, from: Position, before: Position) -> Option<TxNumber> {
        // A range that ends before it begins is no range.
        let mut between = (from < before).then(|| self.transactions.range(from..before))?;
        between.next_back().map(|(_, tx)| *tx)
    }
}
