//! What the transactions of a trail were held against.

use std::collections::{BTreeMap, BTreeSet};

use trace_core::model::account::HeldAgainst;
use trace_core::model::{Position, TxNumber};
use trace_core::taint::account::{DestinationKind, Trail};

use super::build::Build;

impl Build<'_> {
    /// What each transaction of the trail was held against.
    pub(super) fn held_against(&self) -> BTreeMap<Position, HeldAgainst> {
        let Trail {
            visits,
            destinations,
            ..
        } = self.found.trail;
        let came = visits.iter().filter_map(|visit| visit.tx);
        let ended = destinations.iter();
        let ended = ended.filter_map(|place| ended_in(place.kind));
        let transactions: BTreeSet<TxNumber> = came.chain(ended).collect();
        let names = self.names;
        let each = transactions.into_iter();
        each.filter_map(|tx| Some((names.position(tx)?, names.held_against(tx)?)))
            .collect()
    }
}

/// The transaction in which something ended, where it did not end with an account.
pub(super) fn ended_in(kind: DestinationKind) -> Option<TxNumber> {
    match kind {
        DestinationKind::Fee(tx)
        | DestinationKind::Burnt(tx)
        | DestinationKind::Created(tx)
        | DestinationKind::Swapped(tx) => Some(tx),
        DestinationKind::Held
        | DestinationKind::Service(_)
        | DestinationKind::Mix(_)
        | DestinationKind::Pool
        | DestinationKind::Bound(_)
        | DestinationKind::Unseen(_) => None,
    }
}
