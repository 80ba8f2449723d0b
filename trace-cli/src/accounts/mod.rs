//! The commands over chains of accounts: the same questions as over coins, answered of balances.
//!
//! A document is that of a chain of coins; here is what fills it, and what is written of accounts
//! only.

mod access;
mod candidates;
pub(crate) mod cluster;
mod document;
pub(crate) mod explain;
mod export;
pub(crate) mod follow;
mod inquiry;
pub(crate) mod inspect;
mod links;
mod owners;
mod places;
mod rules;
mod seeds;
#[cfg(test)]
mod story;
mod whole_clusters;
pub(crate) mod wording;

pub(crate) use access::{Access, OpenLedger, Remote};
pub(crate) use document::RuleLimits;
