//! How often each change rule is right, measured by what later transactions reveal.
//!
//! Nobody has to know whose an address is. But the figures are those of transactions whose
//! change was spent together with other coins of its owner: wallets that never do so, and
//! coins still unspent, are not among them, and rules that agree with how coins are gathered
//! look better than they are. A rule that looks ahead sees the very spending that reveals the
//! change, so its figures are no forecast; [`MeasuredRule::looks_ahead`] says which do.

use trace_core::claim::Rule;
use trace_core::model::TxNumber;
use trace_core::view::{Answer, CoinView, NumberedTransaction};

use super::Rate;
use super::revealed::{Evidence, Revealed, Revealer};
use crate::change::ChangeRule;
use crate::mix::{self, MixVerdict};

/// What was measured over a stretch of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeMeasured {
    /// Transactions that were looked at.
    pub transactions: u64,
    /// Those of them with a choice: no coinbase, no mix or possible mix, two outputs or more
    /// that can be spent.
    pub with_choice: u64,
    /// Those of them of which an output goes back to an address of the inputs, so that
    /// nothing has to be revealed. Self-change speaks of no others, so it is not measured.
    pub evident: u64,
    /// Those of them whose change is revealed later.
    pub revealed: u64,
    /// Those of them of which more than one output is revealed to be the spender's.
    pub several: u64,
    /// Those of them of which that cannot be told.
    pub unknown: u64,
    /// The rules, in the order in which they were given.
    pub rules: Vec<MeasuredRule>,
}

/// What was measured of one rule, over the transactions whose change is revealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeasuredRule {
    /// The rule.
    pub rule: Rule,
    /// Whether it looks ahead.
    pub looks_ahead: bool,
    /// Transactions whose change is revealed.
    pub revealed: u64,
    /// Those of them in which the rule took an output for the change.
    pub answered: u64,
    /// Those of them in which it was the right one.
    pub right: u64,
}

/// Measures `rules` over `transactions`. Where `evidence` leaves a question open, the
/// transaction counts as unknown.
///
/// Cost: with clusters, reading each transaction; else for each with a choice the histories of
/// its addresses, each of `receipts_max` outputs at most.
pub fn change(
    view: &dyn CoinView,
    transactions: impl IntoIterator<Item = TxNumber>,
    rules: &[&ChangeRule],
    evidence: Evidence,
) -> ChangeMeasured {
    let mut revealer = Revealer::new(view, evidence);
    let mut measured = ChangeMeasured {
        rules: rules
            .iter()
            .map(|change| MeasuredRule {
                rule: change.rule,
                looks_ahead: change.looks_ahead,
                revealed: 0,
                answered: 0,
                right: 0,
            })
            .collect(),
        ..ChangeMeasured::default()
    };
    let mut transaction = NumberedTransaction::default();
    for tx in transactions {
        measured.transactions += 1;
        if view.transaction(tx, &mut transaction) != Answer::Known(()) {
            measured.unknown += 1;
            continue;
        }
        let mix = mix::detect(&transaction);
        let outputs = transaction.outputs.iter();
        let spendable = outputs.filter(|output| output.address.is_some()).count();
        if transaction.is_coinbase() || spendable < 2 || !matches!(mix, MixVerdict::None(_)) {
            continue;
        }
        measured.with_choice += 1;
        let vout = match revealer.of(tx, &transaction) {
            Revealed::Change(vout) => vout,
            Revealed::Several => {
                measured.several += 1;
                continue;
            }
            Revealed::Evident => {
                measured.evident += 1;
                continue;
            }
            Revealed::Unknown => {
                measured.unknown += 1;
                continue;
            }
            Revealed::Nothing => continue,
        };
        measured.revealed += 1;
        for (rule, counts) in rules.iter().zip(&mut measured.rules) {
            counts.revealed += 1;
            if let Some(answer) = rule.supported(&mix, view, tx, &transaction) {
                counts.answered += 1;
                counts.right += u64::from(answer == vout);
            }
        }
    }
    measured
}

impl MeasuredRule {
    /// How often it was right when it answered.
    pub fn precision(&self) -> Rate {
        Rate {
            hits: self.right,
            of: self.answered,
        }
    }

    /// How often it was wrong when it answered.
    pub fn error(&self) -> Rate {
        Rate {
            hits: self.answered - self.right,
            of: self.answered,
        }
    }

    /// How often it answered.
    pub fn coverage(&self) -> Rate {
        Rate {
            hits: self.answered,
            of: self.revealed,
        }
    }
}
