//! What was in force when an answer was found: without it the answer cannot be repeated.

use serde::Serialize;
use trace_core::claim::Rule;
use trace_core::model::{Chain, ChainId};
use trace_core::taint::{Bounds, account};

use super::{Amount, Money, Unit};
use crate::accounts::RuleLimits;

/// What was in force.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Conditions {
    /// What happened at a mix: `stop`, `through` or `poison`; over accounts `stop` or `candidates`.
    pub(crate) mixes: &'static str,
    /// Over accounts: what happened at a pool, `stop` or `spread`.
    pub(crate) pools: Option<&'static str>,
    /// The categories of labels at which following stopped.
    pub(crate) stop: Vec<String>,
    /// The lists of labels read.
    pub(crate) lists: Vec<LabelList>,
    pub(crate) bounds: BoundsSet,
    /// Which transactions clusters were made from: `trail`, `ledger` or `none`.
    pub(crate) clusters: &'static str,
    /// The rules by which addresses were joined.
    pub(crate) rules: Vec<RuleName>,
    /// Over coins: how many of the change rules among them had to agree.
    pub(crate) change_votes: Option<usize>,
    /// Over accounts: what the rules go by; `None` where neither clusters were made nor mixers
    /// looked for.
    pub(crate) rule_limits: Option<RuleLimits>,
    /// With `candidates`: up to how many withdrawals behind a deposit are all followed.
    pub(crate) candidates_max: Option<usize>,
    /// Stages shown of a path, at most.
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
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BoundsSet {
    hops_max: Option<u32>,
    transactions_max: Option<u64>,
    height_max: Option<u32>,
    height_min: Option<u32>,
    accounts_max: Option<u64>,
    /// One for each asset that has one.
    amount_min: Vec<Money>,
}

/// A rule by name and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RuleName {
    pub(crate) name: &'static str,
    pub(crate) version: u16,
}

impl BoundsSet {
    pub(crate) fn of_coins(bounds: Bounds, chain: Chain) -> Self {
        let amount = Amount::from(bounds.amount_min_sat);
        let amount_min = (!amount.is_zero()).then(|| Unit::coin(chain).of(amount));
        Self {
            hops_max: bounds.hops_max,
            transactions_max: bounds.transactions_max,
            height_max: bounds.height_max,
            height_min: bounds.height_min,
            accounts_max: None,
            amount_min: amount_min.into_iter().collect(),
        }
    }

    pub(crate) fn of_accounts(bounds: &account::Bounds, chain: ChainId) -> Self {
        let amounts = bounds.amount_min.iter().map(|(asset, amount)| {
            let chain = chain.into();
            let unit = Unit {
                asset: *asset,
                chain,
            };
            unit.of((*amount).into())
        });
        Self {
            hops_max: bounds.hops_max,
            transactions_max: bounds.transactions_max,
            height_max: bounds.height_max,
            height_min: bounds.height_min,
            accounts_max: bounds.accounts_max,
            amount_min: amounts.collect(),
        }
    }

    /// The bounds that are set, one phrase each.
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
        if let Some(accounts) = self.accounts_max {
            words.push(format!("at most {accounts} accounts with taint"));
        }
        let amounts = self.amount_min.iter();
        words.extend(amounts.map(|least| format!("no amount below {}", least.shown())));
        words
    }
}

impl From<Rule> for RuleName {
    fn from(rule: Rule) -> Self {
        let Rule { name, version } = rule;
        Self { name, version }
    }
}
