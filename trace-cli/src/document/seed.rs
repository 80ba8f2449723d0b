//! What was followed.

use serde::Serialize;
use trace_core::model::Chain;
use trace_core::model::account::Asset;

use super::{Amount, Shown, Totals};

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
    /// What arrives by one transfer.
    Transfer,
    /// All outputs of a transaction; over accounts what it moves to others.
    Transaction,
    /// All that an address received; over accounts what it holds and receives.
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
    /// For an address: only what it received from this height on; over accounts what it held
    /// before too.
    pub(crate) from_height: Option<u32>,
    /// What was seeded, where it is first seen.
    pub(crate) arrivals: Vec<SeededArrival>,
    /// One for each asset, ascending.
    pub(crate) totals: Vec<Totals>,
}

/// Something that was seeded.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SeededArrival {
    /// The outpoint or the transfer; `None` where an account held it already.
    pub(crate) arrival: Option<String>,
    pub(crate) height: Option<u32>,
    pub(crate) address: Option<String>,
    pub(crate) amount: Amount,
    pub(crate) asset: Shown<Asset>,
    pub(crate) chain: Shown<Chain>,
}
