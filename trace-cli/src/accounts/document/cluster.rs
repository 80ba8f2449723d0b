//! Which accounts belong together.

use serde::{Serialize, Serializer};
use trace_core::model::account::Asset;

use super::{Amount, RuleLimits};
use crate::document::{AsOf, GapNote, LabelEntry, LabelList, LinkEntry, RuleName, Seen};

/// The answer of `trace cluster ADDRESS`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ClusterReport {
    pub(crate) schema: &'static str,
    pub(crate) program: &'static str,
    pub(crate) as_of: AsOf,
    /// As asked for.
    pub(crate) address: String,
    /// The smallest address in it.
    pub(crate) cluster: String,
    pub(crate) addresses: usize,
    /// What all members together hold, by asset.
    pub(crate) held: Vec<Holding>,
    pub(crate) first_seen: Seen,
    pub(crate) last_seen: Seen,
    /// Ascending.
    pub(crate) members: Vec<Member>,
    /// Members that are not listed, but counted and summed up.
    pub(crate) members_left_out: usize,
    /// Those of them that pass on to an exchange what its customers pay.
    pub(crate) deposit_addresses: Vec<String>,
    /// Links of members that do not join.
    pub(crate) reported: Vec<LinkEntry>,
    pub(crate) labels: Vec<LabelEntry>,
    pub(crate) rules: Vec<RuleName>,
    /// What they go by.
    pub(crate) rule_limits: Option<RuleLimits>,
    /// The lists of labels read: they say what an exchange is.
    pub(crate) lists: Vec<LabelList>,
    pub(crate) gaps: Vec<GapNote>,
}

/// What is held of one asset.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Holding {
    #[serde(serialize_with = "as_text")]
    pub(crate) asset: Asset,
    pub(crate) chain: String,
    pub(crate) amount: Amount,
}

/// One account of a cluster.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Member {
    pub(crate) address: String,
    pub(crate) label: Option<String>,
    pub(crate) held: Vec<Holding>,
}

pub(super) fn as_text<S: Serializer>(asset: &Asset, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(asset)
}
