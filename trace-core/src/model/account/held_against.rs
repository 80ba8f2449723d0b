//! Which hash what is known of a transaction was held against.

use super::{Check, Checks};

/// Which hash what is known of a transaction was held against, from the strongest on. What was
/// held and does not hold is no answer but an error.
///
/// What inner calls moved no hash commits to; of that
/// [`InnerCalls`](super::InnerCalls) says whether a node told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HeldAgainst {
    /// All of it against that of its block: the header, what was signed, by whom, and the receipt.
    /// Of what moved behind a block's transactions the header, withdrawals and uncles.
    Block,
    /// What was signed, and by whom, against a hash, most often the transaction's own. How it
    /// ended, what it cost and its events are the node's word.
    Itself,
    /// Not even that: the node did not tell all that is hashed, or it has a form that this version
    /// does not know how to hash.
    Nothing,
}

impl HeldAgainst {
    /// Of a transaction that was told without the rest of its block.
    pub fn alone(itself: Check) -> Self {
        match itself {
            Check::Holds => Self::Itself,
            Check::OtherForm | Check::NotTold => Self::Nothing,
        }
    }
}

impl Checks {
    /// What each transaction of the block was held against. The checks are of all transactions
    /// together, so one of another form leaves the others without.
    pub fn of_transactions(self) -> HeldAgainst {
        match HeldAgainst::alone(self.transactions) {
            HeldAgainst::Itself if self.receipts == Check::Holds => HeldAgainst::Block,
            held => held,
        }
    }

    /// What was held of what moved after the last transaction.
    pub fn of_after(self) -> HeldAgainst {
        match self.after {
            Check::Holds => HeldAgainst::Block,
            Check::OtherForm | Check::NotTold => HeldAgainst::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_holds_as_far_as_its_block_does() {
        let [holds, other, not] = [Check::Holds, Check::OtherForm, Check::NotTold];
        for (transactions, receipts, held) in [
            (holds, holds, HeldAgainst::Block),
            (holds, other, HeldAgainst::Itself),
            (holds, not, HeldAgainst::Itself),
            (other, holds, HeldAgainst::Nothing),
            (not, holds, HeldAgainst::Nothing),
            (not, not, HeldAgainst::Nothing),
        ] {
            let checks = Checks {
                header: holds,
                transactions,
                receipts,
                after: other,
            };
            assert_eq!(checks.of_transactions(), held, "{checks:?}");
            assert_eq!(checks.of_after(), HeldAgainst::Nothing);
        }
        let after = Checks {
            after: holds,
            ..Checks::default()
        };
        assert_eq!(after.of_after(), HeldAgainst::Block);
    }
}
