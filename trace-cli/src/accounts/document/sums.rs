//! What was seeded, and how much of it ended where.

use std::collections::BTreeMap;

use trace_core::model::account::Asset;
use trace_core::taint::account::Via;

use super::build::Build;
use super::{Amount, Destination, Step};
use crate::document::{Kind, Seed, SeedKind, SeededArrival, Shown, Totals};

impl Build<'_> {
    /// The seeds in the order given.
    pub(super) fn seeds(&self, steps: &[Step]) -> Vec<Seed> {
        let mut arrivals = self.arrivals(steps);
        let mut by_seed: BTreeMap<u32, BTreeMap<Asset, Totals>> = BTreeMap::new();
        for totals in &self.found.trail.totals {
            let asset = self.names.asset(totals.asset);
            let of_seed = by_seed.entry(totals.seed).or_default();
            let sums = self.sums(of_seed, asset);
            sums.seeded = Amount(totals.seeded);
            sums.received = Amount(totals.received);
            for (kind, sum) in [
                (Kind::Held, totals.held),
                (Kind::Service, totals.service),
                (Kind::Mix, totals.mix),
                (Kind::Pool, totals.pool),
                (Kind::Fee, totals.fee),
                (Kind::Burnt, totals.burnt),
                (Kind::Created, totals.created),
                (Kind::Swapped, totals.swapped),
                (Kind::Bound, totals.bound),
                (Kind::Unseen, totals.unseen),
            ] {
                sums.add(kind, Amount(sum));
            }
        }
        let from_height = self.found.from_height;
        let seeds = (0..).zip(self.found.seeds);
        seeds
            .map(|(index, name)| Seed {
                seed: name.text.clone(),
                kind: name.kind,
                from_height: (name.kind == SeedKind::Address).then_some(from_height),
                arrivals: arrivals.remove(&index).unwrap_or_default(),
                totals: by_seed
                    .remove(&index)
                    .unwrap_or_default()
                    .into_values()
                    .collect(),
            })
            .collect()
    }

    /// What was seeded, by seed.
    fn arrivals(&self, steps: &[Step]) -> BTreeMap<u32, Vec<SeededArrival>> {
        let mut arrivals: BTreeMap<u32, Vec<SeededArrival>> = BTreeMap::new();
        let visits = self.found.trail.visits.iter().zip(steps);
        for (visit, step) in visits.filter(|(visit, _)| visit.via == Via::Seed) {
            for share in &visit.shares {
                arrivals.entry(share.seed).or_default().push(SeededArrival {
                    arrival: step.arrival.map(|arrival| arrival.to_string()),
                    height: step.position.map(|position| position.height),
                    address: Some(step.party.address.clone()),
                    amount: share.amount.into(),
                    asset: Shown(step.asset),
                    chain: Shown(self.chain.into()),
                });
            }
        }
        arrivals
    }

    /// What became of every asset.
    pub(super) fn totals(&self, seeds: &[Seed], destinations: &[Destination]) -> Vec<Totals> {
        let mut all = BTreeMap::new();
        for of_seed in seeds.iter().flat_map(|seed| &seed.totals) {
            let totals = self.sums(&mut all, of_seed.unit.asset);
            totals.seeded = totals.seeded.plus(of_seed.seeded);
            totals.received = totals.received.plus(of_seed.received);
        }
        for place in destinations {
            self.sums(&mut all, place.unit().asset)
                .add(place.kind, place.amount);
        }
        all.into_values().collect()
    }

    /// The sums of an asset, made if there are none yet.
    fn sums<'t>(&self, all: &'t mut BTreeMap<Asset, Totals>, asset: Asset) -> &'t mut Totals {
        let direction = self.found.trail.direction;
        all.entry(asset)
            .or_insert_with(|| Totals::new(self.unit(asset), direction))
    }
}
