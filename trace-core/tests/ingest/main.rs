//! Blocks of a source into a ledger: simulated, forked, real, and from a source that lies.
#![cfg(all(feature = "ledger", feature = "source"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test that cannot go on should stop, wherever it is"
)]

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
