//! The rules over chains of accounts, each where it supports, where it does not, and where it
//! cannot tell.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test that is wrong should fail, and its numbers are small"
)]

mod airdrop;
mod bridge;
mod chain;
mod clustering;
mod creation;
mod deposit_address;
mod economy;
mod event;
mod mixer;
mod property;
mod recorded_bridge;
mod recorded_mixers;
mod recorded_swaps;
mod swap;
