//! The last block that counts for an answer.

use trace_core::model::BlockRef;
use trace_core::source::{AccountHistorySource, Finality, HistorySource, Source};

use crate::arguments::UpTo;
use crate::failure::Failure;

/// That block of a chain of coins.
///
/// # Errors
/// When there is none, or the source does not answer.
pub(crate) async fn of_coins(up_to: UpTo, source: &dyn HistorySource) -> Result<BlockRef, Failure> {
    match up_to {
        UpTo::Latest => Ok(source.tip().await?),
        UpTo::Height(height) => at(height, source.block_at(height).await?),
        UpTo::Safe | UpTo::Finalized => Err(not_told()),
    }
}

/// That block of a chain of accounts.
///
/// # Errors
/// When there is none, or the source does not answer.
pub(crate) async fn of_accounts(
    up_to: UpTo,
    source: &dyn AccountHistorySource,
) -> Result<BlockRef, Failure> {
    match up_to {
        UpTo::Latest => Ok(source.tip().await?),
        UpTo::Height(height) => at(height, source.block_at(height).await?),
        UpTo::Safe => safe(source.finality().await?),
        UpTo::Finalized => finalized(source.finality().await?),
    }
}

/// The height of that block, where whole blocks are read; `None` for the tip.
///
/// # Errors
/// When there is none, or the source does not answer.
pub(crate) async fn height(up_to: UpTo, source: &Source) -> Result<Option<u32>, Failure> {
    let finality = async || match source.account_blocks.as_deref() {
        Some(blocks) => Ok(blocks.finality().await?),
        None => Err(not_told()),
    };
    match up_to {
        UpTo::Latest => Ok(None),
        UpTo::Height(height) => Ok(Some(height)),
        UpTo::Safe => Ok(Some(safe(finality().await?)?.height)),
        UpTo::Finalized => Ok(Some(finalized(finality().await?)?.height)),
    }
}

fn at(height: u32, found: Option<BlockRef>) -> Result<BlockRef, Failure> {
    found.ok_or_else(|| Failure::Asked(format!("the source has no block at height {height}")))
}

fn safe(finality: Finality) -> Result<BlockRef, Failure> {
    let why = "the source knows of no safe block";
    finality.safe.ok_or_else(|| Failure::Asked(why.to_owned()))
}

fn finalized(finality: Finality) -> Result<BlockRef, Failure> {
    let why = "the source knows of no final block";
    let found = finality.finalized;
    found.ok_or_else(|| Failure::Asked(why.to_owned()))
}

fn not_told() -> Failure {
    let why = "only nodes of accounts tell what is safe and what is final; here it is a height";
    Failure::Asked(why.to_owned())
}
