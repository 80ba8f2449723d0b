//! What a chain is made of, as values that know nothing of files, nodes or rules.
//!
//! Transactions come in one shape with two kinds of address: [`Address`] at the edges,
//! where a script is what identifies an owner, and [`AddressId`] inside, where a number
//! in the order of first appearance does. The rest of the shape is the same, so a rule is
//! written once. That is of chains of coins; [`account`] has those of accounts.

pub mod account;
mod address;
mod block;
mod chain;
mod hash;
mod number;
mod position;
mod script;
mod transaction;

pub use address::{Address, AddressError, KeyHash};
pub use block::{Block, BlockRef, Header};
pub use chain::{BitcoinNetwork, Chain, ChainId, UnknownChain};
pub use hash::{BlockHash, HashError, Txid};
pub use number::{AddressId, OutputId, TxNumber};
pub use position::Position;
pub use script::ScriptKind;
pub use transaction::{Input, OutPoint, Output, Transaction};
