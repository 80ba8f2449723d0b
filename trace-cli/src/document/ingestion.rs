//! What was read into a ledger.

use serde::Serialize;
use trace_core::model::account::B256;

use super::{AsOf, Checks, Shown};

/// The answer of `trace ingest`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ingestion {
    pub(crate) schema: &'static str,
    pub(crate) program: &'static str,
    /// Blocks added in this run.
    pub(crate) blocks: u32,
    /// Their transactions.
    pub(crate) transactions: u64,
    /// Over accounts: what of them was held against their hashes.
    pub(crate) checks: Option<Checks>,
    /// The allocation that the ledger begins with, where a genesis file told it.
    pub(crate) genesis: Option<Allocation>,
    /// Where the ledger ends now.
    pub(crate) tip: Option<AsOf>,
    /// Where the branch ended that was left, if the source's best branch is another one.
    pub(crate) left: Option<AsOf>,
}

/// What accounts held at the genesis block.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Allocation {
    /// Accounts that held something.
    pub(crate) accounts: usize,
    /// To which the genesis block commits.
    pub(crate) state_root: Shown<B256>,
}
