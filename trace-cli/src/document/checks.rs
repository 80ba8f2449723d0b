//! What of blocks was held against their hashes.

use serde::Serialize;
use trace_core::model::account::{CheckCounts, Tally};

/// How many blocks gave which answers, by part.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Checks {
    pub(crate) header: Answers,
    pub(crate) transactions: Answers,
    pub(crate) receipts: Answers,
    pub(crate) after: Answers,
}

/// How many blocks gave which answer about one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Answers {
    pub(crate) holds: u64,
    /// They have a form that this version does not know how to hash.
    pub(crate) other_form: u64,
    /// The node did not tell all that is hashed.
    pub(crate) not_told: u64,
}

impl Checks {
    /// Whether everything holds.
    pub(crate) fn all_hold(&self) -> bool {
        let parts = [self.header, self.transactions, self.receipts, self.after];
        parts
            .iter()
            .all(|answers| answers.other_form == 0 && answers.not_told == 0)
    }
}

impl From<CheckCounts> for Checks {
    fn from(counts: CheckCounts) -> Self {
        Self {
            header: counts.header.into(),
            transactions: counts.transactions.into(),
            receipts: counts.receipts.into(),
            after: counts.after.into(),
        }
    }
}

impl From<Tally> for Answers {
    fn from(tally: Tally) -> Self {
        Self {
            holds: tally.holds,
            other_form: tally.other_form,
            not_told: tally.not_told,
        }
    }
}
