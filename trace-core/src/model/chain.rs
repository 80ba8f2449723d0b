//! Which chain a fact belongs to.

use std::fmt;
use std::str::FromStr;

/// A chain. Facts of different chains are never mixed in one ledger or one result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chain {
    /// Coins: unspent outputs are created and spent.
    Bitcoin(BitcoinNetwork),
    /// Accounts: balances change.
    Evm(ChainId),
}

/// The number by which a chain of the EVM tells itself apart (EIP-155); 1 is Ethereum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainId(pub u64);

/// A network of Bitcoin, told apart by its genesis block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BitcoinNetwork {
    /// The main network.
    Mainnet,
    /// The third test network.
    Testnet3,
    /// The fourth test network (BIP 94).
    Testnet4,
    /// The signed test network (BIP 325).
    Signet,
    /// A private network of one machine.
    Regtest,
}

/// A name that is no chain this library knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no chain is named {0:?}")]
pub struct UnknownChain(pub String);

impl BitcoinNetwork {
    /// Every network, in the order in which [`Chain`] numbers them in stored files.
    pub const ALL: [Self; 5] = [
        Self::Mainnet,
        Self::Testnet3,
        Self::Testnet4,
        Self::Signet,
        Self::Regtest,
    ];

    /// The four bytes that precede each block in a node's block files.
    pub fn magic(self) -> [u8; 4] {
        bitcoin::Network::from(self).magic().to_bytes()
    }

    /// Blocks between two halvings of the subsidy.
    pub fn halving_interval(self) -> u32 {
        match self {
            Self::Regtest => 150,
            _ => 210_000,
        }
    }

    /// The newly created coins of a block, in satoshis.
    pub fn subsidy_sat(self, height: u32) -> u64 {
        let halvings = height / self.halving_interval();
        5_000_000_000_u64.checked_shr(halvings).unwrap_or(0)
    }
}

impl From<BitcoinNetwork> for bitcoin::Network {
    fn from(network: BitcoinNetwork) -> Self {
        match network {
            BitcoinNetwork::Mainnet => Self::Bitcoin,
            BitcoinNetwork::Testnet3 => Self::Testnet,
            BitcoinNetwork::Testnet4 => Self::Testnet4,
            BitcoinNetwork::Signet => Self::Signet,
            BitcoinNetwork::Regtest => Self::Regtest,
        }
    }
}

/// By its short name, such as `bitcoin` for the main network.
impl fmt::Display for BitcoinNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mainnet => "bitcoin",
            Self::Testnet3 => "bitcoin-testnet3",
            Self::Testnet4 => "bitcoin-testnet4",
            Self::Signet => "bitcoin-signet",
            Self::Regtest => "bitcoin-regtest",
        })
    }
}

impl FromStr for BitcoinNetwork {
    type Err = UnknownChain;

    fn from_str(name: &str) -> Result<Self, UnknownChain> {
        let mut all = Self::ALL.into_iter();
        let found = all.find(|network| network.to_string() == name);
        found.ok_or_else(|| UnknownChain(name.to_owned()))
    }
}

/// The number of a chain by its name as CAIP-2 has it, `eip155:1`.
impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "eip155:{}", self.0)
    }
}

impl FromStr for ChainId {
    type Err = UnknownChain;

    fn from_str(name: &str) -> Result<Self, UnknownChain> {
        let id = name.strip_prefix("eip155:").and_then(|id| id.parse().ok());
        // One way of writing a number only, for names are compared as text.
        let chain = id.map(Self).filter(|chain| chain.to_string() == name);
        chain.ok_or_else(|| UnknownChain(name.to_owned()))
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bitcoin(network) => network.fmt(f),
            Self::Evm(id) => id.fmt(f),
        }
    }
}

impl FromStr for Chain {
    type Err = UnknownChain;

    fn from_str(name: &str) -> Result<Self, UnknownChain> {
        let network = name.parse().map(Self::Bitcoin);
        network.or_else(|_| name.parse().map(Self::Evm))
    }
}

impl From<BitcoinNetwork> for Chain {
    fn from(network: BitcoinNetwork) -> Self {
        Self::Bitcoin(network)
    }
}

impl From<ChainId> for Chain {
    fn from(id: ChainId) -> Self {
        Self::Evm(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chain_is_found_by_its_own_name() {
        for network in BitcoinNetwork::ALL {
            let chain = Chain::Bitcoin(network);
            assert_eq!(chain.to_string().parse(), Ok(chain));
        }
        for id in [0, 1, 8453, u64::MAX] {
            let chain = Chain::Evm(ChainId(id));
            assert_eq!(chain.to_string().parse(), Ok(chain));
        }
        for name in [
            "eip155:",
            "eip155:01",
            "eip155:+1",
            "eip155:-1",
            "eip155:18446744073709551616",
        ] {
            assert!(name.parse::<Chain>().is_err(), "{name}");
        }
    }

    #[test]
    fn the_subsidy_halves_and_ends() {
        assert_eq!(BitcoinNetwork::Mainnet.subsidy_sat(209_999), 5_000_000_000);
        assert_eq!(BitcoinNetwork::Mainnet.subsidy_sat(210_000), 2_500_000_000);
        assert_eq!(BitcoinNetwork::Regtest.subsidy_sat(150), 2_500_000_000);
        assert_eq!(BitcoinNetwork::Mainnet.subsidy_sat(u32::MAX), 0);
    }
}
