//! From what following found to a document.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use trace_core::label::Labels;
use trace_core::model::{BitcoinNetwork, TxNumber, Txid};
use trace_core::taint::{self, DestinationKind, Gap, LabelIndex, Policy, Seeded, Trail};
use trace_core::view::{CoinView, Unknown};

use super::forest::{Forest, shares};
use super::names::{Missing, Names};
use super::{
    AsOf, Conditions, Conservation, Destination, Ended, GapNote, Kind, LabelEntry, LimitNote, Path,
    Report, Seed, SeedKind, SeedName, SeedShare, SeededArrival, Shown, Stage, Step, Totals, Unit,
};
use crate::cluster_names::ClusterNames;

/// Everything a document is made from.
pub(crate) struct Found<'a> {
    pub(crate) trail: &'a Trail,
    pub(crate) seeds: &'a [SeedName],
    /// For seeds that are addresses: from which height on.
    pub(crate) from_height: u32,
    pub(crate) labels: &'a Labels,
    pub(crate) clusters: &'a ClusterNames,
    pub(crate) conditions: &'a Conditions,
}

impl Found<'_> {
    /// The document, or what has to be fetched to write it.
    pub(crate) fn report(&self, view: &dyn CoinView) -> Result<Report, Missing> {
        let names = Names::of(view);
        let mut build = Build {
            found: self,
            names: &names,
            unit: Unit::coin(view.chain()),
            labels_shown: BTreeSet::new(),
        };
        let report = build.report(view.chain());
        names.all_found()?;
        Ok(report)
    }
}

struct Build<'a> {
    found: &'a Found<'a>,
    names: &'a Names<'a>,
    unit: Unit,
    labels_shown: BTreeSet<u32>,
}

impl Build<'_> {
    fn report(&mut self, chain: BitcoinNetwork) -> Report {
        let Found {
            trail,
            conditions,
            labels,
            clusters,
            ..
        } = *self.found;
        let mut forest = Forest::new(self.names, labels, clusters);
        let passages = forest.passages(trail);
        let steps = forest.steps(trail);
        let destinations = self.destinations(&steps);
        let seeds = self.seeds();
        let mut totals = Totals::new(self.unit, trail.direction);
        totals.seeded = seeds
            .iter()
            .flat_map(|seed| &seed.totals)
            .map(|sum| sum.seeded)
            .sum();
        for destination in &destinations {
            totals.add(destination.kind, destination.amount);
        }
        let sums = seeds.iter().flat_map(|seed| &seed.totals).chain([&totals]);
        let all_found = { sums }.all(|totals| totals.seeded == totals.placed());
        Report {
            schema: super::schema(trail.direction),
            program: super::PROGRAM,
            as_of: AsOf::of(chain, trail.as_of),
            policy: trail.policy.name(),
            conservation: Conservation::of(trail.policy, conditions.mixes, all_found),
            conditions: conditions.clone(),
            limits_hit: limits_hit(trail, &destinations),
            seeds,
            totals: vec![totals],
            destinations,
            labels: self.labels(),
            gaps: self.gaps(),
            transactions_visited: trail.transactions,
            checks: None,
            possible: None,
            held_against: BTreeMap::new(),
            direction: trail.direction,
            passages,
            steps,
        }
    }

    fn destinations(&mut self, steps: &Rc<[Step]>) -> Vec<Destination> {
        let places = self.found.trail.destinations.iter();
        let mut placed: Vec<_> = places.map(|place| self.destination(place, steps)).collect();
        placed.sort_by_cached_key(Step::order);
        placed
    }

    fn destination(&mut self, place: &taint::Destination, steps: &Rc<[Step]>) -> Destination {
        let last = place.visit.0 as usize;
        let (ended, mix, why) = match place.kind {
            DestinationKind::Unspent | DestinationKind::Service(_) => (None, None, None),
            DestinationKind::Coinbase(tx) | DestinationKind::Fee(tx) => (Some(tx), None, None),
            DestinationKind::Mix { tx, kind } => (Some(tx), Some(kind), None),
            DestinationKind::Bound(limit) => (None, None, Some(crate::wording::limit(limit))),
            DestinationKind::Unseen(why) => (None, None, Some(crate::wording::unknown(why))),
        };
        let kind = kind(place.kind);
        let step = steps.get(last).filter(|_| kind != Kind::Fee);
        let party = step.and_then(|step| step.party.as_ref());
        let mut label = party.and_then(|party| party.label.clone());
        if let DestinationKind::Service(LabelIndex(index)) = place.kind
            && let Some(stopped_at) = self.found.labels.get(index)
        {
            label = Some((index, stopped_at.name.clone()));
        }
        let of_cluster = party.and_then(|party| party.cluster_label.as_ref());
        let shown = [label.as_ref(), of_cluster].into_iter().flatten();
        self.labels_shown.extend(shown.map(|(index, _)| *index));
        let shares = shares(&place.shares);
        Destination {
            kind,
            chain: self.unit.chain,
            ended: ended.map(|tx| self.ended(tx)),
            label: label.map(|(_, name)| name),
            amount: SeedShare::together(&shares, self.found.trail.policy),
            shares,
            mix,
            why,
            path: Path {
                steps: Rc::clone(steps),
                last,
                steps_max: self.found.conditions.path_max,
            },
        }
    }

    fn ended(&self, tx: TxNumber) -> Ended<Txid> {
        Ended {
            hash: Some(self.names.txid(tx)),
            position: self.names.position(tx),
        }
    }

    fn seeds(&self) -> Vec<Seed> {
        let Found { trail, seeds, .. } = *self.found;
        let seeded = trail.seeds.iter();
        let mut totals: Vec<Totals> = seeded
            .map(|seed| {
                let mut totals = Totals::new(self.unit, trail.direction);
                totals.seeded = seed.seeded_sat.into();
                totals
            })
            .collect();
        for place in &trail.destinations {
            for share in &place.shares {
                if let Some(totals) = totals.get_mut(share.seed as usize) {
                    totals.add(kind(place.kind), share.amount_sat.into());
                }
            }
        }
        let named = seeds.iter().zip(&trail.seeds).zip(totals);
        named
            .map(|((name, seeded), totals)| self.seed(name, seeded, totals))
            .collect()
    }

    fn seed(&self, name: &SeedName, seeded: &Seeded, totals: Totals) -> Seed {
        let names = self.names;
        let outputs = seeded.outputs.iter().map(|(output, sat)| {
            let address = names
                .address_of(*output)
                .and_then(|id| names.view().address(id));
            let created_at = names.created_at(*output);
            SeededArrival {
                arrival: Some(names.outpoint(*output).to_string()),
                height: created_at.map(|position| position.height),
                address: address.map(|address| address.text(names.network()).to_string()),
                amount: (*sat).into(),
                asset: Shown(self.unit.asset),
                chain: Shown(self.unit.chain),
            }
        });
        Seed {
            seed: name.text.clone(),
            kind: name.kind,
            from_height: (name.kind == SeedKind::Address).then_some(self.found.from_height),
            arrivals: outputs.collect(),
            totals: vec![totals],
        }
    }

    fn gaps(&self) -> Vec<GapNote> {
        let gaps = self.found.trail.gaps.iter();
        gaps.map(|gap| self.gap(*gap)).collect()
    }

    fn gap(&self, gap: Gap) -> GapNote {
        let (gap, at, why) = match gap {
            Gap::Output(output, why) => {
                let at = self.names.outpoint(output).to_string();
                ("output", at, crate::wording::unknown(why))
            }
            Gap::InputValue(tx) => (
                "input-value",
                self.names.txid(tx).to_string(),
                "the value of an input is not known, so the policy cannot divide; what came to it \
                 is lost from view",
            ),
            Gap::Mix(tx) => (
                "mix",
                self.names.txid(tx).to_string(),
                "whether it is a mix cannot be told; it was followed like one that is not",
            ),
            Gap::Seed(seed, why) => {
                let seed = self.found.seeds.get(seed as usize);
                let at = seed.map_or_else(String::new, |seed| seed.text.clone());
                ("seed", at, crate::wording::unknown(why))
            }
            Gap::SeededTwice(output) => (
                "seeded-twice",
                self.names.outpoint(output).to_string(),
                "it was tainted already when it was seeded; only the rest was seeded",
            ),
        };
        GapNote { gap, at, why }
    }

    fn labels(&self) -> Vec<LabelEntry> {
        let shown = self.labels_shown.iter();
        shown
            .filter_map(|index| self.found.labels.get(*index))
            .map(|label| LabelEntry::of(label, self.names.network()))
            .collect()
    }
}

