//! Following value, as stories, as properties against a naive walk of every block, lazily
//! against a source, and over the scripted economy.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test that is wrong should fail, and its numbers are small"
)]

mod bounds;
mod chain;
mod economy;
mod example;
mod lazy;
mod naive;
mod property;
mod question;
mod story;
