//! Why two addresses are said to have one owner, or why nothing says so.

use serde::Serialize;

use super::{AsOf, GapNote, LabelList, LimitNote, RuleName};
use crate::accounts::RuleLimits;

/// The answer of `trace explain A B`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Explanation {
    pub(crate) schema: &'static str,
    pub(crate) program: &'static str,
    pub(crate) as_of: AsOf,
    pub(crate) a: String,
    pub(crate) b: String,
    /// Whether a chain of links leads from one to the other; `None` where that is not known.
    pub(crate) linked: Option<bool>,
    /// The shortest chain, from `a` to `b`.
    pub(crate) links: Vec<LinkEntry>,
    /// Where they are not linked: the transactions in which both take part, and why none of
    /// them links the two.
    pub(crate) common: Vec<CommonEntry>,
    /// Over accounts: links between the two that do not join.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) reported: Vec<LinkEntry>,
    pub(crate) rules: Vec<RuleName>,
    pub(crate) change_votes: usize,
    /// Over accounts: what the rules go by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule_limits: Option<RuleLimits>,
    /// Over accounts: the lists of labels read, which say what an exchange is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) lists: Vec<LabelList>,
    pub(crate) gaps: Vec<GapNote>,
    pub(crate) limits_hit: Vec<LimitNote>,
}

/// One link.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LinkEntry {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) rule: &'static str,
    pub(crate) version: u16,
    pub(crate) transaction: String,
    pub(crate) height: Option<u32>,
    /// Over accounts: how sure the rule is, from 0 to 1; nothing where nobody measured it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) confidence: Option<String>,
    /// Over accounts: what shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) evidence: Option<String>,
    /// Over accounts: the transactions that show it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) rests_on: Vec<String>,
    /// Over accounts, of a link that does not join: why it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) standing: Option<&'static str>,
}

/// A transaction in which both take part.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CommonEntry {
    pub(crate) transaction: String,
    pub(crate) height: Option<u32>,
    pub(crate) why: String,
}
