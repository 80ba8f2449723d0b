//! Whose addresses belong together.

use serde::Serialize;

use super::{Amount, AsOf, GapNote, LabelEntry, LimitNote, RuleName};

/// The answer of `trace cluster ADDRESS`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ClusterReport {
    pub(crate) schema: &'static str,
    pub(crate) program: &'static str,
    pub(crate) as_of: AsOf,
    /// As asked for.
    pub(crate) address: String,
    /// Its address that comes first in the chain.
    pub(crate) cluster: String,
    pub(crate) totals: ClusterTotals,
    /// In the order of first appearance.
    pub(crate) members: Vec<Member>,
    /// Members that are not listed, but counted and summed up.
    pub(crate) members_left_out: u64,
    pub(crate) labels: Vec<LabelEntry>,
    pub(crate) rules: Vec<RuleName>,
    pub(crate) change_votes: usize,
    pub(crate) gaps: Vec<GapNote>,
    pub(crate) limits_hit: Vec<LimitNote>,
}

/// What all members together received and still have.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct ClusterTotals {
    pub(crate) addresses: u64,
    /// Outputs paid to them.
    pub(crate) outputs: u64,
    pub(crate) received: Amount,
    /// Of that, what is not spent.
    pub(crate) unspent: Amount,
    pub(crate) first_seen: Option<Seen>,
    pub(crate) last_seen: Option<Seen>,
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
    pub(crate) outputs: u64,
    pub(crate) received: Amount,
    pub(crate) unspent: Amount,
}

/// A line of `trace cluster --all`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Belongs {
    pub(crate) address: String,
    /// The cluster's address that comes first in the chain.
    pub(crate) cluster: String,
}
