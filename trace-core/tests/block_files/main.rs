//! A folder of block files gives the chain that is in it, however it lies there.
#![cfg(feature = "source")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop, wherever it is"
)]

mod branches;
mod damage;
mod folder;
mod live;
mod real;
mod undo;
