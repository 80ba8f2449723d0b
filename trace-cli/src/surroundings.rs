//! Where following stops: what labels and rules say of the places it comes to.

use std::collections::BTreeMap;

use heuristics::mix;
use trace_core::cluster::Clusters;
use trace_core::label::{Labels, StopSet};
use trace_core::model::AddressId;
use trace_core::taint::{LabelIndex, MixAnswer, Surroundings};
use trace_core::view::{CoinView, NumberedTransaction, Outline};

/// Labels by address, and the rules for mixes.
pub(crate) struct Places<'a> {
    labels: &'a Labels,
    stop: &'a StopSet,
    /// The labels at which following stops, by the numbers of a view that numbers no more
    /// addresses; `None` for a view that grows.
    known: Option<Known<'a>>,
}

struct Known<'a> {
    by_address: BTreeMap<AddressId, u32>,
    /// Which cluster an address is in, and at which clusters following stops.
    clusters: Option<(&'a Clusters, BTreeMap<AddressId, u32>)>,
}

impl<'a> Places<'a> {
    /// For a view that learns of addresses as it goes.
    pub(crate) fn growing(labels: &'a Labels, stop: &'a StopSet) -> Self {
        Self {
            labels,
            stop,
            known: None,
        }
    }

    /// For a view that has all its addresses. With `clusters` following also stops at
    /// addresses that are in one cluster with a labelled one.
    pub(crate) fn fixed(
        labels: &'a Labels,
        stop: &'a StopSet,
        view: &dyn CoinView,
        clusters: Option<&'a Clusters>,
    ) -> Self {
        let mut by_address = BTreeMap::new();
        for label in labels.all() {
            if let Some(id) = view.find_address(&label.address)
                && let Some((index, _)) = stop.stop(labels, &label.address)
            {
                by_address.insert(id, index);
            }
        }
        let clusters = clusters.map(|clusters| {
            let mut roots: BTreeMap<AddressId, u32> = BTreeMap::new();
            for (address, index) in &by_address {
                let first = roots.entry(clusters.find(*address)).or_insert(*index);
                *first = (*first).min(*index);
            }
            (clusters, roots)
        });
        Self {
            labels,
            stop,
            known: Some(Known {
                by_address,
                clusters,
            }),
        }
    }
}

impl<V: CoinView + ?Sized> Surroundings<V> for Places<'_> {
    fn service(&self, view: &V, address: AddressId) -> Option<LabelIndex> {
        let index = match &self.known {
            Some(known) => known.stop(address),
            None if self.labels.all().is_empty() => None,
            None => {
                let address = view.address(address)?;
                let stop = self.stop.stop(self.labels, &address);
                stop.map(|(index, _)| index)
            }
        };
        index.map(LabelIndex)
    }

    fn may_be_mix(&self, outline: &Outline) -> bool {
        mix::may_be(outline)
    }

    fn mix(&self, transaction: &NumberedTransaction) -> MixAnswer {
        mix::detect(transaction).into()
    }
}

impl Known<'_> {
    fn stop(&self, address: AddressId) -> Option<u32> {
        let own = self.by_address.get(&address);
        let of_cluster = || {
            let (clusters, roots) = self.clusters.as_ref()?;
            roots.get(&clusters.find(address))
        };
        own.or_else(of_cluster).copied()
    }
}
