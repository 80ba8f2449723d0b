//! What a contract said while it ran.

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
