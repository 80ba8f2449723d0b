//! A node of the EVM that is asked single questions leads to what a ledger of its blocks leads to,
//! whatever the node has; what it has not, and what does not fit together, is said.
#![cfg(feature = "source")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "where something is not as it should be, a test stops"
)]

mod alone;
mod answers;
mod connected;
mod genesis;
mod hostile;
mod limits;
mod recorded_node;
mod served;
mod told;
mod trails;
mod unindexed;
mod whole;
