//! Blocks of a source into a ledger, of coins and of accounts: whole, forked, real, and from a
//! source that lies or fails.

#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what a test cannot go on without fails it, and its numbers are small"
)]
#![cfg(all(feature = "ledger", feature = "source"))]

/// Runs each of these tests over both kinds of chain.
macro_rules! of_both_kinds {
    ($($test:ident),+ $(,)?) => {
        mod of_coins {
            $(
                #[test]
                fn $test() {
                    super::$test::<crate::coins::Coins>();
                }
            )+
        }
        mod of_accounts {
            $(
                #[test]
                fn $test() {
                    super::$test::<crate::accounts::Accounts>();
                }
            )+
        }
    };
}

#[path = "../ledger/contents.rs"]
mod contents;
#[path = "../evm/falsified.rs"]
#[expect(dead_code, reason = "some of it is for the tests of blocks alone")]
mod falsified;
#[path = "../ledger/folder.rs"]
mod folder;
#[path = "../ledger/naive.rs"]
#[expect(dead_code, reason = "some of it is for the tests of the ledger itself")]
mod naive;
#[path = "../evm/serialised.rs"]
#[expect(dead_code, reason = "some of it is for the tests of blocks alone")]
mod serialised;

mod accounts;
mod changed;
mod coins;
mod faults;
mod fork;
mod given;
mod kind;
mod node;
mod read;
mod real;
mod simulated;
mod source;
mod whole;
