//! A transaction of an account.

use super::{Address, B256, Log, Transfer, U256};

/// A transaction and what it moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its hash.
    pub hash: B256,
    /// Who signed it and pays for it.
    pub from: Address,
    /// Whom it calls; `None` where it creates a contract.
    pub to: Option<Address>,
    /// The contract that it created itself.
    pub created: Option<Address>,
    /// How many transactions the sender had sent before.
    pub nonce: u64,
    /// What a unit of gas cost, in wei.
    pub gas_price: U256,
    /// The first four bytes of its input, where it has that many: the method it calls. `None`
    /// where it creates a contract, for its input is code then.
    pub selector: Option<[u8; 4]>,
    /// How it ended.
    pub outcome: Outcome,
    /// Every change of a balance in the order in which it was executed, fees first: gas is
    /// bought before anything runs. None of nothing: a call or an event of amount 0 changes no
    /// balance. A transaction that failed moves fees only.
    pub transfers: Vec<Transfer>,
    /// The events of its contracts in order; none where it failed.
    pub logs: Vec<Log>,
    /// Contracts that its contracts created, each with its creator, in order, where inner calls
    /// were seen.
    pub creations: Vec<(Address, Address)>,
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It did what it did.
    Succeeded,
    /// It was undone, except for its fee.
    Failed,
    /// Before EIP-658 a receipt does not say, and nobody traced it. What it would have moved
    /// is not among its transfers.
    Unknown,
}
