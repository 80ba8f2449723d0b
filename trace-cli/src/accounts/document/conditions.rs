//! What was in force when an answer was found: without it the answer cannot be repeated.

use std::collections::BTreeMap;

use serde::Serialize;
use trace_core::taint::account::Bounds;

use super::{Amount, RuleLimits, shown};
use crate::document::{LabelList, RuleName};

/// What was in force.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Conditions {
    /// What happened at a mixer: `stop`.
    pub(crate) mixes: &'static str,
    /// What happened at a pool: `stop` or `spread`.
    pub(crate) pools: &'static str,
    /// The categories of labels at which following stopped.
    pub(crate) stop: Vec<String>,
    /// The lists of labels read.
    pub(crate) lists: Vec<LabelList>,
    pub(crate) bounds: BoundsSet,
    /// Which transactions clusters were made from: `ledger` or `none`.
    pub(crate) clusters: &'static str,
    /// The rules by which accounts were joined.
    pub(crate) rules: Vec<RuleName>,
    /// What they go by; `null` where clusters were not made.
    pub(crate) rule_limits: Option<RuleLimits>,
    /// With `candidates`: up to how many withdrawals behind a deposit are all followed.
    pub(crate) candidates_max: Option<usize>,
    /// Arrivals shown of a path, at most.
    pub(crate) path_max: usize,
}

/// The bounds of following. `None` is none.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BoundsSet {
    hops_max: Option<u32>,
    transactions_max: Option<u64>,
    height_max: Option<u32>,
    height_min: Option<u32>,
    accounts_max: Option<u64>,
    /// By asset.
    amount_min: BTreeMap<String, Amount>,
    #[serde(skip)]
    in_words: Vec<String>,
}

impl BoundsSet {
    /// The bounds that are set, one phrase each.
    pub(crate) fn in_words(&self) -> &[String] {
        &self.in_words
    }
}

impl From<&Bounds> for BoundsSet {
    fn from(bounds: &Bounds) -> Self {
        let mut words = Vec::new();
        if let Some(hops) = bounds.hops_max {
            words.push(format!("at most {hops} transactions on a path"));
        }
        if let Some(transactions) = bounds.transactions_max {
            words.push(format!("at most {transactions} transactions in all"));
        }
        if let Some(height) = bounds.height_max {
            words.push(format!("no block above height {height}"));
        }
        if let Some(height) = bounds.height_min {
            words.push(format!("no block below height {height}"));
        }
        if let Some(accounts) = bounds.accounts_max {
            words.push(format!("at most {accounts} accounts with taint"));
        }
        for (asset, amount) in &bounds.amount_min {
            let amount = shown((*amount).into(), *asset);
            words.push(format!("no amount below {amount} of {asset}"));
        }
        let amount_min = bounds.amount_min.iter();
        Self {
            hops_max: bounds.hops_max,
            transactions_max: bounds.transactions_max,
            height_max: bounds.height_max,
            height_min: bounds.height_min,
            accounts_max: bounds.accounts_max,
            amount_min: amount_min
                .map(|(asset, amount)| (asset.to_string(), (*amount).into()))
                .collect(),
            in_words: words,
        }
    }
}
