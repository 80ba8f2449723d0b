//! The clusters of a whole chain of accounts.

use std::collections::BTreeMap;

use heuristics::account::clustering::{AccountClusters, Clustering, Known, Rules};
use heuristics::account::mixer::Pool;
use trace_core::cluster::Actor;
use trace_core::label::{Labels, StopSet};
use trace_core::ledger::account::LedgerView;
use trace_core::model::account::Address;

use super::places::is_mixer;
use crate::failure::Failure;
use crate::session::Session;

/// Transactions between two looks at whether to stop.
const STEP: usize = 4096;

/// Walks over all transactions of a ledger. Labels of services say what is an exchange, so that
/// rules know what a deposit address is, and all labels who must not be taken for one.
///
/// # Errors
/// When the ledger cannot be read or the work is interrupted.
pub(super) fn of(
    view: &LedgerView<'_>,
    rules: &Rules,
    labels: &Labels<Address>,
    stop: &StopSet,
    session: &Session,
) -> Result<AccountClusters, Failure> {
    let first_height = view.first_height();
    let mut clustering = Clustering::new(rules.clone(), known(labels, stop), first_height);
    let tip = view.tip().height;
    let bar = session
        .talk
        .bar(u64::from(tip - first_height) + 1, "blocks");
    loop {
        let done = clustering.advance(view, STEP);
        let done = done.map_err(|unread| Failure::Contradiction(unread.to_string()))?;
        let height = clustering.next().height;
        bar.set_position(u64::from(height.saturating_sub(first_height)));
        if done {
            bar.finish_and_clear();
            return Ok(clustering.clusters(view));
        }
        if session.interruption.is_raised() {
            bar.finish_and_clear();
            let done = format!("clusters were made up to block {height}");
            return Err(Failure::Interrupted(done));
        }
    }
}

/// Whether a label names an exchange, or another service of many customers that is no mixer.
pub(super) fn has_exchanges(labels: &Labels<Address>, stop: &StopSet) -> bool {
    !known(labels, stop).exchanges.is_empty()
}

/// What rules are told of accounts. Labels of one actor, or where no actor is named of one name,
/// are one owner's.
fn known(labels: &Labels<Address>, stop: &StopSet) -> Known {
    let mut actors: BTreeMap<&str, Actor> = BTreeMap::new();
    let mut known = Known {
        recognise_pools: true,
        ..Known::default()
    };
    for label in labels.all() {
        let name = label.actor.as_deref().unwrap_or(&label.name);
        let next = Actor(u32::try_from(actors.len()).unwrap_or(u32::MAX));
        let actor = *actors.entry(name).or_insert(next);
        if !stop.stops_at(label) {
            known.owners.entry(label.address).or_insert(actor);
        } else if is_mixer(label) {
            known.pools.push(Pool {
                address: label.address,
                denomination: None,
            });
        } else {
            known.exchanges.entry(label.address).or_insert(actor);
        }
    }
    known
}
