//! What a walk has found so far.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::U512;

use super::lot::{Lot, Owner, push, shares_of};
use super::{Destination, DestinationKind, Gap, LimitHit, Totals, Visit};
use crate::model::Position;
use crate::model::account::{Address, Asset, U256};
use crate::taint::VisitId;
use crate::view::Unknown;
use crate::view::account::{AccountId, AccountView, AssetId};

/// The result of a walk while it grows.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    pub(super) visits: Vec<Visit>,
    destinations: Vec<Destination>,
    totals: BTreeMap<(u32, AssetId), Totals>,
    gaps: Vec<(Position, Gap)>,
    pub(super) limits_hit: BTreeSet<LimitHit>,
}

impl Record {
    /// The number that the next visit gets.
    pub(super) fn next_visit(&self) -> VisitId {
        VisitId(u32::try_from(self.visits.len()).expect("memory ends before 2³² visits"))
    }

    /// Notes a visit, and says which lots there now are of those that came.
    pub(super) fn reach(&mut self, visit: Visit, lots: &[Lot]) -> Vec<Lot> {
        let number = self.next_visit();
        let hops = visit.hops;
        self.visits.push(visit);
        let mut here = Vec::with_capacity(lots.len());
        for lot in lots {
            let owner = lot.owner.map(|owner| Owner {
                visit: number,
                hops,
                ..owner
            });
            push(&mut here, Lot { owner, ..*lot });
        }
        here
    }

    pub(super) fn gap(&mut self, at: Position, gap: Gap) {
        self.gaps.push((at, gap));
    }

    fn totals(&mut self, seed: u32, asset: AssetId) -> &mut Totals {
        let new = || Totals::new(seed, asset);
        self.totals.entry((seed, asset)).or_insert_with(new)
    }

    pub(super) fn seeded(&mut self, seed: u32, asset: AssetId, amount: U256) {
        self.totals(seed, asset).seeded += U512::from(amount);
    }

    pub(super) fn received(&mut self, asset: AssetId, lots: &[Lot]) {
        for share in shares_of(lots) {
            self.totals(share.seed, asset).received += U512::from(share.amount);
        }
    }

    /// The taint of `lots` ends, which were last at `visit`.
    pub(super) fn end(
        &mut self,
        visit: VisitId,
        asset: AssetId,
        kind: DestinationKind,
        lots: &[Lot],
    ) {
        let shares = shares_of(lots);
        if shares.is_empty() {
            return;
        }
        if let DestinationKind::Bound(limit) = kind {
            self.limits_hit.insert(limit);
        }
        for share in &shares {
            self.totals(share.seed, asset).add(kind, share.amount);
        }
        self.destinations.push(Destination {
            kind,
            visit,
            shares,
        });
    }

    /// The destinations by visit; those of one visit in the order in which they were found.
    pub(super) fn take_destinations(&mut self) -> Vec<Destination> {
        let mut destinations = std::mem::take(&mut self.destinations);
        destinations.sort_by_key(|destination| destination.visit);
        destinations
    }

    /// The totals by seed and asset.
    pub(super) fn take_totals(&mut self, view: &(impl AccountView + ?Sized)) -> Vec<Totals> {
        let totals = std::mem::take(&mut self.totals);
        let mut totals: Vec<Totals> = totals.into_values().collect();
        totals.sort_by_key(|totals| (totals.seed, view.asset(totals.asset)));
        totals
    }

    /// The gaps by place in the chain, each once. What is no particular place's comes first or
    /// last.
    pub(super) fn take_gaps(&mut self, view: &(impl AccountView + ?Sized)) -> Vec<Gap> {
        let mut gaps = std::mem::take(&mut self.gaps);
        gaps.sort_by_cached_key(|(at, gap)| (*at, key(view, *gap)));
        gaps.dedup();
        let mut gaps: Vec<Gap> = gaps.into_iter().map(|(_, gap)| gap).collect();
        gaps.dedup();
        gaps
    }
}

type Key = (u8, u32, Option<Address>, Option<Asset>, Option<Unknown>);

/// What orders gaps of one place, without the numbers of the view.
fn key(view: &(impl AccountView + ?Sized), gap: Gap) -> Key {
    let name = |account: AccountId| view.address(account);
    match gap {
        Gap::Seed(seed, why) => (0, seed, None, None, Some(why)),
        Gap::InnerCalls => (1, 0, None, None, None),
        Gap::Unindexed(asset) => (2, 0, None, view.asset(asset), None),
        Gap::Transaction(_, why) => (3, 0, None, None, Some(why)),
        Gap::Outcome(_) => (4, 0, None, None, None),
        Gap::Account(account, why) => (5, 0, name(account), None, Some(why)),
        Gap::Balance(account, asset, _, why) => (6, 0, name(account), view.asset(asset), Some(why)),
        Gap::Overdrawn(account, asset, _) => (7, 0, name(account), view.asset(asset), None),
        Gap::Overfull(account, asset, _) => (8, 0, name(account), view.asset(asset), None),
        Gap::SeededTwice(account, asset, _) => (9, 0, name(account), view.asset(asset), None),
    }
}
