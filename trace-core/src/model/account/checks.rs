//! What of a block was held against its hash.

/// Whether a part of a block was held against the block's hash. What was and does not hold is no
/// answer but an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// It is what the hash commits to.
    Holds,
    /// It has a form that this version does not know how to hash: a type of transaction or a
    /// member of a header that Ethereum did not have up to the fork of Prague.
    OtherForm,
    /// The node did not tell all that is hashed.
    #[default]
    NotTold,
}

/// The parts of a block that its hash commits to. A part holds only if the header does, for its
/// root is in there.
///
/// What inner calls moved is committed to by nothing but the state of all accounts, and is the
/// node's word in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Checks {
    /// Its height, time, parent and fee recipient, and the roots of all that follows.
    pub header: Check,
    /// Its transactions, and who signed each of them.
    pub transactions: Check,
    /// How each of them ended, what it cost, the contract it created and its events.
    pub receipts: Check,
    /// What moved after the last transaction: withdrawals, and the uncles that are rewarded.
    pub after: Check,
}

impl Check {
    /// Holds if both do; otherwise the reason that says least.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }
}

impl Checks {
    /// The four answers in the order of the fields.
    pub fn to_array(self) -> [Check; 4] {
        [self.header, self.transactions, self.receipts, self.after]
    }

    /// Whether everything that the hash commits to holds.
    pub fn all_hold(self) -> bool {
        self.to_array().iter().all(|check| *check == Check::Holds)
    }
}

/// How many blocks gave which answer about one of their parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// [`Check::Holds`].
    pub holds: u64,
    /// [`Check::OtherForm`].
    pub other_form: u64,
    /// [`Check::NotTold`].
    pub not_told: u64,
}

/// How many blocks gave which answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckCounts {
    /// About the header.
    pub header: Tally,
    /// About the transactions.
    pub transactions: Tally,
    /// About the receipts.
    pub receipts: Tally,
    /// About what moved after the last transaction.
    pub after: Tally,
}

impl CheckCounts {
    /// Counts the answers of one more block.
    pub fn add(&mut self, checks: Checks) {
        let Self {
            header,
            transactions,
            receipts,
            after,
        } = self;
        let tallies = [header, transactions, receipts, after];
        for (tally, check) in tallies.into_iter().zip(checks.to_array()) {
            let count = match check {
                Check::Holds => &mut tally.holds,
                Check::OtherForm => &mut tally.other_form,
                Check::NotTold => &mut tally.not_told,
            };
            *count = count.saturating_add(1);
        }
    }
}