fn kind(kind: DestinationKind) -> Kind {
    match kind {
        DestinationKind::Unspent => Kind::Unspent,
        DestinationKind::Coinbase(_) => Kind::Coinbase,
        DestinationKind::Service(_) => Kind::Service,
        DestinationKind::Mix { .. } => Kind::Mix,
        DestinationKind::Fee(_) => Kind::Fee,
        DestinationKind::Bound(_) => Kind::Bound,
        DestinationKind::Unseen(_) => Kind::Unseen,
    }
}

fn limits_hit(trail: &Trail, destinations: &[Destination]) -> Vec<LimitNote> {
    let limits = trail.limits_hit.iter().copied();
    let mut notes: Vec<_> = limits.map(LimitNote::from).collect();
    let requests = |why: Unknown| why == Unknown::LimitReached;
    if trail.gaps.iter().any(|gap| match gap {
        Gap::Output(_, why) | Gap::Seed(_, why) => requests(*why),
        Gap::InputValue(_) | Gap::Mix(_) | Gap::SeededTwice(_) => false,
    }) {
        notes.push(LimitNote::REQUESTS);
    }
    notes.extend(LimitNote::path(destinations));
    notes
}

impl Conservation {
    fn of(policy: Policy, mixes: &str, all_found: bool) -> Self {
        let (holds, statement) = if policy == Policy::Poison {
            let statement = "Poison does not conserve value: the same coin counts at every place \
                             it may have reached. The sums are upper bounds.";
            (None, statement)
        } else if mixes == "poison" {
            let statement = "Mixes were followed by tainting all that leaves them, which does not \
                             conserve value: the sums are upper bounds.";
            (None, statement)
        } else if all_found {
            let statement = "The destinations of every seed add up to what was seeded, to the \
                             satoshi.";
            (Some(true), statement)
        } else {
            let statement = "The destinations do not add up to what was seeded.";
            (Some(false), statement)
        };
        Self { holds, statement }
    }
}
