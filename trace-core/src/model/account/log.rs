//! What a contract said while it ran.

use alloy_primitives::b256;

use super::{Address, B256};

/// An event of a contract, unparsed. Anyone can make a contract say anything: it is evidence
/// of what this contract says, and no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The contract.
    pub address: Address,
    /// Up to four; the first is the hash of the event's signature unless it is anonymous.
    pub topics: Vec<B256>,
    /// The rest of its arguments.
    pub data: Vec<u8>,
}

impl Log {
    /// `Transfer(address,address,uint256)`: that a token moved (EIP-20, EIP-721).
    pub const TRANSFER: B256 =
        b256!("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");

    /// Whether it says that a token moved and names nobody in its topics, as some of the first
    /// tokens do: a search of events for an account does not find it.
    pub fn is_unindexed_transfer(&self) -> bool {
        self.topics == [Self::TRANSFER] && self.data.len() == 3 * 32
    }
}
