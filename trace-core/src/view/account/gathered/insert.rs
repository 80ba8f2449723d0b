//! What a view is given.

use super::{Entry, GatheredAccounts, index_of};
use crate::model::account::{
    Address, Asset, B256, Block, HeldAgainst, InnerCalls, Transaction, Transfer, U256,
};
use crate::model::{Position, TxNumber};
use crate::view::account::account_flows::AccountFlows;
use crate::view::account::{AccountId, AssetId, Located, Moved, NumberedTransfer};
use crate::view::{Answer, Unknown};

impl GatheredAccounts {
    /// Adds a whole block. One above the tip does not count and is not added.
    pub fn insert_block(&mut self, block: &Block) {
        let height = block.at.height;
        if height > self.tip.height {
            return;
        }
        let held = block.checks.of_transactions();
        for (index, transaction) in (0..).zip(&block.transactions) {
            let position = Position { height, index };
            self.insert(position, block.time, block.inner_calls, held, transaction);
        }
        if !block.after.is_empty() {
            // A block of 2³² transactions would not have come this far.
            let index = u32::try_from(block.transactions.len()).unwrap_or(u32::MAX);
            let position = Position { height, index };
            self.insert_after(position, block.time, block.checks.of_after(), &block.after);
        }
        self.note_inner_calls(height, block.inner_calls);
        self.blocks.insert(height);
        while let Some(before) = self.held_from.checked_sub(1)
            && u32::try_from(before).is_ok_and(|before| self.blocks.contains(&before))
        {
            self.held_from = before;
        }
    }

    /// Adds a transaction at its place, or returns the number it has already: it stays as it was
    /// told first, and held against what it was held against then. One above the tip does not
    /// count and is not added.
    pub fn insert(
        &mut self,
        position: Position,
        time: u64,
        inner_calls: InnerCalls,
        held_against: HeldAgainst,
        transaction: &Transaction,
    ) -> Option<TxNumber> {
        if position.height > self.tip.height {
            return None;
        }
        if let Some(Answer::Known(tx)) = self.by_hash.get(&transaction.hash) {
            return Some(*tx);
        }
        self.note_inner_calls(position.height, inner_calls);
        let creations = transaction.creations.iter().map(|(contract, _)| *contract);
        for contract in creations.chain(transaction.created).collect::<Vec<_>>() {
            self.insert_code(&contract, Answer::Known(true));
        }
        let alone = Transaction {
            transfers: Vec::new(),
            logs: transaction.logs.clone(),
            creations: transaction.creations.clone(),
            ..*transaction
        };
        let tx = self.hold(
            (position, time, held_against),
            Some(alone),
            &transaction.transfers,
        );
        self.by_hash.insert(transaction.hash, Answer::Known(tx));
        Some(tx)
    }

    /// Adds what moved after the last transaction of a block, at the place behind that.
    pub fn insert_after(
        &mut self,
        position: Position,
        time: u64,
        held_against: HeldAgainst,
        transfers: &[Transfer],
    ) -> Option<TxNumber> {
        if position.height > self.tip.height {
            return None;
        }
        if let Some(tx) = self.by_position.get(&position) {
            return Some(*tx);
        }
        Some(self.hold((position, time, held_against), None, transfers))
    }

    /// Adds what moved at a place, as a source tells it.
    pub fn insert_located(&mut self, located: &Located) -> Option<TxNumber> {
        let Located {
            position,
            time,
            inner_calls,
            held_against,
            moved,
        } = located;
        match moved {
            Moved::Transaction(transaction) => {
                let unindexed = transaction
                    .logs
                    .iter()
                    .filter(|log| log.is_unindexed_transfer());
                self.unindexed.extend(unindexed.map(|log| log.address));
                self.insert(*position, *time, *inner_calls, *held_against, transaction)
            }
            Moved::After(transfers) => {
                self.insert_after(*position, *time, *held_against, transfers)
            }
            Moved::Allocation(transfer) => Some(self.insert_allocation(*time, transfer)),
        }
    }

    /// Adds what an account holds since the genesis block, once, behind everything else in that
    /// block: all allocations stand at one place, in the order in which they were inserted.
    pub fn insert_allocation(&mut self, time: u64, transfer: &Transfer) -> TxNumber {
        let position = Position {
            height: 0,
            index: u32::MAX,
        };
        let Some(tx) = self.by_position.get(&position).copied() else {
            let transfers = std::slice::from_ref(transfer);
            return self.hold((position, time, HeldAgainst::Nothing), None, transfers);
        };
        let to = transfer.to.map(|to| self.intern_account(&to));
        let held = self.entry(tx);
        if held.is_some_and(|held| held.transfers.iter().all(|there| there.to != to)) {
            let numbered = self.number(position, tx, transfer);
            if let Some(held) = usize::try_from(tx.0)
                .ok()
                .and_then(|tx| self.transactions.get_mut(tx))
            {
                held.transfers.push(numbered);
            }
        }
        tx
    }

    /// Of all that is said of one block the worst holds.
    fn note_inner_calls(&mut self, height: u32, inner_calls: InnerCalls) {
        if inner_calls != InnerCalls::Seen {
            let worst = self.untraced.entry(height).or_insert(inner_calls);
            *worst = inner_calls.max(*worst);
        }
    }

