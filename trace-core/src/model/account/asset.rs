//! What an account can hold.

use std::fmt;
use std::str::FromStr;

use super::{Address, U256, parse_address};
use crate::model::AddressError;

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

/// What [`fmt::Display`] writes; an address as [`parse_address`] reads it.
impl FromStr for Asset {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text == "native" {
            return Ok(Self::Native);
        }
        let Some((contract, id)) = text.split_once('/') else {
            return parse_address(text).map(Self::Token);
        };
        let is_number = !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit());
        let id = U256::from_str_radix(id, 10).ok().filter(|_| is_number);
        let id = id.ok_or_else(|| AddressError::NotAnAddress(text.to_owned()))?;
        parse_address(contract).map(|contract| Self::Item(contract, id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        let contract = Address::repeat_byte(0xab);
        for asset in [
            Asset::Native,
            Asset::Token(contract),
            Asset::Item(contract, U256::MAX),
        ] {
            assert_eq!(asset.to_string().parse(), Ok(asset));
        }
        for none in ["", "Native", "0xab", "0x/1", "native/1"] {
            assert!(none.parse::<Asset>().is_err(), "{none}");
        }
        let long = format!("{contract}/{}0", U256::MAX);
        for none in [long, format!("{contract}/"), format!("{contract}/0x1")] {
            assert!(none.parse::<Asset>().is_err(), "{none}");
        }
    }
}
