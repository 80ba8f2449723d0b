//! The links that the rules make: of a transaction, of an address, and why there are none.

mod absence;
mod explanation;
mod history;
mod neighbours;

use trace_core::claim::Link;
use trace_core::model::TxNumber;
use trace_core::view::{CoinView, NumberedTransaction};

pub use absence::{Absence, NoLink, why_none};
pub use explanation::{Explanation, explain};
pub use history::{Bounds, Gap};
pub use neighbours::{Neighbourhood, neighbours};

use crate::co_spend;
use crate::mix::{self, MixVerdict};
use crate::rule_set::{Change, RuleSet};
use crate::same_key::{Ahead, Keys};

/// Appends the links that one transaction makes, in this order: its first known input address
/// with each other one, in the order of the inputs; the change; equivalent scripts.
///
/// Equivalent scripts are found as far as this transaction and the view lead to them; a walk
/// over a whole chain with [`Keys`] finds them all.
pub fn of_transaction(
    view: &dyn CoinView,
    tx: TxNumber,
    transaction: &NumberedTransaction,
    rules: &RuleSet,
    into: &mut Vec<Link>,
) {
    let mix = mix::detect(transaction);
    into.extend(of_spending(tx, transaction, &mix));
    if let Some((link, _)) = of_change(view, tx, transaction, rules, &mix) {
        into.push(link);
    }
    Keys::of_one_transaction().links(view, tx, transaction, &Ahead::default(), into);
}

/// A star of links on the first known input address.
pub(crate) fn of_spending(
    tx: TxNumber,
    transaction: &NumberedTransaction,
    mix: &MixVerdict,
) -> Vec<Link> {
    if !co_spend::judge(transaction, mix).applies() {
        return Vec::new();
    }
    let mut spent = co_spend::spent_addresses(transaction).into_iter();
    let Some(first) = spent.next() else {
        return Vec::new();
    };
    spent
        .map(|other| Link {
            a: *first,
            b: *other,
            tx,
            rule: co_spend::RULE,
        })
        .collect()
}

/// The link between the first known input address and the change.
pub(crate) fn of_change(
    view: &dyn CoinView,
    tx: TxNumber,
    transaction: &NumberedTransaction,
    rules: &RuleSet,
    mix: &MixVerdict,
) -> Option<(Link, Change)> {
    if rules.change.is_empty() {
        return None;
    }
    let first = **co_spend::spent_addresses(transaction).first()?;
    let change = rules.change(mix, view, tx, transaction)?;
    let link = Link {
        a: first,
        b: change.address,
        tx,
        rule: change.rule,
    };
    (link.a != link.b).then_some((link, change))
}
