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
    pub(crate) reported: Vec<LinkEntry>,
    pub(crate) rules: Vec<RuleName>,
    /// Over coins: how many of the change rules had to agree.
    pub(crate) change_votes: Option<usize>,
    /// Over accounts: what the rules go by.
    pub(crate) rule_limits: Option<RuleLimits>,
    /// Over accounts: the lists of labels read, which say what an exchange is.
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
    pub(crate) confidence: Option<String>,
    /// Over accounts: what shows it.
    pub(crate) evidence: Option<String>,
    /// Over accounts: the transactions that show it.
    pub(crate) rests_on: Vec<String>,
    /// Over accounts, of a link that does not join: why it does not.
    pub(crate) standing: Option<&'static str>,
}

/// A transaction in which both take part.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CommonEntry {
    pub(crate) transaction: String,
    pub(crate) height: Option<u32>,
    pub(crate) why: String,
}
