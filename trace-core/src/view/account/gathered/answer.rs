//! What a gathered view of accounts answers.

use std::collections::BTreeMap;

use super::{GatheredAccounts, index_of};
use crate::model::account::{
    Address, Asset, B256, HeldAgainst, InnerCalls, Outcome, Transaction, U256,
};
use crate::model::{BlockRef, ChainId, Position, TxNumber};
use crate::view::account::{AccountId, AccountView, AssetId, NumberedTransfer, start_of};
use crate::view::{Answer, Unknown};

impl AccountView for GatheredAccounts {
    fn chain(&self) -> ChainId {
        self.chain
    }

    fn tip(&self) -> BlockRef {
        self.tip
    }

    fn is_complete(&self) -> bool {
        self.held_from == 0
    }

    fn inner_calls(&self, from_height: u32, to_height: u32) -> InnerCalls {
        if from_height > to_height {
            return InnerCalls::Seen;
        }
        let between = from_height..=to_height;
        let worst = self.untraced.range(between).map(|(_, seen)| *seen).max();
        worst.unwrap_or(InnerCalls::Seen)
    }

    fn is_unindexed(&self, contract: Address) -> bool {
        self.unindexed.contains(&contract)
    }

    fn next(&self, account: AccountId, from: Position) -> Answer<Option<TxNumber>> {
        match self.complete(account, from.height) {
            Ok(account) => Answer::Known(account.next(from)),
            Err(answer) => answer,
        }
    }

    fn previous(
        &self,
        account: AccountId,
        before: Position,
        from_height: u32,
    ) -> Answer<Option<TxNumber>> {
        let Some(known) = self.account(account) else {
            return Answer::Unknown(Unknown::NotFound);
        };
        let from = from_height.max(self.complete_from(known));
        match known.last_between(start_of(from), before) {
            Some(tx) => Answer::Known(Some(tx)),
            None => match self.complete(account, from_height) {
                Ok(_) => Answer::Known(None),
                Err(answer) => answer,
            },
        }
    }

    fn first_from(&self, from: Position) -> Answer<Option<TxNumber>> {
        if u64::from(from.height) < self.held_from && from.height <= self.tip.height {
            return self.otherwise();
        }
        let first = self.by_position.range(from..).next();
        Answer::Known(first.map(|(_, tx)| *tx))
    }

    fn transaction(&self, tx: TxNumber) -> Answer<Option<Transaction>> {
        self.of_transaction(tx, |held| {
            let mut transaction = held.transaction.clone()?;
            let transfers = held.transfers.iter();
            transaction.transfers = transfers.filter_map(|t| self.named(t)).collect();
            Some(transaction)
        })
    }

    fn transfers(&self, tx: TxNumber, into: &mut Vec<NumberedTransfer>) -> Answer<()> {
        self.of_transaction(tx, |held| into.clone_from(&held.transfers))
    }

    fn balance(&self, account: AccountId, asset: AssetId, before: Position) -> Answer<U256> {
        let Some(account) = self.account(account) else {
            return Answer::Unknown(Unknown::NotFound);
        };
        let complete_from = self.complete_from(account);
        account.balance(asset, before, complete_from, self.otherwise())
    }

    fn assets(&self, account: AccountId, before: Position) -> Answer<Vec<AssetId>> {
        let account = match self.complete(account, 0) {
            Ok(account) => account,
            Err(answer) => return answer,
        };
        let is_before = |flows: &BTreeMap<Position, _>| {
            let first = flows.keys().next();
            first.is_some_and(|first| *first < before)
        };
        let assets = account.flows.iter();
        let assets = assets.filter(|(_, flows)| is_before(flows));
        let mut assets: Vec<AssetId> = assets.map(|(asset, _)| *asset).collect();
        assets.sort_by_key(|asset| self.asset(*asset));
        Answer::Known(assets)
    }

    fn is_contract(&self, account: AccountId) -> Answer<bool> {
        let Some(account) = self.account(account) else {
            return Answer::Unknown(Unknown::NotFound);
        };
        match (account.code, self.otherwise) {
            (Answer::NotFetched, _) if account.has_signed => Answer::Known(false),
            // As in a ledger: what was there from the beginning was created by nobody.
            (Answer::NotFetched, Answer::Unknown(_)) => Answer::Unknown(Unknown::NoIndex),
            (code, _) => code,
        }
    }

    fn position(&self, tx: TxNumber) -> Answer<Position> {
        self.of_transaction(tx, |held| held.position)
    }

    fn hash(&self, tx: TxNumber) -> Answer<Option<B256>> {
        self.of_transaction(tx, |held| {
            held.transaction
                .as_ref()
                .map(|transaction| transaction.hash)
        })
    }

    fn time(&self, tx: TxNumber) -> Answer<u64> {
        self.of_transaction(tx, |held| held.time)
    }

    fn outcome(&self, tx: TxNumber) -> Answer<Outcome> {
        self.of_transaction(tx, |held| {
            let transaction = held.transaction.as_ref();
            transaction.map_or(Outcome::Succeeded, |transaction| transaction.outcome)
        })
    }

    fn held_against(&self, tx: TxNumber) -> Answer<HeldAgainst> {
        self.of_transaction(tx, |held| held.held_against)
    }

    fn address(&self, account: AccountId) -> Option<Address> {
        self.account(account).map(|account| account.address)
    }

    fn asset(&self, asset: AssetId) -> Option<Asset> {
        self.assets.get(index_of(asset.0)).copied()
    }

    fn find_account(&self, address: &Address) -> Answer<AccountId> {
        self.found(self.by_address.get(address).copied())
    }

    fn find_asset(&self, asset: &Asset) -> Answer<AssetId> {
        self.found(self.by_asset.get(asset).copied())
    }

    fn find_transaction(&self, hash: &B256) -> Answer<TxNumber> {
        match self.by_hash.get(hash) {
            Some(answer) => *answer,
            None if self.is_complete() => Answer::Unknown(Unknown::NotFound),
            None => self.otherwise(),
        }
    }
}
