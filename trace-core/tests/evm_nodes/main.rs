//! Real nodes of the EVM, end to end: what moved is what the balances say and what the script
//! knows, over the wire, from a recording, through a branch that is left, and past the node's
//! end. And one that does not trace.
#![cfg(all(feature = "ledger", feature = "source"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "what a test cannot go on without fails it, and its numbers are small"
)]
#[path = "../ledger/contents.rs"]
mod contents;
#[path = "../ledger/folder.rs"]
mod folder;

mod balances;
mod branch;
mod follow;
mod given;
mod killed;
mod proxy;
mod recording;
mod script;
mod untraced;
mod ways;
