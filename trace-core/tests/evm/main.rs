//! Blocks of chains of accounts are read from what nodes really reply, every trap of theirs
//! included, and what does not fit together is refused.
#![cfg(feature = "source")]
#![expect(
    clippy::needless_pass_by_value,
    clippy::type_complexity,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "where something is not as it should be, a test stops"
)]

mod adapter;
mod around;
mod balances;
mod covered;
mod events;
mod falsified;
mod genesis;
mod hashes;
mod holdings;
mod hostile;
mod joined;
mod made;
mod order;
mod passed;
mod recorded;
mod refusals;
mod replies;
mod rollups;
mod rows;
mod search;
mod serialised;
mod specification;
mod witness;
