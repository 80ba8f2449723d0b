//! Explorers with the API of Etherscan: in which transactions an account takes part.
//!
//! What an explorer says of a transaction is not used, only that there is one: the transaction
//! itself is read from the node beside it, and balances there show what the explorer left out.
//!
//! | list | transactions in which the account |
//! |---|---|
//! | `txlist` | is sender or receiver |
//! | `txlistinternal` | is on one side of a call that moves native coin |
//! | `tokentx`, `tokennfttx`, `token1155tx` | is on one side of an event of a token (EIP-20, EIP-721, EIP-1155) |
//!
//! A list is read from its oldest page on; the next page begins with the block in which the one
//! before ended, since no explorer gives more than 10 000 rows of one question. A page is not
//! taken to be the last one for being short: explorers differ in how many rows they give.

mod beside;
mod page;

use std::collections::BTreeSet;

use super::round::Round;
use super::{Request, SourceError, Transport};
use crate::model::account::Address;
use crate::normalise::evm::Sighting;

pub use beside::Beside;
pub(crate) use page::meaning;

/// The lists that are read.
pub(crate) const LISTS: [&str; 5] = [
    "txlist",
    "txlistinternal",
    "tokentx",
    "tokennfttx",
    "token1155tx",
];

/// Rows asked for at once: the most that explorers give of one question.
const ROWS: usize = 10_000;

/// Everything on a list of an account between two heights.
///
/// # Errors
/// When the explorer refuses, its rows are not what was asked for, or a single block has more of
/// them than it gives at once.
pub(crate) async fn list<T: Transport>(
    transport: &T,
    list: &str,
    account: Address,
    (from, to): (u32, u32),
) -> Result<BTreeSet<Sighting>, SourceError> {
    let mut seen = BTreeSet::new();
    let mut first = from;
    loop {
        let mut round = Round::default();
        let ticket = round.add(Request::Get {
            path: format!(
                "/api?module=account&action={list}&address={account:#x}&startblock={first}\
                 &endblock={to}&page=1&offset={ROWS}&sort=asc"
            ),
        });
        let replies = round.ask(transport).await;
        let rows =
            page::read(replies.bytes(ticket)?).map_err(|why| replies.malformed(ticket, why))?;
        let before = seen.len();
        let mut highest = first;
        for row in &rows {
            if !(first..=to).contains(&row.height) || row.height < highest {
                let why = format!("a row of block {} that was not asked for there", row.height);
                return Err(replies.malformed(ticket, why));
            }
            highest = row.height;
            seen.insert(*row);
        }
        if seen.len() == before {
            // Nothing that the page before did not have.
            return match rows.len() {
                ROWS if highest == first => {
                    let why = format!("block {first} has more rows than are given at once");
                    Err(replies.malformed(ticket, why))
                }
                _ => Ok(seen),
            };
        }
        if highest == first && rows.len() >= ROWS {
            let why = format!("block {first} has more rows than are given at once");
            return Err(replies.malformed(ticket, why));
        }
        first = highest;
    }
}