    /// Notes that inner calls were not seen in a block of which no transaction need be held.
    pub fn insert_untraced(&mut self, height: u32) {
        self.insert_inner_calls(height, InnerCalls::NotSeen);
    }

    /// Notes whether inner calls were seen in a block of which no transaction need be held.
    pub fn insert_inner_calls(&mut self, height: u32, inner_calls: InnerCalls) {
        self.note_inner_calls(height, inner_calls);
    }

    /// Notes that the source knows no such transaction, or why it could not tell.
    pub fn insert_unknown(&mut self, hash: B256, why: Unknown) {
        self.by_hash.entry(hash).or_insert(Answer::Unknown(why));
    }

    /// Notes that all transactions from a height on in which `address` takes part in a transfer
    /// have been inserted, or why they could not be had.
    pub fn insert_history(&mut self, address: &Address, from_height: Result<u32, Unknown>) {
        let id = self.intern_account(address);
        if let Some(account) = self.accounts.get_mut(index_of(id.0)) {
            account.complete_from = match (account.complete_from, from_height) {
                (Ok(old), Ok(new)) => Ok(old.min(new)),
                (Ok(old), Err(_)) => Ok(old),
                (Err(_), new) => new.map_err(Some),
            };
        }
    }

    /// Notes what `address` holds of `asset` at the end of the block of a height, or why that
    /// could not be had.
    pub fn insert_balance(
        &mut self,
        address: &Address,
        asset: &Asset,
        height: u32,
        balance: Result<U256, Unknown>,
    ) {
        let asset = self.intern_asset(asset);
        let id = self.intern_account(address);
        if let Some(account) = self.accounts.get_mut(index_of(id.0)) {
            account.told.insert((asset, height), balance);
        }
    }

    /// Notes whether `address` has code.
    pub fn insert_code(&mut self, address: &Address, code: Answer<bool>) {
        let id = self.intern_account(address);
        if let Some(account) = self.accounts.get_mut(index_of(id.0)) {
            account.code = code;
        }
    }

    /// The number of an account, giving it one if it has none.
    ///
    /// # Panics
    /// At 2³² different accounts, long after memory has run out.
    pub fn intern_account(&mut self, address: &Address) -> AccountId {
        if let Some(id) = self.by_address.get(address) {
            return *id;
        }
        let number = u32::try_from(self.accounts.len()).expect("memory ends before 2³² accounts");
        self.accounts.push(AccountFlows::new(*address));
        self.by_address.insert(*address, AccountId(number));
        AccountId(number)
    }

    /// The number of an asset, giving it one if it has none.
    ///
    /// # Panics
    /// At 2³² different assets, long after memory has run out.
    pub fn intern_asset(&mut self, asset: &Asset) -> AssetId {
        if let Some(id) = self.by_asset.get(asset) {
            return *id;
        }
        let number = u32::try_from(self.assets.len()).expect("memory ends before 2³² assets");
        self.assets.push(*asset);
        self.by_asset.insert(*asset, AssetId(number));
        AssetId(number)
    }

    fn hold(
        &mut self,
        (position, time, held_against): (Position, u64, HeldAgainst),
        transaction: Option<Transaction>,
        transfers: &[Transfer],
    ) -> TxNumber {
        let tx = TxNumber(self.transactions.len() as u64);
        let numbered = transfers.iter();
        let numbered = numbered.map(|transfer| self.number(position, tx, transfer));
        let numbered = numbered.collect();
        let signer = transaction.as_ref().map(|transaction| transaction.from);
        let signer = signer.and_then(|signer| self.by_address.get(&signer));
        if let Some(account) = signer.and_then(|id| self.accounts.get_mut(index_of(id.0))) {
            account.has_signed |= account.transactions.contains_key(&position);
        }
        self.by_position.insert(position, tx);
        self.transactions.push(Entry {
            position,
            time,
            held_against,
            transaction,
            transfers: numbered,
        });
        tx
    }

    /// Numbers a transfer and counts it for both sides.
    fn number(
        &mut self,
        position: Position,
        tx: TxNumber,
        transfer: &Transfer,
    ) -> NumberedTransfer {
        let asset = self.intern_asset(&transfer.asset);
        let from = self.take_part(transfer.from, position, tx);
        let to = self.take_part(transfer.to, position, tx);
        if let Some(account) = from.and_then(|id| self.accounts.get_mut(index_of(id.0))) {
            account.flow(asset, position).add_went(transfer.amount);
        }
        if let Some(account) = to.and_then(|id| self.accounts.get_mut(index_of(id.0))) {
            account.flow(asset, position).add_came(transfer.amount);
        }
        NumberedTransfer {
            kind: transfer.kind,
            asset,
            from,
            to,
            amount: transfer.amount,
        }
    }

    fn take_part(
        &mut self,
        address: Option<Address>,
        position: Position,
        tx: TxNumber,
    ) -> Option<AccountId> {
        let id = self.intern_account(&address?);
        if let Some(account) = self.accounts.get_mut(index_of(id.0)) {
            account.transactions.insert(position, tx);
        }
        Some(id)
    }
}
