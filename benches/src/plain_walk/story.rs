//! What the naive walk reads: blocks, and names. In the tests of `trace-core` a story is told in
//! words; here it is a drawn chain, and a name is an address or a hash in hexadecimal digits.

use std::fmt::Write as _;

use trace_core::model::BlockRef;
use trace_core::model::account::{Address, Asset, Block};
use trace_core::taint::account::Standing;

use crate::workload::account::chain::is_pool;

/// The name of the native coin.
const NATIVE: &str = "native";

/// A chain from its genesis block on.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub(crate) blocks: Vec<Block>,
}

impl Story {
    pub(crate) fn tip(&self) -> BlockRef {
        self.blocks.last().expect("a chain has a block").at
    }
}

/// An address or a hash as a name.
pub(crate) fn name_of(bytes: &[u8]) -> String {
    let mut name = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(name, "{byte:02x}").expect("a text takes what is written");
    }
    name
}

/// The account with a name.
fn address(name: &str) -> Address {
    name.parse().expect("a name is an address")
}

/// The asset with a name.
pub(crate) fn asset(name: &str) -> Asset {
    match name {
        NATIVE => Asset::Native,
        contract => Asset::Token(address(contract)),
    }
}

/// Its name. What is drawn has no items of a contract.
pub(crate) fn asset_name(asset: Asset) -> String {
    match asset {
        Asset::Native => NATIVE.to_owned(),
        Asset::Token(contract) | Asset::Item(contract, _) => name_of(contract.as_slice()),
    }
}

/// Pools are pools, and nobody else is anybody in particular.
pub(crate) fn standing(name: &str) -> Standing {
    if is_pool(address(name)) {
        Standing::Pool
    } else {
        Standing::Plain
    }
}
