//! Follows coins on chain and shows its working.

pub mod claim;
pub mod cluster;
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
