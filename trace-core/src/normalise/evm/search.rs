//! Where an account was seen, as nodes that index accounts tell it.

use serde::Deserialize;

use super::check::Held;
use super::quantity::{Amount, Quantity};
use super::told::ToldBlock;
use super::{NormaliseError, json, reward};
use crate::model::ChainId;
use crate::model::account::{Address, B256, Checks, Transfer, U256};

/// A place at which an account was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// The height of the block.
    pub height: u32,
    /// The transaction; `None` for what moved after the last one of the block.
    pub transaction: Option<B256>,
}

/// What `ots_searchTransactionsAfter` gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchPage {
    /// The transactions of the page. All of a block are on one page.
    pub found: Vec<Sighting>,
    /// Whether there are none behind them.
    pub is_newest: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    txs: Vec<Listed>,
    first_page: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    hash: B256,
    block_number: Quantity,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Trace {
    block_number: Quantity,
    transaction_hash: Option<B256>,
}

/// Reads a page of the transactions that an account was called in or called from.
///
/// # Errors
/// When the text is no such page, or a height does not fit 32 bits.
pub fn search_page(text: &[u8]) -> Result<SearchPage, NormaliseError> {
    let page: Page = json::read(text)?;
    let found = page.txs.iter();
    let found = found.map(|listed| sighting(listed.block_number, Some(listed.hash)));
    Ok(SearchPage {
        found: found.collect::<Result<_, _>>()?,
        is_newest: page.first_page,
    })
}

/// Reads the places of the frames that `trace_filter` gives, one for each frame.
///
/// # Errors
/// As [`search_page`].
pub fn filtered_frames(text: &[u8]) -> Result<Vec<Sighting>, NormaliseError> {
    let traces: Vec<Trace> = json::read(text)?;
    let each = traces.iter();
    let each = each.map(|trace| sighting(trace.block_number, trace.transaction_hash));
    each.collect()
}

/// What a block, told with whole transactions, says of an account by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mentions {
    /// The transactions that the account signed, or that call or pay it themselves, in order.
    pub transactions: Vec<B256>,
    /// What moved after the last transaction, where no more need be known to tell.
    pub after: Option<After>,
    /// What of the block was held against its hash; receipts are not told.
    pub checks: Checks,
}

/// What moved after the last transaction of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// The place behind the last transaction.
    pub index: u32,
    /// The block's time in seconds since 1970.
    pub time: u64,
    /// Rewards and withdrawals.
    pub transfers: Vec<Transfer>,
}

/// Reads what a block says of an account.
///
/// # Errors
/// When the text is no block, or one that does not hold against its hash.
pub fn mentions(chain: ChainId, text: &[u8], account: Address) -> Result<Mentions, NormaliseError> {
    let block: ToldBlock = json::read(text)?;
    let checks = Held::read(chain, text, &block)?.check_without_receipts()?;
    let named = block.transactions.iter();
    let named = named.filter(|told| told.from == account || told.to == Some(account));
    let after = if reward::is_told_by_block(chain, &block) {
        let index = u32::try_from(block.transactions.len())
            .map_err(|_| NormaliseError::new("transactions", "there are too many"))?;
        Some(After {
            index,
            time: block.timestamp.0,
            transfers: reward::transfers(chain, &block, &[], &[])?,
        })
    } else {
        None
    };
    Ok(Mentions {
        transactions: named.map(|told| told.hash).collect(),
        after,
        checks,
    })
}

/// Reads a number as nodes write it.
///
/// # Errors
/// When the text is none, or does not fit 256 bits.
pub fn number(text: &[u8]) -> Result<U256, NormaliseError> {
    let Amount(number) = json::read(text)?;
    Ok(number)
}

fn sighting(number: Quantity, transaction: Option<B256>) -> Result<Sighting, NormaliseError> {
    let height = u32::try_from(number.0).map_err(|_| {
        NormaliseError::new("blockNumber", format!("{} does not fit 32 bits", number.0))
    })?;
    Ok(Sighting {
        height,
        transaction,
    })
}
