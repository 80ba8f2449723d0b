//! From the visits of a trail to steps with the chain's own names.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use trace_core::label::Labels;
use trace_core::model::{AddressId, OutputId, TxNumber};
use trace_core::taint::{Share, Trail, Visit, VisitId};

use super::names::Names;
use super::{Amount, Party, Passage, SeedShare, Step};
use crate::cluster_names::ClusterNames;

/// Names the outputs on the way, the transactions between them, and whose they are.
pub(super) struct Forest<'a> {
    names: &'a Names<'a>,
    labels: &'a Labels,
    clusters: &'a ClusterNames,
    parties: BTreeMap<AddressId, Rc<Party>>,
    /// Indexes of the transactions through which value went on, in the order of the chain.
    passages: BTreeMap<TxNumber, usize>,
}

impl<'a> Forest<'a> {
    pub(super) fn new(
        names: &'a Names<'a>,
        labels: &'a Labels,
        clusters: &'a ClusterNames,
    ) -> Self {
        Self {
            names,
            labels,
            clusters,
            parties: BTreeMap::new(),
            passages: BTreeMap::new(),
        }
    }

    /// The transactions through which value went on, in the order of the chain.
    pub(super) fn passages(&mut self, trail: &Trail) -> Vec<Passage> {
        let next = trail.visits.iter().filter_map(|visit| visit.next);
        let ordered: BTreeSet<_> = next.map(|tx| (self.names.position(tx), tx)).collect();
        let mut passages = Vec::with_capacity(ordered.len());
        for (position, tx) in ordered {
            self.passages.insert(tx, passages.len());
            passages.push(Passage {
                txid: self.names.txid(tx),
                height: position.map(|position| position.height),
            });
        }
        passages
    }

    /// Every tainted output, in the order of the trail.
    pub(super) fn steps(&mut self, trail: &Trail) -> Rc<[Step]> {
        let mut seeded: BTreeMap<OutputId, Amount> = BTreeMap::new();
        for (output, sat) in trail.seeds.iter().flat_map(|seed| &seed.outputs) {
            let amount = seeded.entry(*output).or_default();
            *amount = amount.plus((*sat).into());
        }
        let visits = trail.visits.iter();
        visits
            .map(|visit| {
                let seeded = seeded.get(&visit.output).copied().unwrap_or_default();
                self.step(trail, visit, seeded)
            })
            .collect()
    }

    fn step(&mut self, trail: &Trail, visit: &Visit, seeded: Amount) -> Step {
        let parent = visit.parent.map(|VisitId(parent)| parent as usize);
        // A seed has no parent, and may have been reached all the same.
        let from = match parent.and_then(|parent| trail.visits.get(parent)) {
            Some(parent) => parent.next,
            None => self.names.reached_by(visit.output, trail.direction),
        };
        let created_at = self.names.created_at(visit.output);
        Step {
            outpoint: self.names.outpoint(visit.output),
            position: created_at,
            party: self
                .names
                .address_of(visit.output)
                .and_then(|address| self.party(address)),
            value_sat: visit.value_sat,
            amount: SeedShare::together(&shares(&visit.shares), trail.policy),
            seeded,
            parent,
            hops: visit.hops,
            from: from.and_then(|tx| self.passages.get(&tx).copied()),
            next: visit.next.and_then(|tx| self.passages.get(&tx).copied()),
        }
    }

    fn party(&mut self, id: AddressId) -> Option<Rc<Party>> {
        if let Some(party) = self.parties.get(&id) {
            return Some(Rc::clone(party));
        }
        let address = self.names.view().address(id)?;
        let label = self.labels.of(&address).first().copied();
        let cluster = self.clusters.of(&address, self.names.network());
        let cluster_label = cluster
            .as_ref()
            .and_then(|cluster| cluster.label)
            .filter(|_| label.is_none());
        let cluster_label = cluster_label
            .and_then(|index| Some((index, self.labels.get(index)?)))
            .map(|(index, label)| (index, label.name.clone()));
        let party = Rc::new(Party {
            address: address.text(self.names.network()).to_string(),
            cluster: cluster.map(|cluster| cluster.name),
            label: label.map(|(index, label)| (index, label.name.clone())),
            cluster_label,
        });
        self.parties.insert(id, Rc::clone(&party));
        Some(party)
    }
}

/// The parts of each seed.
pub(super) fn shares(shares: &[Share]) -> Vec<SeedShare> {
    let parts = shares.iter().map(|share| SeedShare {
        seed: share.seed,
        amount: share.amount_sat.into(),
    });
    parts.collect()
}
