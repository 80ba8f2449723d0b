//! Every link at one address.

use trace_core::claim::Link;
use trace_core::model::{AddressId, KeyHash, TxNumber};
use trace_core::view::{Answer, CoinView, NumberedTransaction, Question};

use super::history::{self, Bounds, Gap, History};
use crate::mix;
use crate::rule_set::RuleSet;
use crate::{co_spend, same_key};

/// The links at an address and what could not be known of it.
#[derive(Clone, Debug, Default)]
pub struct Neighbourhood {
    /// Each link begins at the address. In chain order, and in a transaction in the order of
    /// the inputs, then the change; equivalent scripts last.
    pub links: Vec<Link>,
    /// What to ask the source for; with its answers there may be more links.
    pub wants: Vec<Question>,
    /// What will stay unknown.
    pub gaps: Vec<Gap>,
}

/// Finds every link at `address`: in each transaction that pays to it or spends from it, with
/// every address spent beside it, not only the first. Of the equivalent scripts those to which
/// the address itself leads; [`explain`](super::explain()) knows the others too.
///
/// Cost: the transactions of the address are read, at most as many as `bounds` says.
pub fn neighbours(
    view: &dyn CoinView,
    address: AddressId,
    rules: &RuleSet,
    bounds: Bounds,
) -> Neighbourhood {
    let History {
        transactions,
        wants,
        gaps,
    } = history::of(view, address, bounds);
    let mut found = Neighbourhood {
        links: Vec::new(),
        wants,
        gaps,
    };
    let mut transaction = NumberedTransaction::default();
    let mut revealed: Vec<(KeyHash, TxNumber)> = Vec::new();
    for tx in &transactions {
        match view.transaction(*tx, &mut transaction) {
            Answer::Known(()) => {}
            Answer::NotFetched => continue,
            Answer::Unknown(why) => {
                found.gaps.push(Gap::Transaction { tx: *tx, why });
                continue;
            }
        }
        found.add(view, address, *tx, &transaction, rules);
        let inputs = transaction.inputs.iter();
        let own = inputs.filter(|input| {
            let prevout = input.prevout.as_ref();
            prevout.and_then(|prevout| prevout.address) == Some(address)
        });
        let keys = own.filter_map(|input| input.reveals);
        let keys = keys.filter(|key| same_key::hides(view, address, *key));
        revealed.extend(keys.map(|key| (key, *tx)));
    }
    if let Some(first) = transactions.first() {
        found.add_equivalents(view, address, *first, &revealed);
    }
    found
}

impl Neighbourhood {
    fn add(
        &mut self,
        view: &dyn CoinView,
        address: AddressId,
        tx: TxNumber,
        transaction: &NumberedTransaction,
        rules: &RuleSet,
    ) {
        let mix = mix::detect(transaction);
        let spent = co_spend::spent_addresses(transaction);
        let spends = spent.contains(&&address);
        let link = |b: AddressId, rule| Link {
            a: address,
            b,
            tx,
            rule,
        };
        let others = || spent.iter().map(|other| **other).filter(|b| *b != address);
        if spends && co_spend::judge(transaction, &mix).applies() {
            let links = others().map(|other| link(other, co_spend::RULE));
            self.links.extend(links);
        }
        if rules.change.is_empty() {
            return;
        }
        self.want_for_change(view, tx, transaction, rules);
        let Some(change) = rules.change(&mix, view, tx, transaction) else {
            return;
        };
        if change.address == address {
            self.links
                .extend(others().map(|other| link(other, change.rule)));
        } else if spends {
            self.links.push(link(change.address, change.rule));
        }
    }

    /// Asks for what the change rules would like to know and the source was not asked yet.
    fn want_for_change(
        &mut self,
        view: &dyn CoinView,
        tx: TxNumber,
        transaction: &NumberedTransaction,
        rules: &RuleSet,
    ) {
        let looks_back = rules.change.iter().any(|change| change.looks_back);
        let looks_ahead = rules.change.iter().any(|change| change.looks_ahead);
        for (vout, output) in (0..).zip(&transaction.outputs) {
            let Some(address) = output.address else {
                continue;
            };
            if looks_back && view.first_appearance(address) == Answer::NotFetched {
                let script = view.address(address);
                self.wants
                    .extend(script.map(|script| Question::Receipts(script, 0)));
            }
            if looks_ahead
                && let Some(output) = view.output_id(tx, vout)
                && view.spender(output) == Answer::NotFetched
                && let Answer::Known(outpoint) = view.outpoint(output)
            {
                self.wants.push(Question::Spender(outpoint));
            }
        }
    }

    /// Scripts of the same key: shown by the transaction in which the later of the two first
    /// appears, or by the one that revealed the key.
    fn add_equivalents(
        &mut self,
        view: &dyn CoinView,
        address: AddressId,
        first: TxNumber,
        revealed: &[(KeyHash, TxNumber)],
    ) {
        let shown = [(same_key::of_address(view, address, None), first)];
        let revealed = revealed
            .iter()
            .map(|(hash, tx)| (same_key::of_address(view, address, Some(*hash)), *tx));
        let mut known: Vec<AddressId> = Vec::new();
        for (others, tx) in shown.into_iter().chain(revealed) {
            for other in others {
                if known.contains(&other) {
                    continue;
                }
                known.push(other);
                if view.first_appearance(other) == Answer::NotFetched {
                    let script = view.address(other);
                    self.wants
                        .extend(script.map(|script| Question::Receipts(script, 0)));
                }
                let tx = match view.first_appearance(other) {
                    Answer::Known(later) if view.order(later) > view.order(tx) => later,
                    _ => tx,
                };
                self.links.push(Link {
                    a: address,
                    b: other,
                    tx,
                    rule: same_key::RULE,
                });
            }
        }
    }
}
