//! The naive walk against which the tests of `trace-core` hold following over accounts, for the
//! chains that are drawn here: one implementation, of which those tests show that it is right.
//!
//! It holds every unit of every balance by itself, so it wants chains of few units.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "a check that is wrong should fail, and its numbers are small"
)]

#[path = "../../../trace-core/tests/account_taint/moves.rs"]
pub(crate) mod moves;
#[path = "../../../trace-core/tests/account_taint/naive.rs"]
pub(crate) mod naive;
#[path = "../../../trace-core/tests/account_taint/naive_account.rs"]
mod naive_account;
#[path = "../../../trace-core/tests/account_taint/naive_exchange.rs"]
mod naive_exchange;
#[path = "../../../trace-core/tests/account_taint/naive_seeding.rs"]
mod naive_seeding;
pub(crate) mod story;
