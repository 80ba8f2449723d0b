//! What a result over accounts says, as a value that every exporter writes in its own way.
//!
//! Schema and names are those of [`crate::document`] where the same thing is said. A place is an
//! account in an asset, so totals come one for each asset, and every amount has its asset and
//! its chain beside it.

mod amount;
mod build;
mod cluster;
mod comparison;
mod conditions;
mod destination;
mod inspection;
mod kind;
mod names;
mod possible;
mod rule_limits;
mod step;
mod totals;

use std::rc::Rc;

use serde::Serialize;
use trace_core::taint::Direction;

pub(crate) use amount::{Amount, decimals, shown};
pub(crate) use build::{Found, Strange};
pub(crate) use cluster::{ClusterReport, Holding, Member};
pub(crate) use comparison::{Compared, Comparison};
pub(crate) use conditions::Conditions;
pub(crate) use destination::Destination;
pub(crate) use inspection::{Asked, Verdicts};
pub(crate) use kind::Kind;
pub(crate) use names::Names;
pub(crate) use possible::{Possible, PossibleDeposit, PossibleWithdrawal, RevealEntry};
pub(crate) use rule_limits::RuleLimits;
pub(crate) use step::{Arrival, Step};
pub(crate) use totals::Totals;

use crate::document::{AsOf, Conservation, GapNote, LabelEntry, LimitNote};

/// The answer of `trace follow` and `trace back` under one policy.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) schema: &'static str,
    /// The program and its version.
    pub(crate) program: &'static str,
    pub(crate) as_of: AsOf,
    pub(crate) policy: &'static str,
    pub(crate) conditions: Conditions,
    pub(crate) seeds: Vec<Seed>,
    /// One for each asset, ascending.
    pub(crate) totals: Vec<Totals>,
    pub(crate) conservation: Conservation,
    /// By the arrival at which the value was last, in the order of the chain; what left there
    /// first comes first.
    pub(crate) destinations: Vec<Destination>,
    /// The labels that the destinations bear.
    pub(crate) labels: Vec<LabelEntry>,
    pub(crate) gaps: Vec<GapNote>,
    pub(crate) limits_hit: Vec<LimitNote>,
    pub(crate) transactions_visited: u64,
    /// What may have come out of mixers, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) possible: Option<Possible>,
    /// Every arrival of tainted value.
    #[serde(skip)]
    pub(crate) steps: Rc<[Step]>,
    #[serde(skip)]
    pub(crate) direction: Direction,
}

/// A seed, what was seeded, and where it ended.
#[expect(
    clippy::struct_field_names,
    reason = "a field is named as in the document"
)]
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Seed {
    /// As typed.
    pub(crate) seed: String,
    pub(crate) kind: SeedKind,
    /// For an address: only what it held before this height and received from it on.
    pub(crate) from_height: Option<u32>,
    /// One for each asset, ascending.
    pub(crate) totals: Vec<Totals>,
}

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
    /// What an account holds and receives.
    Address,
    /// What a transaction moves to others.
    Transaction,
    /// What arrives by one transfer.
    Transfer,
}

impl Report {
    /// `forward` or `back`.
    pub(crate) fn direction_name(&self) -> &'static str {
        match self.direction {
            Direction::Forward => "forward",
            Direction::Back => "back",
        }
    }
}
