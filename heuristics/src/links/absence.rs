//! Why no rule links two addresses.

use trace_core::model::{AddressId, TxNumber, Txid};
use trace_core::view::{Answer, CoinView, NumberedTransaction, Question};

use super::history::{self, Bounds, Gap};
use crate::co_spend::{self, CoSpend, Withheld};
use crate::mix;
use crate::rule_set::RuleSet;

/// What was found between two addresses that no rule links.
#[derive(Clone, Debug, Default)]
pub struct Absence {
    /// The transactions in which both take part and why none of them links the two, in chain
    /// order. Empty where there is no such transaction among those that are known.
    pub common: Vec<NoLink>,
    /// What to ask the source for; with its answers there may be more to say.
    pub wants: Vec<Question>,
    /// What will stay unknown. Where there is a gap, "no common transaction" is not known.
    pub gaps: Vec<Gap>,
}

/// Why one transaction does not link two addresses that take part in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoLink {
    /// Both are spent, but nothing is claimed of the inputs.
    SpentTogether {
        /// The transaction.
        tx: TxNumber,
        /// Its hash.
        txid: Txid,
        /// Why nothing is claimed.
        why: Withheld,
    },
    /// One is spent and the other paid, and too few rules take that for change.
    Paid {
        /// The transaction.
        tx: TxNumber,
        /// Its hash.
        txid: Txid,
    },
    /// Both are paid.
    PaidTogether {
        /// The transaction.
        tx: TxNumber,
        /// Its hash.
        txid: Txid,
    },
}

/// Looks through the transactions of both addresses for those that they share, and says of
/// each why it does not link them. One that links them is left out.
///
/// Cost: the transactions of both addresses are listed, at most as many as `bounds` says of
/// each, and those that they share are read.
pub fn why_none(
    view: &dyn CoinView,
    a: AddressId,
    b: AddressId,
    rules: &RuleSet,
    bounds: Bounds,
) -> Absence {
    let (of_a, of_b) = (history::of(view, a, bounds), history::of(view, b, bounds));
    let mut absence = Absence {
        common: Vec::new(),
        wants: [of_a.wants, of_b.wants].concat(),
        gaps: [of_a.gaps, of_b.gaps].concat(),
    };
    let mut transaction = NumberedTransaction::default();
    let mut in_b = of_b.transactions;
    in_b.sort_unstable();
    for tx in of_a.transactions {
        if in_b.binary_search(&tx).is_err() {
            continue;
        }
        match view.transaction(tx, &mut transaction) {
            Answer::Known(()) => {}
            Answer::NotFetched => continue,
            Answer::Unknown(why) => {
                absence.gaps.push(Gap::Transaction { tx, why });
                continue;
            }
        }
        let txid = transaction.txid;
        let mix = mix::detect(&transaction);
        let spent = co_spend::spent_addresses(&transaction);
        let no_link = match [a, b].map(|end| spent.contains(&&end)) {
            [true, true] => match co_spend::judge(&transaction, &mix) {
                CoSpend::Withheld(why) => Some(NoLink::SpentTogether { tx, txid, why }),
                CoSpend::Applies { .. } => None,
            },
            [false, false] => Some(NoLink::PaidTogether { tx, txid }),
            [a_spends, _] => {
                let paid = if a_spends { b } else { a };
                let change = rules.change(&mix, view, tx, &transaction);
                let is_change = change.is_some_and(|change| change.address == paid);
                (!is_change).then_some(NoLink::Paid { tx, txid })
            }
        };
        absence.common.extend(no_link);
    }
    absence
}
