//! Destinations by who holds them: an address or a cluster.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Amount, Destination, Kind, Stage, Unit};

/// Whoever holds some of what was followed. Ordered as people want to read it: by kind and asset,
/// then by the name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Holder {
    pub(crate) kind: Kind,
    pub(crate) unit: Unit,
    /// The label of the address, or of another address of its cluster.
    pub(crate) called: Option<String>,
    /// The cluster's first address, the address itself where no clusters were made, the mix,
    /// or nothing for outputs without an address.
    pub(crate) address: Option<String>,
}

impl Holder {
    /// Who holds a destination.
    pub(crate) fn of<S: Stage>(place: &Destination<S>) -> Self {
        let party = place.party();
        let of_cluster = party.and_then(|party| party.called());
        let mut called = place.label.as_deref().or(of_cluster).map(str::to_owned);
        let mut address =
            party.map(|party| party.cluster.as_ref().unwrap_or(&party.address).clone());
        if let (Some(mix), Some(hash)) = (place.mix, place.hash()) {
            called = Some(format!("{mix} mix"));
            address = Some(hash.to_string());
        }
        Self {
            kind: place.kind,
            unit: place.unit(),
            called,
            address,
        }
    }

    /// Who holds how many of the destinations that are listed and how much, by kind, and in a kind
    /// by asset, the most first.
    pub(crate) fn group<S: Stage>(places: &[Destination<S>]) -> Vec<(Self, usize, Amount)> {
        let mut holders: BTreeMap<Self, (usize, Amount)> = BTreeMap::new();
        for place in places.iter().filter(|place| place.kind.is_listed()) {
            let (count, sum) = holders.entry(Self::of(place)).or_default();
            *count += 1;
            *sum = sum.plus(place.amount);
        }
        let mut holders: Vec<_> = holders
            .into_iter()
            .map(|(holder, (count, sum))| (holder, count, sum))
            .collect();
        holders.sort_by_key(|(holder, _, sum)| (holder.kind, holder.unit, Reverse(*sum)));
        holders
    }
}
