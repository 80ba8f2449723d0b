//! The chain on disk: append-only columns, memory-mapped.
//!
//! A ledger is a folder. [`Writer`] adds blocks to it, [`Ledger`] opens it for reading, and a
//! [`LedgerView`] answers questions as of one block. Nothing is ever taken out: a
//! reorganisation adds the blocks of the other branch and moves the tip. `docs/ledger-format.md`
//! gives every byte of every file.
//!
//! * `column`, `columns`, `row`: what the chain says, one file a column. A block counts
//!   once its row is whole.
//! * `index`: what can be computed from the columns at any time, and is looked up by hash,
//!   script or output.
//! * `unspent`, `address_table`: what a writer holds in memory.

pub mod account;
mod address_table;
mod answer;
mod branch;
mod column;
mod column_set;
mod columns;
mod disk;
mod error;
mod folder;
mod index;
mod map;
mod number;
mod reader;
mod recovered;
mod row;
mod rows;
mod script_filter;
mod slots;
mod sums;
#[cfg(test)]
pub(crate) mod tests;
mod tips;
mod unspent;
mod verify;
mod view;
mod writer;

pub use error::LedgerError;
pub use folder::chain_of;
pub use reader::Ledger;
pub use verify::{Verified, verify};
pub use view::LedgerView;
pub use writer::{Memory, Writer};
