//! What the lists need to know of a chain.

use crate::model::{self, AddressError, BitcoinNetwork, ChainId, account};

/// A chain whose addresses can be labelled.
pub trait LabelledChain: Copy {
    /// What names an owner there.
    type Address: Ord + Clone;

    /// Reads an address as lists write it.
    ///
    /// # Errors
    /// When the text is no address of the chain.
    fn address(self, text: &str) -> Result<Self::Address, AddressError>;

    /// Whether a pack means this chain by the name of a currency or a network. The case of
    /// letters does not matter.
    fn is_named(self, name: &str) -> bool;
}

impl LabelledChain for BitcoinNetwork {
    type Address = model::Address;

    fn address(self, text: &str) -> Result<model::Address, AddressError> {
        model::Address::parse(text, self)
    }

    fn is_named(self, name: &str) -> bool {
        name.eq_ignore_ascii_case("BTC")
    }
}

impl LabelledChain for ChainId {
    type Address = account::Address;

    fn address(self, text: &str) -> Result<account::Address, AddressError> {
        account::parse_address(text)
    }

    /// By the ticker of its coin or the name that packs have for it; a chain that is not listed
    /// here by its number as CAIP-2 has it.
    fn is_named(self, name: &str) -> bool {
        let names: &[&str] = match self.0 {
            1 => &["ETH"],
            10 => &["OP", "OPTIMISM"],
            56 => &["BNB", "BSC"],
            100 => &["XDAI", "GNOSIS"],
            137 => &["POL", "MATIC", "POLYGON"],
            8453 => &["BASE"],
            42161 => &["ARB", "ARBITRUM"],
            43114 => &["AVAX"],
            _ => &[],
        };
        let mut names = names.iter().copied();
        names.any(|known| name.eq_ignore_ascii_case(known))
            || name.eq_ignore_ascii_case(&self.to_string())
    }
}
