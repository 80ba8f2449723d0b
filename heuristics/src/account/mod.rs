//! Rules over chains of accounts (the EVM): who is one owner, what hides in a mixer, what was
//! swapped or bridged. One rule a file.
//!
//! A rule is shown one transaction after the other in chain order, and keeps what it must of
//! those before. What it says of the first blocks of a chain stays true of the whole chain,
//! unless it says otherwise. An account is named by its address here and not by a view's
//! number, because some take part in nothing but an event.

pub mod airdrop;
pub mod bridge;
pub mod clustering;
mod code;
mod confidence;
pub mod contract_creator;
pub mod deposit_address;
mod event;
pub mod inspection;
mod link;
pub mod mixer;
pub mod same_owner_funding;
pub mod self_authorisation;
pub mod swap;

pub use confidence::Confidence;
pub use link::{AccountLink, Evidence};

use trace_core::model::account::Transaction;
use trace_core::model::{Position, TxNumber};

/// A transaction at its place in the chain.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// Its number in the view.
    pub tx: TxNumber,
    /// Where it is.
    pub position: Position,
    /// What it is.
    pub transaction: &'a Transaction,
}
