//! What was read into a ledger.

use serde::Serialize;

use super::{AsOf, Checks};

/// The answer of `trace ingest`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ingestion {
    pub(crate) schema: &'static str,
    pub(crate) program: &'static str,
    /// Blocks added in this run.
    pub(crate) blocks: u32,
    /// Their transactions.
    pub(crate) transactions: u64,
    /// What of them was held against their hashes; of a chain of accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) checks: Option<Checks>,
    /// Where the ledger ends now.
    pub(crate) tip: Option<AsOf>,
    /// Where the branch ended that was left, if the source's best branch is another one.
    pub(crate) left: Option<AsOf>,
}
