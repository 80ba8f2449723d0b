//! A scripted economy of named accounts on a chain of the EVM, with a theft, and the truth
//! about it.
//!
//! The script needs no node: it signs the transactions of every block in memory, the same bytes
//! each time, and knows what each will move. That a real node does exactly that is a test.

mod account;
mod artifact;
mod cast;
mod market;
mod oracle;
mod order;
mod story;
mod truth;
mod world;

use std::path::PathBuf;

use alloy_primitives::{Address, U256};
use serde_json::{Value, json};

pub use oracle::{Destination, DestinationKind, destinations_json, follow};
pub use truth::{Kind, Label, MixTruth, Move, Place, Theft, TransactionTruth, Truth};

use account::Account;

use crate::evm_node::{Client, EvmNode, NodeError};

/// Account, label, category.
const LABELS: [(&str, &str, &str); 8] = [
    ("harbour/hot", "Harbour", "exchange"),
    ("harbour/cold", "Harbour", "exchange"),
    ("kestrel/hot", "Kestrel", "exchange"),
    ("kestrel/cold", "Kestrel", "exchange"),
    ("fog/mixer-ten", "Fog of 10", "mixer"),
    ("fog/mixer-one", "Fog of 1", "mixer"),
    ("lina/pool-wrapper-dollar", "Lina's pool", "pool"),
    ("lina/pool-dollar-levy", "Lina's pool", "pool"),
];

/// The economy from its first block to its last.
#[derive(Clone, Debug)]
pub struct EvmEconomy {
    /// The blocks behind the genesis block.
    pub blocks: Vec<PlayedBlock>,
    /// What is true of them.
    pub truth: Truth,
}

/// A block before a node has made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayedBlock {
    /// In seconds since 1970.
    pub time: u64,
    /// Signed, in the order in which they are to be executed.
    pub transactions: Vec<Vec<u8>>,
}

/// Plays the economy. The same transactions each time.
pub fn play() -> EvmEconomy {
    let (mut world, theft) = story::play();
    let tokens = story::TOKENS.map(|name| (name.to_owned(), world.address(name)));
    let truth = Truth {
        height: world.height(),
        owners: cast::owners(),
        tokens: tokens.into(),
        labels: LABELS.map(|label| labelled(&mut world, label)).into(),
        addresses: world.addresses,
        transactions: world.transactions,
        mixes: world.mixes,
        theft,
    };
    EvmEconomy {
        blocks: world.blocks,
        truth,
    }
}

fn labelled(world: &mut world::World, (account, label, category): (&str, &str, &str)) -> Label {
    Label {
        address: world.address(account),
        label: label.to_owned(),
        category: category.to_owned(),
    }
}

/// Who gets the fees: a node is to be started with it.
pub fn coinbase() -> Address {
    Account::named("quarry/proposer").address
}

/// The folder with the files that ship: `truth.json`, `labels.csv`, `destinations.json` and
/// `economy.recording`.
pub fn shipped() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("ethereum/economy")
}

/// Gives the blocks to a node that holds none but the genesis block, and checks that every
/// transaction ends as the script has it. On a node that orders by price each transaction has a
/// block of its own. Returns what each transaction paid for its gas, in wei.
///
/// # Errors
/// When the node cannot be asked, refuses a transaction, or one ends otherwise.
pub fn perform(node: &EvmNode, economy: &EvmEconomy) -> Result<Vec<U256>, NodeError> {
    let mut fees = Vec::new();
    let mut expected = economy.truth.transactions.iter();
    let mut time = 0;
    for block in &economy.blocks {
        let mut hashes = Vec::new();
        for signed in &block.transactions {
            hashes.push(node.send(signed)?);
            if node.client() == Client::Ganache {
                time = block.time.max(time + 1);
                node.mine(time)?;
            }
        }
        if node.client() == Client::Anvil || block.transactions.is_empty() {
            time = block.time.max(time + 1);
            node.mine(time)?;
        }
        for (hash, told) in hashes.into_iter().zip(&mut expected) {
            let receipt = node.call("eth_getTransactionReceipt", &json!([hash]))?;
            let as_told = hash == told.hash.to_string();
            let Some(fee) = fee(&receipt, told.fails).filter(|_| as_told) else {
                return Err(NodeError::Call {
                    method: "eth_getTransactionReceipt".to_owned(),
                    why: format!("{told:?} became {}", shortened(receipt)),
                });
            };
            fees.push(fee);
        }
    }
    Ok(fees)
}

/// What a transaction paid that ended as expected.
fn fee(receipt: &Value, fails: bool) -> Option<U256> {
    let number = |member: &str| -> Option<U256> { receipt.get(member)?.as_str()?.parse().ok() };
    let as_expected = number("status")?.is_zero() == fails;
    as_expected.then_some(number("gasUsed")? * number("effectiveGasPrice")?)
}

fn shortened(mut receipt: Value) -> Value {
    if let Some(members) = receipt.as_object_mut() {
        members.remove("logsBloom");
    }
    receipt
}
