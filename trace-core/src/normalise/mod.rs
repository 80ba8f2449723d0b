//! From the bytes of a node to blocks and transactions. No I/O.
//!
//! Everything that the chain commits to is checked against its hash: a block's header against
//! the hash it was asked by, its transactions against the header's merkle root, a single
//! transaction against its txid. What the chain does not commit to is taken from the source as
//! it stands, and a result can be no better than the source there: the value and script of
//! spent outputs (checked only to cover the outputs), whether an input has a witness, the
//! weight, and the block that a single transaction is said to be in. Of blocks of chains of
//! accounts, [`evm`] says what is checked and what their [`Checks`](crate::model::account::Checks)
//! tell.

mod amount;
mod core_block;
mod core_transaction;
mod cursor;
mod error;
mod esplora;
pub mod evm;
mod fields;
mod flat;
mod json;
mod merkle_tree;
mod prevouts;
mod revealed_key;
mod serialised_block;
mod serialised_transaction;
mod undo;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::model::{
    Address, Block, BlockHash, BlockRef, OutPoint, Output, ScriptKind, Transaction,
};

pub use error::NormaliseError;
pub use evm::{RawAccountBlock, RawCalls, RawReceipts, account_block};

/// A block as a source gave it, unparsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawBlock {
    /// The block in the chain's own encoding.
    Serialised {
        /// Which block it is said to be.
        at: BlockRef,
        /// Its bytes.
        block: Vec<u8>,
        /// The outputs it spends, if the source had them.
        spent: Spent,
    },
    /// The `result` of Bitcoin Core's `getblock` with verbosity 2 or 3, as received.
    Json {
        /// Which block it is said to be.
        at: BlockRef,
        /// The JSON text.
        json: Vec<u8>,
    },
}

/// The outputs that a block spends, unparsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spent {
    /// The source did not have them.
    Unknown,
    /// A record of Bitcoin Core's `rev*.dat` (`CBlockUndo`), without its checksum.
    Undo(Vec<u8>),
    /// Plain outputs, one for each input in order: value (8 bytes), script length, script.
    Outputs(Vec<u8>),
}

/// A transaction as Esplora tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EsploraTransaction {
    /// The transaction.
    pub transaction: Transaction<Address, OutPoint>,
    /// The block that holds it, where the text names its height and hash; `None` for one that
    /// is unconfirmed or of which nothing is said.
    pub confirmed: Option<BlockRef>,
}

/// A transaction as Bitcoin Core's `getrawtransaction` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoreTransaction {
    /// The transaction.
    pub transaction: Transaction<Address, OutPoint>,
    /// The block that holds it; Core does not say its height. `None` for an unconfirmed one.
    pub block: Option<BlockHash>,
}

/// Parses a block and checks that it is the block it is said to be.
///
/// # Errors
/// When the bytes are no block, the header's hash is not the one named, the transactions do
/// not hash to the header's merkle root, or the spent outputs do not fit the inputs.
pub fn block(raw: &RawBlock) -> Result<Block, NormaliseError> {
    match raw {
        RawBlock::Serialised { at, block, spent } => {
            serialised_block::read(*at, block, spent).map_err(|error| error.in_block(at.hash))
        }
        RawBlock::Json { at, json } => {
            core_block::read(*at, json).map_err(|error| error.in_block(at.hash))
        }
    }
}

/// Parses the `result` of Bitcoin Core's `getrawtransaction` with verbosity 1 or 2.
///
/// # Errors
/// When the text is no such JSON or its fields do not hash to its txid.
pub fn transaction_json(json: &[u8]) -> Result<CoreTransaction, NormaliseError> {
    core_transaction::read(json)
}

/// Parses a transaction as Esplora's `/tx/:txid` tells it. Its txid may be left out.
///
/// # Errors
/// When the text is no such JSON or its fields do not hash to its txid.
pub fn esplora_transaction(json: &[u8]) -> Result<EsploraTransaction, NormaliseError> {
    esplora::read(json)
}

/// Parses a transaction told flatly, by its txid, inputs and outputs alone:
/// `{"txid":…, "inputs":[{"txid":…, "vout":…, "value_sat":…, "script_pubkey":…}],
/// "outputs":[{"value_sat":…, "script_pubkey":…}]}`. That is too little to check the txid by.
/// The version is then taken to be 2, the lock time 0, and every sequence final.
///
/// # Errors
/// When the text is no such JSON.
pub fn flat_transaction(json: &[u8]) -> Result<Transaction<Address, OutPoint>, NormaliseError> {
    flat::read(json)
}

/// Parses a transaction in either shape, Esplora's or the flat one.
///
/// # Errors
/// When the text is neither.
pub fn transaction_line(json: &[u8]) -> Result<EsploraTransaction, NormaliseError> {
    #[derive(Deserialize)]
    struct Shape {
        vin: Option<IgnoredAny>,
        inputs: Option<IgnoredAny>,
    }
    let shape: Shape = json::read(json)?;
    match (shape.vin, shape.inputs) {
        (Some(_), _) => esplora::read(json),
        (None, Some(_)) => Ok(EsploraTransaction {
            transaction: flat::read(json)?,
            confirmed: None,
        }),
        (None, None) => Err(NormaliseError::new(
            "members",
            "there is neither `vin`, as in Esplora's transactions, nor `inputs`",
        )),
    }
}

/// An output of these bytes.
fn output(value_sat: u64, script: &[u8]) -> Output<Address> {
    let address = Address::of_script(script);
    let kind = address
        .as_ref()
        .map_or(ScriptKind::Unspendable, Address::kind);
    Output {
        value_sat,
        kind,
        address,
    }
}
