//! Whose addresses belong together.

use serde::Serialize;

use super::{AsOf, GapNote, LabelEntry, LabelList, LimitNote, LinkEntry, Money, RuleName};
use crate::accounts::RuleLimits;

/// The answer of `trace cluster ADDRESS`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ClusterReport {
    pub(crate) schema: &'static str,
    pub(crate) program: &'static str,
    pub(crate) as_of: AsOf,
    /// As asked for.
    pub(crate) address: String,
    /// Its address that comes first in the chain; over accounts the smallest.
    pub(crate) cluster: String,
    pub(crate) totals: ClusterTotals,
    /// In the order of first appearance; over accounts ascending.
    pub(crate) members: Vec<Member>,
    /// Members that are not listed, but counted and summed up.
    pub(crate) members_left_out: usize,
    /// Over accounts: those that pass on to an exchange what its customers pay.
    pub(crate) deposit_addresses: Vec<String>,
    /// Over accounts: links of members that do not join.
    pub(crate) reported: Vec<LinkEntry>,
    pub(crate) labels: Vec<LabelEntry>,
    /// The lists of labels read; over accounts they say what an exchange is.
    pub(crate) lists: Vec<LabelList>,
    pub(crate) rules: Vec<RuleName>,
    /// Over coins.
    pub(crate) change_votes: Option<usize>,
    /// Over accounts: what the rules go by.
    pub(crate) rule_limits: Option<RuleLimits>,
    pub(crate) gaps: Vec<GapNote>,
    pub(crate) limits_hit: Vec<LimitNote>,
}

/// What all members together received and still have.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ClusterTotals {
    pub(crate) addresses: usize,
    #[serde(flatten)]
    pub(crate) holdings: Holdings,
    pub(crate) first_seen: Option<Seen>,
    pub(crate) last_seen: Option<Seen>,
}

/// What somebody received and still has.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Holdings {
    /// Outputs paid to them, over accounts transfers.
    pub(crate) arrivals: u64,
    /// All that these brought, one for each asset.
    pub(crate) received: Vec<Money>,
    /// What is left as of the block, one for each asset: what is not spent, over accounts the
    /// balances. `None` where that is not known.
    pub(crate) held: Option<Vec<Money>>,
}

/// A transaction and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Seen {
    pub(crate) height: u32,
    pub(crate) transaction: String,
}

/// One address of a cluster.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Member {
    pub(crate) address: String,
    pub(crate) label: Option<String>,
    #[serde(flatten)]
    pub(crate) holdings: Holdings,
}

/// A line of `trace cluster --all`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Belongs {
    pub(crate) address: String,
    /// The cluster's address that comes first in the chain; over accounts the smallest.
    pub(crate) cluster: String,
}

impl Holdings {
    /// Nothing at all.
    pub(crate) fn none() -> Self {
        Self {
            arrivals: 0,
            received: Vec::new(),
            held: Some(Vec::new()),
        }
    }

    /// Adds another's.
    pub(crate) fn add(&mut self, other: &Self) {
        self.arrivals = self.arrivals.saturating_add(other.arrivals);
        add_up(&mut self.received, &other.received);
        match (&mut self.held, &other.held) {
            (Some(held), Some(others)) => add_up(held, others),
            (held, _) => *held = None,
        }
    }
}

/// Adds amounts to others, each to that of its asset. Both are ascending.
fn add_up(sums: &mut Vec<Money>, amounts: &[Money]) {
    for money in amounts {
        match sums.binary_search_by_key(&money.unit, |sum| sum.unit) {
            Ok(at) => {
                if let Some(sum) = sums.get_mut(at) {
                    sum.amount = sum.amount.plus(money.amount);
                }
            }
            Err(at) => sums.insert(at, *money),
        }
    }
}
