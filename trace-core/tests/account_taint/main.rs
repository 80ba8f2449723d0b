//! Following value over accounts, as stories, as properties against a naive walk of every block,
//! and lazily against a source.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "a test that is wrong should fail, and its numbers are small"
)]

mod back;
mod bounds;
mod economy;
mod exchange;
mod lazy;
mod mirror;
mod moves;
mod naive;
mod naive_account;
mod naive_exchange;
mod naive_seeding;
mod oddity;
mod policy;
mod property;
mod seed;
mod story;
mod view;
