//! What moved at one place of a chain, as a source tells it.

use crate::model::Position;
use crate::model::account::{Address, HeldAgainst, InnerCalls, Transaction, Transfer};

/// What moved at one place of a chain of accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Where.
    pub position: Position,
    /// The block's time in seconds since 1970.
    pub time: u64,
    /// Whether value that contracts passed on is among it.
    pub inner_calls: InnerCalls,
    /// Which hash it was held against.
    pub held_against: HeldAgainst,
    /// What.
    pub moved: Moved,
}

/// A transaction, or what moved after the last one of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// A transaction.
    Transaction(Box<Transaction>),
    /// Rewards and withdrawals of validators.
    After(Vec<Transfer>),
    /// What one account holds since the genesis block.
    Allocation(Transfer),
}

impl Located {
    /// Every change of a balance, in the order in which it was executed.
    pub fn transfers(&self) -> &[Transfer] {
        match &self.moved {
            Moved::Transaction(transaction) => &transaction.transfers,
            Moved::After(transfers) => transfers,
            Moved::Allocation(transfer) => std::slice::from_ref(transfer),
        }
    }

    /// Whether an account takes part in a transfer.
    pub fn involves(&self, account: Address) -> bool {
        let mut transfers = self.transfers().iter();
        transfers.any(|transfer| transfer.from == Some(account) || transfer.to == Some(account))
    }
}
