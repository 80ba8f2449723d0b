//! What may have come out of mixers: possible, and kept apart from what is certain.

use serde::Serialize;

use super::{Report, RuleName, Stage};

/// Withdrawals that may be what was followed into mixers, and where they went.
#[derive(Clone, Debug, Serialize)]
#[serde(bound(serialize = ""))]
pub(crate) struct Possible<S: Stage> {
    pub(crate) statement: &'static str,
    /// What was followed into mixers, in the order of the chain.
    pub(crate) deposits: Vec<PossibleDeposit>,
    /// The withdrawals that were followed, in the order of the chain.
    pub(crate) withdrawals: Vec<PossibleWithdrawal>,
    /// What following them found, each of their transactions a seed, in the order of the chain; nothing where there
    /// are none. Nothing in it counts towards the sums of the document around it.
    pub(crate) followed: Option<Box<Report<S>>>,
}

/// One deposit.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PossibleDeposit {
    pub(crate) transaction: String,
    pub(crate) height: u32,
    pub(crate) pool: String,
    pub(crate) from: String,
    /// Withdrawals of the pool behind it: each may be this deposit.
    pub(crate) candidates: usize,
    /// Those of them that something gives away.
    pub(crate) revealed: usize,
    /// Those of them about which a rule that may give something away could not tell.
    pub(crate) untold: usize,
    /// Whether the others were followed too.
    pub(crate) all_followed: bool,
}

/// One withdrawal, and what ties it to a deposit.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PossibleWithdrawal {
    pub(crate) transaction: String,
    pub(crate) height: u32,
    pub(crate) pool: String,
    pub(crate) to: String,
    pub(crate) relayer: Option<String>,
    /// Deposits of the pool before it.
    pub(crate) among: usize,
    /// What gives it away; empty where nothing does.
    pub(crate) reveals: Vec<RevealEntry>,
}

/// What gives a withdrawal away.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RevealEntry {
    #[serde(flatten)]
    pub(crate) rule: RuleName,
    /// The account that put it in.
    pub(crate) from: String,
    /// The transactions that show it.
    pub(crate) rests_on: Vec<String>,
    /// Deposits left of those that the withdrawal can come from.
    pub(crate) left: usize,
    /// From 0 to 1.
    pub(crate) confidence: String,
}

impl<S: Stage> Possible<S> {
    pub(crate) const STATEMENT: &'static str = "A mixer hides which deposit a withdrawal is of. \
        At most one withdrawal behind a deposit is of it, so not all of these can be. What follows is \
        possible and not certain, and counts in none of the sums above.";
}
