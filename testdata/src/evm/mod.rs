//! A made chain of the EVM and nodes that tell of it, each with what it is given.
//!
//! Nothing is executed: who makes a transaction says what it does, and balances, nonces, codes and
//! the holders of tokens are kept by height, as an archive node keeps them.

#![allow(
    clippy::indexing_slicing,
    reason = "what is made here is what is looked at here"
)]

mod act;
mod chain;
mod explorer;
mod genesis;
mod node;
mod random;
mod told;

pub use act::{Act, Event};
pub use chain::{EvmChain, address};
pub use explorer::EvmExplorer;
pub use node::{EvmNode, Offers};
pub use random::{allocated, people, random, sparse};
