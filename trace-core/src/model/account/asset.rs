//! What an account can hold.

use std::fmt;

use super::{Address, U256};

/// An asset of one chain. A token is what its contract says it is: symbols and decimals are
/// for showing only and name nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asset {
    /// The chain's own coin, in its smallest unit (wei).
    Native,
    /// The balances of one contract, in its smallest unit (EIP-20 and what behaves like it).
    Token(Address),
    /// One id of a contract: a thing of its own (EIP-721, amount 1) or one kind of many things
    /// (EIP-1155).
    Item(Address, U256),
}

impl Asset {
    /// The contract that keeps the balances; `None` for the native coin.
    pub fn contract(&self) -> Option<Address> {
        match self {
            Self::Native => None,
            Self::Token(contract) | Self::Item(contract, _) => Some(*contract),
        }
    }
}

/// As the result documents name it: `native`, `0x…` or `0x…/id` with the id in decimal.
impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Native => f.write_str("native"),
            Self::Token(contract) => write!(f, "{contract}"),
            Self::Item(contract, id) => write!(f, "{contract}/{id}"),
        }
    }
}
