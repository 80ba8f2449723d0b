//! The compiled contracts, and calls of them as the contract ABI has them.

use std::collections::BTreeMap;

use alloy_primitives::{Address, B256, U256, hex};
use serde::Deserialize;

/// A compiled contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Artifact(&'static str);

macro_rules! artifacts {
    ($($name:ident = $file:literal,)*) => {
        impl Artifact {
            $(pub(super) const $name: Self =
                Self(include_str!(concat!("../../ethereum/artifacts/", $file, ".json")));)*
        }
    };
}

artifacts! {
    BATCH_PAYER = "BatchPayer",
    DEEDS = "Deeds",
    DEPOSIT_ADDRESS = "DepositAddress",
    DEPOSIT_FACTORY = "DepositFactory",
    EPHEMERAL = "Ephemeral",
    FEE_TOKEN = "FeeToken",
    ITEMS = "Items",
    MIXER = "Mixer",
    MORTAL = "Mortal",
    POOL = "Pool",
    REFUSER = "Refuser",
    RELAY = "Relay",
    ROUTER = "Router",
    TOKEN = "Token",
    WRAPPER = "Wrapper",
}

#[derive(Deserialize)]
struct File {
    selectors: BTreeMap<String, String>,
    bytecode: String,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub(super) enum Argument {
    Word(B256),
    Words(Vec<B256>),
    /// No bytes.
    Nothing,
}

impl From<U256> for Argument {
    fn from(number: U256) -> Self {
        Self::Word(number.into())
    }
}

impl From<u64> for Argument {
    fn from(number: u64) -> Self {
        U256::from(number).into()
    }
}

impl From<Address> for Argument {
    fn from(address: Address) -> Self {
        Self::Word(address.into_word())
    }
}

impl From<B256> for Argument {
    fn from(word: B256) -> Self {
        Self::Word(word)
    }
}

impl From<Vec<U256>> for Argument {
    fn from(numbers: Vec<U256>) -> Self {
        Self::Words(numbers.into_iter().map(B256::from).collect())
    }
}

impl From<&[Address]> for Argument {
    fn from(addresses: &[Address]) -> Self {
        Self::Words(addresses.iter().map(Address::into_word).collect())
    }
}

impl Artifact {
    fn file(self) -> File {
        serde_json::from_str(self.0).expect("build-contracts writes these files")
    }

    /// The input of a transaction that creates the contract.
    pub(super) fn creation(self, arguments: Vec<Argument>) -> Vec<u8> {
        let code = hex::decode(self.file().bytecode).expect("bytecode is in hexadecimal digits");
        [code, encoded(arguments)].concat()
    }

    /// The input of a call of a method, such as `transfer(address,uint256)`.
    pub(super) fn call(self, method: &str, arguments: Vec<Argument>) -> Vec<u8> {
        let file = self.file();
        let selector = file.selectors.get(method);
        let selector = selector.unwrap_or_else(|| panic!("the contract has no {method}"));
        let selector = hex::decode(selector).expect("selectors are in hexadecimal digits");
        [selector, encoded(arguments)].concat()
    }
}

/// Every argument takes a word; of lists it is where they begin, behind all of these.
fn encoded(arguments: Vec<Argument>) -> Vec<u8> {
    let mut heads: Vec<B256> = Vec::new();
    let mut tails: Vec<B256> = Vec::new();
    let length = |count: usize| B256::from(U256::from(count));
    let count = arguments.len();
    for argument in arguments {
        let begins = length(32 * (count + tails.len()));
        match argument {
            Argument::Word(word) => heads.push(word),
            Argument::Words(words) => {
                heads.push(begins);
                tails.push(length(words.len()));
                tails.extend(words);
            }
            Argument::Nothing => {
                heads.push(begins);
                tails.push(length(0));
            }
        }
    }
    let words = heads.into_iter().chain(tails);
    words.flat_map(|word| word.0).collect()
}
