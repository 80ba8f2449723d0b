//! The commands over chains of accounts: the same questions as over coins, answered of balances.
//!
//! A document says the same things in the same words as that of a chain of coins wherever there is
//! the same thing to say; beside every amount stand its asset and its chain.

mod access;
mod candidates;
pub(crate) mod cluster;
mod document;
pub(crate) mod explain;
mod export;
pub(crate) mod follow;
pub(crate) mod inspect;
mod links;
mod owners;
mod places;
mod rules;
mod seeds;
#[cfg(test)]
mod story;
mod whole_clusters;
mod wording;

pub(crate) use access::{Access, OpenLedger, Remote};
pub(crate) use document::RuleLimits;
