//! A view of a chain of accounts that holds what was given so far.

mod answer;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::account_flows::AccountFlows;
use super::{AccountId, AssetId, Located, Moved, NumberedTransfer};
use crate::model::account::{
    Address, Asset, B256, Block, HeldAgainst, InnerCalls, Transaction, Transfer, U256,
};
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
