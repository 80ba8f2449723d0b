//! Rules that judge a transaction: whether it is a mix, whether its inputs have one owner,
//! which of its outputs is change. One rule a file; no I/O, no clock, no memory of its own.
//! That is of chains of coins; [`account`] has the rules of chains of accounts.
//!
//! A rule claims, it does not decide. Each says which paper or tool it comes from and where
//! it is known to be wrong; what it got wrong on recorded data is in `docs/heuristics.md`.

pub mod account;
pub mod change;
pub mod clustering;
pub mod co_spend;
pub mod links;
pub mod measure;
pub mod mix;
mod numbered;
mod rule_set;
pub mod same_key;

pub use rule_set::{Change, RuleSet};
