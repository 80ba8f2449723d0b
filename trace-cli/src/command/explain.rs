//! `trace explain A B`: the shortest chain of links between two addresses, or why there is none.

use std::collections::BTreeSet;

use heuristics::RuleSet;
use heuristics::links::{self, Bounds, NoLink};
use trace_core::claim::Link;
use trace_core::cluster::{Connection, shortest_path};
use trace_core::model::{Address, AddressId, TxNumber};
use trace_core::source::history::Step;
use trace_core::view::{Answer as Known, CoinView, NumberedTransaction, Question};

use crate::access::{self, Opened};
use crate::accounts;
use crate::arguments::{Explain, TextOrJson};
use crate::document::{AsOf, CommonEntry, Explanation, LimitNote, LinkEntry, Names, PROGRAM};
use crate::export;
use crate::failure::Failure;
use crate::link_gaps;
use crate::session::{Answer, Session};

/// Runs the command.
pub(crate) async fn run(arguments: &Explain, session: &mut Session) -> Result<Answer, Failure> {
    let mut access = match access::open(&arguments.access, session).await? {
        Opened::Coins(access) => access,
        Opened::Accounts(access) => return accounts::explain::run(arguments, &access, session),
    };
    let rules = crate::rules::read(&arguments.rules)?;
    if !arguments.label_files.labels.is_empty() {
        let why = "labels have no bearing on links between addresses of coins";
        return Err(Failure::Asked(why.to_owned()));
    }
    let network = access.chain();
    let read = |text: &str| Address::parse(text, network);
    let search = Search {
        a: read(&arguments.a)?,
        b: read(&arguments.b)?,
        rules: &rules,
        bounds: Bounds {
            from_height: 0,
            transactions_max: arguments.search.address_transactions_max,
        },
        addresses_max: arguments.search.addresses_max,
    };
    let explanation = access.run(|view| search.step(view)).await?;
    access.close(session)?;
    session.answer(|to| match arguments.format {
        TextOrJson::Text => export::explanation(&explanation, to),
        TextOrJson::Json => export::json(&explanation, to),
    })?;
    Ok(match explanation.linked {
        Some(true) => Answer::Given,
        Some(false) => Answer::Nothing,
        None => Answer::InPart,
    })
}

struct Search<'a> {
    a: Address,
    b: Address,
    rules: &'a RuleSet,
    bounds: Bounds,
    addresses_max: usize,
}

impl Search<'_> {
    fn step(&self, view: &dyn CoinView) -> Step<Result<Explanation, Failure>> {
        let wanted = |address: &Address| Question::Receipts(address.clone(), 0);
        let ends = [&self.a, &self.b].map(|end| (end, view.find_address(end)));
        let [(_, Some(a)), (_, Some(b))] = ends else {
            let unmet = ends.into_iter().filter(|(_, id)| id.is_none());
            let unmet: Vec<&Address> = unmet.map(|(end, _)| end).collect();
            if view.is_complete() {
                return Step::Done(Ok(self.never_seen(view, &unmet)));
            }
            return Step::Wants(unmet.into_iter().map(wanted).collect());
        };
        let mut wants = Vec::new();
        let mut gaps = Vec::new();
        let neighbours = |address| {
            let found = links::neighbours(view, address, self.rules, self.bounds);
            wants.extend(found.wants);
            gaps.extend(found.gaps);
            found.links
        };
        let connection = shortest_path(a, b, neighbours, self.addresses_max);
        if !wants.is_empty() {
            return Step::Wants(wants);
        }
        let mut explanation = self.empty(view);
        let names = Names::of(view);
        match connection {
            Connection::Linked(links) => {
                explanation.linked = Some(true);
                explanation.links = links.iter().map(|link| entry(&names, link)).collect();
            }
            Connection::Apart => {
                let absence = links::why_none(view, a, b, self.rules, self.bounds);
                if !absence.wants.is_empty() {
                    return Step::Wants(absence.wants);
                }
                gaps.extend(absence.gaps);
                // Where something was not seen, there may be a chain all the same.
                explanation.linked = gaps.is_empty().then_some(false);
                explanation.common = absence
                    .common
                    .iter()
                    .map(|no_link| common(view, &names, *no_link))
                    .collect();
            }
            Connection::LimitReached { .. } => {
                explanation.limits_hit.push(LimitNote {
                    limit: "addresses",
                    meaning: "the limit of addresses looked at was reached",
                });
            }
        }
        let gaps: BTreeSet<_> = gaps.into_iter().collect();
        explanation.gaps = gaps
            .into_iter()
            .map(|gap| link_gaps::note(&names, gap))
            .collect();
        Step::Done(Ok(explanation))
    }

    fn empty(&self, view: &dyn CoinView) -> Explanation {
        let network = view.chain();
        Explanation {
            schema: "trace/explain/2",
            program: PROGRAM,
            as_of: AsOf::of(view.chain(), view.tip()),
            a: self.a.text(network).to_string(),
            b: self.b.text(network).to_string(),
            linked: None,
            links: Vec::new(),
            common: Vec::new(),
            reported: Vec::new(),
            rules: crate::rules::names(self.rules),
            change_votes: Some(self.rules.change_votes),
            rule_limits: None,
            lists: Vec::new(),
            gaps: Vec::new(),
            limits_hit: Vec::new(),
        }
    }

    /// Nothing links an address that no transaction names.
    fn never_seen(&self, view: &dyn CoinView, unmet: &[&Address]) -> Explanation {
        let network = view.chain();
        let mut explanation = self.empty(view);
        explanation.linked = Some(false);
        for address in unmet {
            explanation.gaps.push(crate::document::GapNote {
                gap: "address",
                at: address.text(network).to_string(),
                why: "no transaction up to this block names it",
            });
        }
        explanation
    }
}

fn entry(names: &Names<'_>, link: &Link) -> LinkEntry {
    let text = |id: AddressId| {
        let address = names.view().address(id);
        address.map_or_else(String::new, |address| {
            address.text(names.network()).to_string()
        })
    };
    LinkEntry {
        from: text(link.a),
        to: text(link.b),
        rule: link.rule.name,
        version: link.rule.version,
        transaction: names.txid(link.tx).to_string(),
        height: names.position(link.tx).map(|position| position.height),
        confidence: None,
        evidence: None,
        rests_on: Vec::new(),
        standing: None,
    }
}

fn common(view: &dyn CoinView, names: &Names<'_>, no_link: NoLink) -> CommonEntry {
    let height = |tx: TxNumber| names.position(tx).map(|position| position.height);
    let (tx, txid, why) = match no_link {
        NoLink::SpentTogether { tx, txid, .. } => {
            let mut transaction = NumberedTransaction::default();
            let why = match view.transaction(tx, &mut transaction) {
                Known::Known(()) => {
                    let mix = heuristics::mix::detect(&transaction);
                    heuristics::co_spend::judge(&transaction, &mix).to_string()
                }
                _ => String::new(),
            };
            (tx, txid, format!("both are spent, but {why}"))
        }
        NoLink::Paid { tx, txid } => {
            let why = "one is spent and the other is paid, which no rule in force takes for change";
            (tx, txid, why.to_owned())
        }
        NoLink::PaidTogether { tx, txid } => (
            tx,
            txid,
            "both are paid, which says nothing of their owners".to_owned(),
        ),
    };
    CommonEntry {
        transaction: txid.to_string(),
        height: height(tx),
        why,
    }
}
