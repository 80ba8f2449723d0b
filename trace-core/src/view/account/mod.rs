//! What can be asked of a chain of accounts as it stood at one tip. Read-only.
//!
//! A ledger of whole blocks answers each question in O(1) or by one short search: by
//! transaction, in the list of an account's transactions, or in the list of the balances of one
//! account in one asset. [`GatheredAccounts`] holds what was given so far, and says of the rest
//! that nobody fetched it.
//!
//! A [`TxNumber`] stands for whatever moves balances at one place of the chain: a transaction, or
//! what moved after the last transaction of a block (rewards and withdrawals of validators). The
//! latter's index in its block is that behind the last transaction, and it has no hash.

mod account_flows;
mod gathered;
mod located;

pub use gathered::GatheredAccounts;
pub use located::{Located, Moved};

use super::{Answer, Unknown};
use crate::model::account::{
    Address, Asset, B256, HeldAgainst, InnerCalls, Outcome, Transaction, TransferKind, U256,
};
use crate::model::{BlockRef, ChainId, Position, TxNumber};

/// An account's number in the view that gave it.
///
/// Room: Ethereum had some 3 × 10⁸ addresses in 2026 and grows by less than 10⁸ a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub u32);

/// An asset's number in the view that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetId(pub u32);

/// A transfer with its accounts and its asset numbered by one view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberedTransfer {
    /// What moved it.
    pub kind: TransferKind,
    /// Of what.
    pub asset: AssetId,
    /// Whose balance falls; `None` where the amount is new.
    pub from: Option<AccountId>,
    /// Whose balance rises; `None` where the amount is gone.
    pub to: Option<AccountId>,
    /// How much, in the asset's smallest unit.
    pub amount: U256,
}

/// A chain of accounts as it stood at [`AccountView::tip`].
///
/// Numbers are those of this view and must come from it; a number from elsewhere is answered as
/// unknown, never with a panic.
pub trait AccountView {
    /// Which chain this is.
    fn chain(&self) -> ChainId;

    /// The last block that counts. Nothing later is ever told.
    fn tip(&self) -> BlockRef;

    /// Whether every block from the genesis block to the tip is held, so that what is not found
    /// does not exist and a balance is a sum.
    fn is_complete(&self) -> bool;

    /// Whether inner calls were seen in everything that the view was told of the blocks from one
    /// height to another, both included.
    fn inner_calls(&self, from_height: u32, to_height: u32) -> InnerCalls;

    /// Whether tokens of a contract may have moved that the view was not told of, since no search
    /// of events for an account finds them. Never where whole blocks are held.
    fn is_unindexed(&self, contract: Address) -> bool;

    /// The first transaction at or behind `from` in which `account` takes part in a transfer;
    /// `None` where there is none up to the tip.
    fn next(&self, account: AccountId, from: Position) -> Answer<Option<TxNumber>>;

    /// The last transaction before `before`, and not below the block of `from_height`, in which
    /// `account` takes part in a transfer; `None` where there is none between them. Nothing need
    /// be known of what is below.
    fn previous(
        &self,
        account: AccountId,
        before: Position,
        from_height: u32,
    ) -> Answer<Option<TxNumber>>;

    /// Whatever moved balances first at or behind `from`, no matter whose; `None` where nothing
    /// did up to the tip. With it a chain is walked from one end to the other.
    fn first_from(&self, from: Position) -> Answer<Option<TxNumber>>;

    /// A whole transaction with its events and creations, as it was told, nothing numbered;
    /// `None` for what moved after a block's transactions.
    fn transaction(&self, tx: TxNumber) -> Answer<Option<Transaction>>;

    /// Fills `into` with the transfers of a transaction in the order in which they were executed.
    fn transfers(&self, tx: TxNumber, into: &mut Vec<NumberedTransfer>) -> Answer<()>;

    /// What `account` holds of `asset` before anything at or behind `before` has happened.
    fn balance(&self, account: AccountId, asset: AssetId, before: Position) -> Answer<U256>;

    /// Every asset of which `account` takes part in a transfer before `before`, ascending by
    /// [`Asset`].
    fn assets(&self, account: AccountId, before: Position) -> Answer<Vec<AssetId>>;

    /// Whether the account has code. Known of what was seen to be created, and of what signed a
    /// transaction, which has none.
    fn is_contract(&self, account: AccountId) -> Answer<bool>;

    /// The transaction's place in the chain.
    fn position(&self, tx: TxNumber) -> Answer<Position>;

    /// Its hash; `None` for what moved after a block's transactions.
    fn hash(&self, tx: TxNumber) -> Answer<Option<B256>>;

    /// Its block's time in seconds since 1970.
    fn time(&self, tx: TxNumber) -> Answer<u64>;

    /// How it ended.
    fn outcome(&self, tx: TxNumber) -> Answer<Outcome>;

    /// Which hash what is known of it was held against.
    fn held_against(&self, tx: TxNumber) -> Answer<HeldAgainst>;

    /// The address behind a number, or `None` for a number that is not of this view.
    fn address(&self, account: AccountId) -> Option<Address>;

    /// The asset behind a number, or `None` for a number that is not of this view.
    fn asset(&self, asset: AssetId) -> Option<Asset>;

    /// The number of an account. [`Unknown::NotFound`] where it does not occur in what is held
    /// and there is nobody to ask.
    fn find_account(&self, address: &Address) -> Answer<AccountId>;

    /// The number of an asset, answered as for accounts.
    fn find_asset(&self, asset: &Asset) -> Answer<AssetId>;

    /// The number of a transaction.
    fn find_transaction(&self, hash: &B256) -> Answer<TxNumber>;

    /// All transactions from a height on in which `account` takes part in a transfer, in chain
    /// order.
    fn transactions_of(&self, account: AccountId, from_height: u32) -> Answer<Vec<TxNumber>> {
        let mut found = Vec::new();
        let mut from = start_of(from_height);
        loop {
            match self.next(account, from) {
                Answer::Known(Some(tx)) => match self.position(tx) {
                    Answer::Known(position) if position >= from => {
                        found.push(tx);
                        from = behind(position);
                    }
                    Answer::Known(_) => return Answer::Unknown(Unknown::Contradictory),
                    Answer::NotFetched => return Answer::NotFetched,
                    Answer::Unknown(why) => return Answer::Unknown(why),
                },
                Answer::Known(None) => return Answer::Known(found),
                Answer::NotFetched => return Answer::NotFetched,
                Answer::Unknown(why) => return Answer::Unknown(why),
            }
        }
    }
}

/// Something to be asked of a source before following can go on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountQuestion {
    /// A transaction with all its transfers, and its place in the chain.
    Transaction(B256),
    /// Every transaction from this height on in which an account takes part in a transfer.
    History(Address, u32),
    /// What an account holds of an asset at the end of the block of this height.
    Balance(Address, Asset, u32),
    /// Whether an account has code.
    Code(Address),
}

/// The place before everything in the block of a height.
pub fn start_of(height: u32) -> Position {
    Position { height, index: 0 }
}

/// The next place behind a transaction's.
pub fn behind(position: Position) -> Position {
    match position.index.checked_add(1) {
        Some(index) => Position { index, ..position },
        None => start_of(position.height.saturating_add(1)),
    }
}
