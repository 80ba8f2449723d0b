//! What was found whole.

use serde::Serialize;

/// The answer of `trace verify --ledger`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LedgerVerified {
    pub(crate) schema: &'static str,
    pub(crate) program: &'static str,
    pub(crate) tip: Option<super::AsOf>,
    pub(crate) blocks: u32,
    pub(crate) transactions: u64,
    #[serde(flatten)]
    pub(crate) held: Held,
}

/// What the transactions of a ledger are made of.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Held {
    Coins {
        inputs: u64,
        outputs: u64,
        addresses: u64,
        /// Blocks of which the sums could not be checked, because the value of a spent output
        /// is not known.
        blocks_without_sums: u32,
    },
    Accounts {
        transfers: u64,
        accounts: u64,
        assets: u64,
        /// Accounts of which it is held what they had at the genesis block.
        allocated: u64,
        /// What of the blocks was held against their hashes when they were read.
        checks: super::Checks,
    },
}

/// The answer of `trace verify --recording`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RecordingVerified {
    pub(crate) schema: &'static str,
    pub(crate) program: &'static str,
    pub(crate) chain: String,
    /// Who gave the replies.
    pub(crate) origin: String,
    /// What they are good for.
    pub(crate) holds: String,
    pub(crate) replies: u64,
    /// Their bytes before compression.
    pub(crate) plain_bytes: u64,
    /// The hash over everything.
    pub(crate) hash: String,
    /// Whether it was closed when it was written.
    pub(crate) complete: bool,
}
