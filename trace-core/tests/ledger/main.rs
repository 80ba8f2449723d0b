//! The ledger against a naive model of the chain, and against everything that may be wrong
//! with its files.

#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what a test cannot go on without fails it, and its numbers are small"
)]
#![cfg(feature = "ledger")]

mod chain;
mod contents;
mod folder;
mod naive;

mod branches;
mod files;
mod refusals;
