//! What a ledger of accounts answers to whoever follows.

use std::collections::BTreeSet;

use super::columns::{account_of, flag, outcome_of};
use super::view::LedgerView;
use crate::model::account::{
    Address, Asset, B256, HeldAgainst, InnerCalls, Outcome, Transaction, U256,
};
use crate::model::{BlockRef, ChainId, Position, TxNumber};
use crate::view::account::{AccountId, AccountView, AssetId, NumberedTransfer, start_of};
use crate::view::{Answer, Unknown};

const NOT_FOUND: Unknown = Unknown::NotFound;

impl LedgerView<'_> {
    /// The first transfer at or behind a place of the branch; one behind the last where there is
    /// none. `None` below the first block held.
    fn transfer_at(&self, from: Position) -> Option<u64> {
        if from.height < self.first_height {
            return self.is_complete().then_some(0);
        }
        let Some(row) = self.branch.row_at(from.height) else {
            return Some(self.counts.transfers);
        };
        let rows = &self.ledger.rows;
        let (before, counts) = (rows.before(row), rows.get(row)?.counts);
        let tx = before.transactions.saturating_add(u64::from(from.index));
        if tx >= counts.transactions {
            return Some(counts.transfers);
        }
        let transfers = self.ledger.columns.transfers_of(tx)?;
        Some(transfers.start)
    }

    /// The first transaction of the branch at or behind a place.
    fn first_behind(&self, from: Position) -> Option<u64> {
        let from = match start_of(self.first_height) {
            first if from < first => first,
            _ => from,
        };
        let row = self.branch.row_at(from.height)?;
        let rows = &self.ledger.rows;
        let (before, counts) = (rows.before(row), rows.get(row)?.counts);
        let tx = before.transactions.saturating_add(u64::from(from.index));
        // Behind the last one of a block comes the first one of the run that is left.
        let tx = tx.min(counts.transactions);
        let mut runs = self.branch.runs().iter();
        let run = runs.find(|run| run.rows.contains(&row))?;
        if run.transactions.contains(&tx) {
            return Some(tx);
        }
        let left = runs.find(|run| !run.transactions.is_empty())?;
        Some(left.transactions.start)
    }

    /// The transfers of the branch in which an account takes part, from a place on.
    pub(super) fn transfers_from(
        &self,
        account: AccountId,
        from: Position,
    ) -> Result<impl Iterator<Item = u64> + '_, Unknown> {
        if u64::from(account.0) >= self.counts.accounts {
            return Err(NOT_FOUND);
        }
        let first = self.transfer_at(from).ok_or(Unknown::BeforeFirstBlock)?;
        let transfers = self.ledger.transfers_of(account.0, first);
        Ok(transfers.filter(|transfer| self.branch.has_output(*transfer)))
    }

    /// Something of a transaction of the branch.
    fn of_transaction<T>(&self, tx: TxNumber, read: impl FnOnce(u64) -> Option<T>) -> Answer<T> {
        let is_here = self.branch.has_transaction(tx.0);
        let read = is_here.then(|| read(tx.0)).flatten();
        read.map_or(Answer::Unknown(NOT_FOUND), Answer::Known)
    }

    fn sum(&self, account: AccountId, asset: AssetId, before: Position) -> Result<U256, Unknown> {
        if !self.is_complete() {
            return Err(Unknown::BeforeFirstBlock);
        }
        let end = self.transfer_at(before).ok_or(Unknown::BeforeFirstBlock)?;
        let all = Position {
            height: 0,
            index: 0,
        };
        let columns = &self.ledger.columns;
        // Most of an account's transfers are of other assets, and need not be read further.
        let is_of_it = |number: &u64| {
            let of = columns.asset_of.get(*number);
            of.is_none_or(|of| u32::from_le_bytes(of) == asset.0)
        };
        let numbers = self.transfers_from(account, all)?;
        let numbers = numbers.take_while(|number| *number < end);
        let mut numbers = numbers.filter(is_of_it).peekable();
        let mut sum = U256::ZERO;
        // A transaction may pay out what comes in later in it, so it is summed up as a whole.
        while let Some(first) = numbers.next() {
            let tx = self.ledger.transaction_of(first).ok_or(NOT_FOUND)?;
            let transfers = columns.transfers_of(tx).ok_or(NOT_FOUND)?;
            let larges = self.larges_of(tx).ok_or(NOT_FOUND)?;
            let mut went = U256::ZERO;
            let mut next = Some(first);
            while let Some(number) = next {
                let transfer = columns.transfer(number, larges.clone()).ok_or(NOT_FOUND)?;
                let amount = |side: Option<u32>| match side {
                    Some(of) if of == account.0 => transfer.amount,
                    _ => U256::ZERO,
                };
                sum = sum
                    .checked_add(amount(transfer.to))
                    .ok_or(Unknown::Contradictory)?;
                went = went
                    .checked_add(amount(transfer.from))
                    .ok_or(Unknown::Contradictory)?;
                next = numbers.next_if(|number| *number < transfers.end);
            }
            sum = sum.checked_sub(went).ok_or(Unknown::Contradictory)?;
        }
        Ok(sum)
    }
}

