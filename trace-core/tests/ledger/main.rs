//! The ledger against a naive model of the chain, and against everything that may be wrong
//! with its files.
#![cfg(feature = "ledger")]

mod chain;
mod folder;
mod naive;

mod branches;
mod files;
mod refusals;
