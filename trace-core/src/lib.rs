//! Follows coins on chain and shows its working.

// Chains for tests are written once, for tests inside and outside of this crate.
#[cfg(test)]
extern crate self as trace_core;

pub mod claim;
pub mod cluster;
#[cfg(all(feature = "ledger", feature = "source"))]
pub mod ingest;
pub mod label;
#[cfg(feature = "ledger")]
pub mod ledger;
pub mod model;
#[cfg(feature = "normalise")]
pub mod normalise;
#[cfg(feature = "source")]
pub mod source;
pub mod taint;
pub mod view;