impl AccountView for LedgerView<'_> {
    fn chain(&self) -> ChainId {
        LedgerView::chain(self)
    }

    fn tip(&self) -> BlockRef {
        LedgerView::tip(self)
    }

    fn is_complete(&self) -> bool {
        self.first_height == 0
    }

    fn inner_calls(&self, from_height: u32, to_height: u32) -> InnerCalls {
        self.inner_calls_between(from_height, to_height)
    }

    fn is_unindexed(&self, _contract: Address) -> bool {
        false
    }

    fn next(&self, account: AccountId, from: Position) -> Answer<Option<TxNumber>> {
        match self.transfers_from(account, from) {
            Ok(mut transfers) => {
                let tx = transfers
                    .next()
                    .and_then(|transfer| self.ledger.transaction_of(transfer));
                Answer::Known(tx.map(TxNumber))
            }
            Err(why) => Answer::Unknown(why),
        }
    }

    fn previous(
        &self,
        account: AccountId,
        before: Position,
        from_height: u32,
    ) -> Answer<Option<TxNumber>> {
        if u64::from(account.0) >= self.counts.accounts {
            return Answer::Unknown(NOT_FOUND);
        }
        // Below the first block held nothing is known, and nothing held lies there.
        let first = self.transfer_at(start_of(from_height));
        let end = self.transfer_at(before).unwrap_or(0);
        let mut transfers = self.ledger.transfers_before(account.0, end);
        let last = transfers.find(|transfer| self.branch.has_output(*transfer));
        let last = last.filter(|last| first.is_none_or(|first| first <= *last));
        match last.and_then(|last| self.ledger.transaction_of(last)) {
            None if first.is_none() => Answer::Unknown(Unknown::BeforeFirstBlock),
            tx => Answer::Known(tx.map(TxNumber)),
        }
    }

    fn first_from(&self, from: Position) -> Answer<Option<TxNumber>> {
        if from.height < self.first_height && !self.is_complete() {
            return Answer::Unknown(Unknown::BeforeFirstBlock);
        }
        Answer::Known(self.first_behind(from).map(TxNumber))
    }

    fn transaction(&self, tx: TxNumber) -> Answer<Option<Transaction>> {
        self.of_transaction(tx, |tx| self.whole_transaction(tx))
    }

    fn transfers(&self, tx: TxNumber, into: &mut Vec<NumberedTransfer>) -> Answer<()> {
        into.clear();
        self.of_transaction(tx, |tx| {
            let larges = self.larges_of(tx)?;
            for number in self.ledger.columns.transfers_of(tx)? {
                let stored = self.ledger.columns.transfer(number, larges.clone())?;
                into.push(NumberedTransfer {
                    kind: stored.kind,
                    asset: AssetId(stored.asset),
                    from: stored.from.map(AccountId),
                    to: stored.to.map(AccountId),
                    amount: stored.amount,
                });
            }
            Some(())
        })
    }

    /// Cost: reads the account's transfers up to there.
    fn balance(&self, account: AccountId, asset: AssetId, before: Position) -> Answer<U256> {
        match self.sum(account, asset, before) {
            Ok(sum) => Answer::Known(sum),
            Err(why) => Answer::Unknown(why),
        }
    }

    fn assets(&self, account: AccountId, before: Position) -> Answer<Vec<AssetId>> {
        let all = Position {
            height: 0,
            index: 0,
        };
        let (transfers, end) = match (self.transfers_from(account, all), self.transfer_at(before)) {
            (Ok(transfers), Some(end)) => (transfers, end),
            (Err(why), _) => return Answer::Unknown(why),
            (_, None) => return Answer::Unknown(Unknown::BeforeFirstBlock),
        };
        let assets = &self.ledger.columns.asset_of;
        let held: BTreeSet<u32> = transfers
            .take_while(|transfer| *transfer < end)
            .filter_map(|transfer| assets.get(transfer).map(u32::from_le_bytes))
            .collect();
        let mut held: Vec<AssetId> = held.into_iter().map(AssetId).collect();
        held.sort_by_key(|asset| AccountView::asset(self, *asset));
        Answer::Known(held)
    }

    /// What was there from the beginning was created by nobody, so an account that no
    /// transaction created has no code only where it has signed something itself.
    fn is_contract(&self, account: AccountId) -> Answer<bool> {
        if u64::from(account.0) >= self.counts.accounts {
            return Answer::Unknown(NOT_FOUND);
        }
        let mut creations = self.ledger.creations_of(account.0);
        if creations.any(|(_, tx)| self.branch.has_transaction(tx)) {
            return Answer::Known(true);
        }
        let start = Position {
            height: self.first_height,
            index: 0,
        };
        let sender = &self.ledger.columns.sender;
        let has_signed = |transfer| {
            let tx = self.ledger.transaction_of(transfer)?;
            Some(sender.get(tx).and_then(account_of) == Some(account.0))
        };
        let mut transfers = match self.transfers_from(account, start) {
            Ok(transfers) => transfers,
            Err(why) => return Answer::Unknown(why),
        };
        if transfers.any(|transfer| has_signed(transfer) == Some(true)) {
            Answer::Known(false)
        } else {
            Answer::Unknown(Unknown::NoIndex)
        }
    }

    fn position(&self, tx: TxNumber) -> Answer<Position> {
        self.of_transaction(tx, |tx| self.place(tx))
    }

    fn hash(&self, tx: TxNumber) -> Answer<Option<B256>> {
        self.of_transaction(tx, |tx| {
            let [.., flags] = self.ledger.columns.method.get(tx)?;
            let hash = B256::from(self.ledger.columns.hash.get(tx)?);
            Some((flags & flag::AFTER == 0).then_some(hash))
        })
    }

    fn time(&self, tx: TxNumber) -> Answer<u64> {
        self.of_transaction(tx, |tx| {
            let row = u32::from_le_bytes(self.ledger.columns.block.get(tx)?);
            Some(self.ledger.rows.get(row)?.time)
        })
    }

    fn outcome(&self, tx: TxNumber) -> Answer<Outcome> {
        self.of_transaction(tx, |tx| {
            let [.., flags] = self.ledger.columns.method.get(tx)?;
            outcome_of(flags)
        })
    }

    /// As its block was when it was read.
    fn held_against(&self, tx: TxNumber) -> Answer<HeldAgainst> {
        self.of_transaction(tx, |tx| {
            let row = u32::from_le_bytes(self.ledger.columns.block.get(tx)?);
            let checks = self.ledger.rows.get(row)?.checks;
            let [.., flags] = self.ledger.columns.method.get(tx)?;
            Some(if flags & flag::AFTER == 0 {
                checks.of_transactions()
            } else {
                checks.of_after()
            })
        })
    }

    fn address(&self, account: AccountId) -> Option<Address> {
        (u64::from(account.0) < self.counts.accounts)
            .then(|| self.ledger.columns.address_of(account.0))?
    }

    fn asset(&self, asset: AssetId) -> Option<Asset> {
        (u64::from(asset.0) < self.counts.assets).then(|| self.ledger.columns.asset(asset.0))?
    }

    fn find_account(&self, address: &Address) -> Answer<AccountId> {
        let found = self.ledger.account_of(address);
        let found = found.filter(|account| u64::from(*account) < self.counts.accounts);
        found.map_or(Answer::Unknown(NOT_FOUND), |account| {
            Answer::Known(AccountId(account))
        })
    }

    fn find_asset(&self, asset: &Asset) -> Answer<AssetId> {
        let found = self.ledger.asset_of(asset);
        let found = found.filter(|asset| u64::from(*asset) < self.counts.assets);
        found.map_or(Answer::Unknown(NOT_FOUND), |asset| {
            Answer::Known(AssetId(asset))
        })
    }

    fn find_transaction(&self, hash: &B256) -> Answer<TxNumber> {
        let found = self.transaction_named(hash);
        found.map_or(Answer::Unknown(NOT_FOUND), |tx| Answer::Known(TxNumber(tx)))
    }
}
