//! Blocks of a source into a ledger: simulated, forked, real, and from a source that lies.

#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what a test cannot go on without fails it, and its numbers are small"
)]
#![cfg(all(feature = "ledger", feature = "source"))]
#[path = "../ledger/folder.rs"]
mod folder;
#[path = "../ledger/naive.rs"]
#[expect(dead_code, reason = "some of it is for the tests of the ledger itself")]
mod naive;

mod faults;
mod fork;
mod given;
mod node;
mod real;
mod simulated;
