//! Mixers of fixed amounts, of the make of Tornado Cash: what went in, what came out, and what
//! gives away which is which.
//!
//! A pool takes one amount of one asset against a commitment, and pays it out against a proof
//! that does not say which commitment it is of. Read from its events `Deposit(bytes32 commitment,
//! uint32 leafIndex, uint256 timestamp)` and `Withdrawal(address to, bytes32 nullifierHash,
//! address relayer, uint256 fee)`.
//!
//! What users give away is found by five *reveals*: Wu et al., *Tutela* (arXiv 2201.06811);
//! Béres et al., *Blockchain is watching you* (arXiv 2005.14051) has the first ones.
//! Each says how many deposits it leaves of those a withdrawal can come from. Nobody published
//! how often they err: the confidences are ours, a number of ours for each rule divided by how
//! many deposits are left, and they order findings rather than measure them.
//!
//! Beside these stand two *priors*, which go by time alone ([`same_block`], [`fifo_order`]). They
//! take nothing out of an anonymity set, and nobody follows them.

use trace_core::claim::Rule;

pub mod address_match;
mod census;
pub mod fifo_order;
pub mod linked_addresses;
pub mod multi_denomination;
mod pools;
mod record;
mod reveal;
pub mod same_block;
pub mod torn_mining;
pub mod unique_gas_price;

pub use census::{PoolCount, census};
pub use pools::{Denomination, Pool, Pools};
pub use record::{Deposit, Record, Withdrawal};
pub use reveal::{Reveal, Revealed};

/// The rule by which a contract is taken for a pool, and what goes through it is read.
pub const RULE: Rule = Rule {
    name: "mixer-pool",
    version: 1,
};
