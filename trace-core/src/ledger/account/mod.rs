//! A chain of accounts on disk.
//!
//! The same folder, rows and append-only columns as a ledger of coins, with a transfer where
//! that has inputs and outputs: [`Writer`] adds blocks, [`Ledger`] opens the folder for reading
//! and a [`LedgerView`] tells of the chain as of one block. What an account or an asset took
//! part in is found by two directories, sorted by account and by asset, that can be made again
//! from the columns.

mod answer;
mod columns;
mod flows;
mod index;
mod reader;
mod recovered;
mod row;
#[cfg(test)]
mod tests;
mod verify;
mod view;
mod writer;

pub use flows::{Flow, Flows};
pub use reader::Ledger;
pub use verify::{Verified, verify};
pub use view::LedgerView;
pub use writer::{Memory, Writer};
