//! Why two addresses are said to have one owner, or why nothing says so.

use serde::Serialize;

use super::{AsOf, GapNote, LimitNote, RuleName};

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
    pub(crate) rules: Vec<RuleName>,
    pub(crate) change_votes: usize,
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
}

/// A transaction in which both take part.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CommonEntry {
    pub(crate) transaction: String,
    pub(crate) height: Option<u32>,
    pub(crate) why: String,
}
