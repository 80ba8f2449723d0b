//! Links between accounts as documents tell them.

use heuristics::account::AccountLink;
use heuristics::account::clustering::{AccountClusters, Standing};
use trace_core::claim::Link;
use trace_core::model::account::{Address, B256};
use trace_core::view::account::AccountView;

use crate::document::LinkEntry;

/// A link of a chain of links, which may have been turned round.
pub(super) fn joining(
    view: &dyn AccountView,
    clusters: &AccountClusters,
    link: &Link<Address>,
) -> Option<LinkEntry> {
    let known = clusters.link(link)?;
    Some(entry(view, known, [link.a, link.b], None))
}

/// A link that does not join, and why not; `None` for one that does.
pub(super) fn reported(
    view: &dyn AccountView,
    (link, standing): &(AccountLink, Standing),
) -> Option<LinkEntry> {
    let why = match standing {
        Standing::Joined | Standing::Together => return None,
        Standing::Refused(..) => "refused: labels name two different owners",
        Standing::Reported => "reported only: its rule does not join",
    };
    Some(entry(view, link, [link.link.a, link.link.b], Some(why)))
}

fn entry(
    view: &dyn AccountView,
    link: &AccountLink,
    [from, to]: [Address; 2],
    standing: Option<&'static str>,
) -> LinkEntry {
    let hash = match view.hash(link.link.tx) {
        trace_core::view::Answer::Known(hash) => hash,
        _ => None,
    };
    LinkEntry {
        from: from.to_string(),
        to: to.to_string(),
        rule: link.link.rule.name,
        version: link.link.rule.version,
        transaction: hash.map_or_else(String::new, |hash| hash.to_string()),
        height: Some(link.position.height),
        confidence: link.confidence.map(|sure| sure.to_string()),
        evidence: Some(link.evidence.to_string()),
        rests_on: link
            .evidence
            .transactions()
            .iter()
            .map(B256::to_string)
            .collect(),
        standing,
    }
}
