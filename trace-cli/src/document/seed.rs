//! What was followed.

use serde::Serialize;

use super::{Amount, Totals};

/// A seed as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeedName {
    /// As typed.
    pub(crate) text: String,
    pub(crate) kind: SeedKind,
}

/// What a seed names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SeedKind {
    /// One output.
    Outpoint,
    /// All outputs of a transaction.
    Transaction,
    /// All that an address received.
    Address,
}

/// A seed, what was seeded, and where it ended.
#[expect(
    clippy::struct_field_names,
    reason = "a field is named as in the document"
)]
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Seed {
    pub(crate) seed: String,
    pub(crate) kind: SeedKind,
    /// For an address: only what it received from this height on.
    pub(crate) from_height: Option<u32>,
    pub(crate) amount: Amount,
    pub(crate) outputs: Vec<SeededOutput>,
    pub(crate) totals: Totals,
}

/// One output that was seeded.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SeededOutput {
    pub(crate) outpoint: String,
    pub(crate) height: Option<u32>,
    pub(crate) address: Option<String>,
    pub(crate) amount: Amount,
}
