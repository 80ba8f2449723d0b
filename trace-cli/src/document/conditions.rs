//! What was in force when an answer was found: without it the answer cannot be repeated.

use serde::Serialize;
use trace_core::claim::Rule;
use trace_core::taint::Bounds;

use super::Amount;

/// What was in force.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Conditions {
    /// What happened at a mix: `stop`, `through` or `poison`.
    pub(crate) mixes: &'static str,
    /// The categories of labels at which following stopped.
    pub(crate) stop: Vec<String>,
    /// The lists of labels read.
    pub(crate) lists: Vec<LabelList>,
    pub(crate) bounds: BoundsSet,
    /// Which transactions clusters were made from: `trail`, `ledger` or `none`.
    pub(crate) clusters: &'static str,
    /// The rules by which addresses were joined.
    pub(crate) rules: Vec<RuleName>,
    /// How many of the change rules among them had to agree.
    pub(crate) change_votes: usize,
    /// Outputs shown of a path, at most.
    pub(crate) path_max: usize,
}

/// A list of labels.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LabelList {
    pub(crate) name: String,
    pub(crate) labels: usize,
    /// Entries passed over.
    pub(crate) skipped: usize,
}

/// The bounds of following. `None` is none.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct BoundsSet {
    hops_max: Option<u32>,
    transactions_max: Option<u64>,
    height_max: Option<u32>,
    height_min: Option<u32>,
    amount_min: Amount,
}

/// A rule by name and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RuleName {
    pub(crate) name: &'static str,
    pub(crate) version: u16,
}

impl BoundsSet {
    /// Whether following is limited at all.
    pub(crate) fn in_words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(hops) = self.hops_max {
            words.push(format!("at most {hops} transactions on a path"));
        }
        if let Some(transactions) = self.transactions_max {
            words.push(format!("at most {transactions} transactions in all"));
        }
        if let Some(height) = self.height_max {
            words.push(format!("no block above height {height}"));
        }
        if let Some(height) = self.height_min {
            words.push(format!("no block below height {height}"));
        }
        if self.amount_min > Amount::default() {
            words.push(format!("no amount below {} BTC", self.amount_min.btc()));
        }
        words
    }
}

impl From<Bounds> for BoundsSet {
    fn from(bounds: Bounds) -> Self {
        Self {
            hops_max: bounds.hops_max,
            transactions_max: bounds.transactions_max,
            height_max: bounds.height_max,
            height_min: bounds.height_min,
            amount_min: bounds.amount_min_sat.into(),
        }
    }
}

impl From<Rule> for RuleName {
    fn from(rule: Rule) -> Self {
        let Rule { name, version } = rule;
        Self { name, version }
    }
}
