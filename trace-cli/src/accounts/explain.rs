//! `trace explain A B` over accounts: the shortest chain of links, or why there is none.

use std::collections::BTreeMap;

use heuristics::account::clustering::AccountClusters;
use trace_core::claim::Rule;
use trace_core::cluster::Connection;
use trace_core::label::StopSet;
use trace_core::ledger::account::LedgerView;
use trace_core::model::account::{Address, InnerCalls, parse_address};
use trace_core::view::Answer as Known;
use trace_core::view::account::AccountView;

use super::document::RuleLimits;
use super::{Access, links, whole_clusters, wording};
use crate::arguments::{Explain, TextOrJson};
use crate::document::{AsOf, CommonEntry, Explanation, GapNote, LimitNote, PROGRAM};
use crate::export;
use crate::failure::Failure;
use crate::session::{Answer, Session};

/// Runs the command.
pub(crate) fn run(
    arguments: &Explain,
    access: &Access,
    session: &mut Session,
) -> Result<Answer, Failure> {
    let rules = super::rules::read(&arguments.rules)?;
    let [a, b] = [&arguments.a, &arguments.b].map(|text| parse_address(text));
    let (a, b) = (a?, b?);
    let open = access.whole_chain("trace explain")?;
    let files = &arguments.label_files;
    let (labels, lists) = crate::label_files::read(files, access.chain(), session.talk)?;
    let view = open.view()?;
    let stop = StopSet::default();
    let clusters = whole_clusters::of(&view, &rules, &labels, &stop, session)?;
    let has_exchanges = whole_clusters::has_exchanges(&labels, &stop);
    let gaps = link_gaps(&view, &clusters, &[a, b]);
    // What a rule that does not join could not tell hides no chain of those that do.
    let may_be_linked = gaps.iter().any(|(rule, _)| {
        let joins = |rule: &Rule| rules.joins.contains(rule);
        rule.as_ref().is_none_or(joins)
    });
    let mut explanation = Explanation {
        schema: "trace/explain/2",
        program: PROGRAM,
        as_of: AsOf::of(access.chain(), view.tip()),
        a: a.to_string(),
        b: b.to_string(),
        linked: None,
        links: Vec::new(),
        common: Vec::new(),
        reported: between(&view, &clusters, a, b),
        rules: rules.joins.iter().map(|rule| (*rule).into()).collect(),
        change_votes: None,
        rule_limits: Some(RuleLimits::of(&rules, has_exchanges, access.chain())),
        lists,
        gaps: gaps.into_iter().map(|(_, gap)| gap).collect(),
        limits_hit: Vec::new(),
    };
    match clusters.explain(a, b, arguments.search.addresses_max) {
        Connection::Linked(chain) => {
            explanation.linked = Some(true);
            explanation.links = chain
                .iter()
                .filter_map(|link| links::joining(&view, &clusters, link))
                .collect();
        }
        Connection::Apart => {
            // Where something was not seen, there may be a chain all the same.
            explanation.linked = (!may_be_linked).then_some(false);
            let transactions_max = arguments.search.address_transactions_max;
            let (common, is_cut) = common(&view, a, b, transactions_max);
            explanation.common = common;
            if is_cut {
                explanation.limits_hit.push(LimitNote {
                    limit: "address-transactions",
                    meaning: "not all transactions of both were compared",
                });
            }
        }
        Connection::LimitReached { .. } => explanation.limits_hit.push(LimitNote {
            limit: "addresses",
            meaning: "the limit of addresses looked at was reached",
        }),
    }
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

/// The links between two accounts that do not join.
fn between(
    view: &LedgerView<'_>,
    clusters: &AccountClusters,
    a: Address,
    b: Address,
) -> Vec<crate::document::LinkEntry> {
    let at_a = clusters.links_at(&a);
    at_a.filter(|(link, _)| {
        let ends = [link.link.a, link.link.b];
        ends == [a, b] || ends == [b, a]
    })
    .filter_map(|known| links::reported(view, known))
    .collect()
}

/// What rules could not tell about transactions of some accounts, ascending, each with its rule, and
/// what was not seen at all.
pub(super) fn link_gaps(
    view: &LedgerView<'_>,
    clusters: &AccountClusters,
    accounts: &[Address],
) -> Vec<(Option<Rule>, GapNote)> {
    let mut gaps = Vec::new();
    if view.inner_calls(view.first_height(), view.tip().height) != InnerCalls::Seen {
        let gap = GapNote {
            gap: "inner-calls",
            at: AccountView::chain(view).to_string(),
            why: "internal transfers were not seen in some blocks",
        };
        gaps.push((None, gap));
    }
    if !view.is_complete() {
        let gap = GapNote {
            gap: "history",
            at: AccountView::chain(view).to_string(),
            why: "the ledger begins later: what came before is not known and nowhere counted, and so \
                  nothing is said of balances",
        };
        gaps.push((None, gap));
    }
    for untold in &clusters.found().unknown {
        let hash = &untold.transaction;
        let Known::Known(tx) = view.find_transaction(hash) else {
            continue;
        };
        let mut transfers = Vec::new();
        let Known::Known(()) = view.transfers(tx, &mut transfers) else {
            continue;
        };
        let sides = transfers
            .iter()
            .flat_map(|transfer| [transfer.from, transfer.to])
            .flatten()
            .filter_map(|side| view.address(side));
        if sides.into_iter().any(|side| accounts.contains(&side)) {
            let gap = GapNote {
                gap: "rule",
                at: hash.to_string(),
                why: wording::untold(untold.rule, untold.why),
            };
            gaps.push((Some(untold.rule), gap));
        }
    }
    gaps
}

/// The transactions in which both take part, which no rule in force takes for a link, and whether
/// some were not looked at: of each account at most so many are.
fn common(
    view: &LedgerView<'_>,
    a: Address,
    b: Address,
    transactions_max: usize,
) -> (Vec<CommonEntry>, bool) {
    let mut is_cut = false;
    let mut of = |address: &Address| {
        let Known::Known(account) = view.find_account(address) else {
            return BTreeMap::new();
        };
        let mut found = BTreeMap::new();
        let mut from = trace_core::view::account::start_of(view.first_height());
        while let Known::Known(Some(tx)) = view.next(account, from)
            && let Known::Known(position) = view.position(tx)
        {
            if found.len() >= transactions_max {
                is_cut = true;
                break;
            }
            found.insert(position, tx);
            from = trace_core::view::account::behind(position);
        }
        found
    };
    let (of_a, of_b) = (of(&a), of(&b));
    let shared = of_a
        .iter()
        .filter(|(position, _)| of_b.contains_key(position));
    let told = shared.filter_map(|(position, tx)| match view.hash(*tx) {
        Known::Known(Some(hash)) => Some(CommonEntry {
            transaction: hash.to_string(),
            height: Some(position.height),
            why: "both take part, which no rule in force takes for one owner".to_owned(),
        }),
        _ => None,
    });
    (told.collect(), is_cut)
}
