//! What the transactions that a result rests on were held against.

use serde::Serialize;
use trace_core::model::account::HeldAgainst;

/// How many transactions were held against which hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct TrailChecks {
    /// Against the hash of their block.
    pub(crate) in_block: u64,
    /// Against their own hash only: how they ended is the node's word.
    pub(crate) alone: u64,
    /// Against none.
    pub(crate) nothing: u64,
}

/// What a transaction was held against, as documents name it: as the fields of [`TrailChecks`].
pub(crate) fn held_name(held: HeldAgainst) -> &'static str {
    match held {
        HeldAgainst::Block => "in_block",
        HeldAgainst::Itself => "alone",
        HeldAgainst::Nothing => "nothing",
    }
}

impl TrailChecks {
    /// Counts one transaction after the other.
    pub(crate) fn of(transactions: impl IntoIterator<Item = HeldAgainst>) -> Self {
        let mut checks = Self::default();
        for held in transactions {
            match held {
                HeldAgainst::Block => checks.in_block += 1,
                HeldAgainst::Itself => checks.alone += 1,
                HeldAgainst::Nothing => checks.nothing += 1,
            }
        }
        checks
    }

    fn all(self) -> u64 {
        self.in_block + self.not_in_block()
    }

    fn not_in_block(self) -> u64 {
        self.alone + self.nothing
    }

    /// All of it in a sentence or two.
    pub(crate) fn in_words(self) -> String {
        let Self {
            in_block,
            alone,
            nothing,
        } = self;
        let all = self.all();
        let words = format!(
            "Transactions held against the hash of their block: {in_block} of {all}; against their own \
             hash alone: {alone}; against nothing: {nothing}."
        );
        if self.not_in_block() == 0 {
            words
        } else {
            format!("{words} What was not held is the node's word.")
        }
    }

    /// What to say to whoever did not ask; `None` where all were held against the hash of their
    /// block.
    pub(crate) fn remark(self) -> Option<String> {
        let (all, unheld) = (self.all(), self.not_in_block());
        let words = "transactions not held against the hash of their block";
        (unheld > 0).then(|| format!("{words}: {unheld} of {all}"))
    }
}
