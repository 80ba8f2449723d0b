//! Chains of accounts (the EVM and its kin): what moves value there, as it was executed.
//!
//! An account holds a balance of each asset, and every change of a balance is one
//! [`Transfer`]. What a node tells in many forms, native value, inner calls, events of tokens,
//! fees, rewards, comes to this one form, in the order in which it was executed, so that the
//! balance of an account is the sum of its transfers and nothing else need be known.
//!
//! Addresses, hashes and amounts are those of `alloy-primitives`, the types that other tools
//! of this field exchange.

mod address;
mod asset;
mod block;
mod checks;
mod held_against;
mod log;
mod transaction;
mod transfer;

pub use address::parse_address;
pub use alloy_primitives::{Address, B256, U256, U512};
pub use asset::Asset;
pub use block::{Block, InnerCalls};
pub use checks::{Check, CheckCounts, Checks, Tally};
pub use held_against::HeldAgainst;
pub use log::Log;
pub use transaction::{Outcome, Transaction};
pub use transfer::{Transfer, TransferKind};
