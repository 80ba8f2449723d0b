//! From what following found to a document.

use std::collections::BTreeSet;
use std::rc::Rc;

use trace_core::label::Labels;
use trace_core::model::{BitcoinNetwork, OutPoint, OutputId};
use trace_core::taint::{self, DestinationKind, Direction, Gap, LabelIndex, Seeded, Trail};
use trace_core::view::{CoinView, Unknown};

use super::destination::Order;
use super::forest::Forest;
use super::names::{Missing, Names};
use super::{
    AsOf, Conditions, Conservation, Destination, Detail, GapNote, Kind, LabelEntry, LimitNote,
    Path, Report, Seed, SeedKind, SeedName, SeedShare, SeededOutput, Step, Totals,
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
        let mut totals = Totals::new(trail.direction, seeds.iter().map(|seed| seed.amount).sum());
        for destination in &destinations {
            totals.add(destination.kind, destination.amount);
        }
        let sums = seeds.iter().map(|seed| &seed.totals).chain([&totals]);
        let all_found = { sums }.all(|totals| totals.seeded == totals.placed());
        Report {
            schema: match trail.direction {
                Direction::Forward => "trace/follow/1",
                Direction::Back => "trace/back/1",
            },
            program: super::PROGRAM,
            as_of: AsOf::of(chain, trail.as_of),
            policy: trail.policy.name(),
            conservation: Conservation::of(trail.policy, conditions.mixes, all_found),
            conditions: conditions.clone(),
            limits_hit: limits_hit(trail, &destinations),
            seeds,
            totals,
            destinations,
            labels: self.labels(),
            gaps: self.gaps(),
            transactions_visited: trail.transactions,
            direction: trail.direction,
            passages,
            steps,
        }
    }

    fn destinations(&mut self, steps: &Rc<[Step]>) -> Vec<Destination> {
        let places = self.found.trail.destinations.iter();
        let mut placed: Vec<_> = places.map(|place| self.destination(place, steps)).collect();
        placed.sort_by_key(|place| place.order);
        placed
    }

    fn destination(&mut self, place: &taint::Destination, steps: &Rc<[Step]>) -> Destination {
        let last = place.visit.0 as usize;
        let (transaction, detail) = match place.kind {
            DestinationKind::Unspent | DestinationKind::Service(_) => (None, Detail::None),
            DestinationKind::Coinbase(tx) | DestinationKind::Fee(tx) => (Some(tx), Detail::None),
            DestinationKind::Mix { tx, kind } => (Some(tx), Detail::Mix(kind)),
            DestinationKind::Bound(limit) => (None, Detail::Bound(limit)),
            DestinationKind::Unseen(why) => (None, Detail::Unseen(why)),
        };
        let kind = Kind::of(place.kind);
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
        let order = self.order(place);
        let shares = SeedShare::list(&place.shares);
        let (position, _, _) = order;
        Destination {
            order,
            kind,
            transaction: transaction.map(|tx| self.names.txid(tx)),
            height: position.map(|position| position.height),
            detail,
            label: label.map(|(_, name)| name),
            amount: SeedShare::together(&shares, self.found.trail.policy),
            shares,
            path: Path {
                steps: Rc::clone(steps),
                last,
                steps_max: self.found.conditions.path_max,
            },
        }
    }

    fn order(&self, place: &taint::Destination) -> Order {
        let names = self.names;
        let kind = Kind::of(place.kind);
        if let DestinationKind::Fee(tx) = place.kind {
            let txid = names.txid(tx);
            let vout = u32::MAX;
            return (names.position(tx), OutPoint { txid, vout }, kind);
        }
        // The propagator names visits of its own only.
        let visit = self.found.trail.visits.get(place.visit.0 as usize);
        let output = visit.map_or(OutputId(u64::MAX), |visit| visit.output);
        (names.created_at(output), names.outpoint(output), kind)
    }

    fn seeds(&self) -> Vec<Seed> {
        let Found { trail, seeds, .. } = *self.found;
        let seeded = trail.seeds.iter();
        let mut totals: Vec<Totals> = seeded
            .map(|seed| Totals::new(trail.direction, seed.seeded_sat.into()))
            .collect();
        for place in &trail.destinations {
            for share in &place.shares {
                if let Some(totals) = totals.get_mut(share.seed as usize) {
                    totals.add(Kind::of(place.kind), share.amount_sat.into());
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
            SeededOutput {
                outpoint: names.outpoint(*output).to_string(),
                height: created_at.map(|position| position.height),
                address: address.map(|address| address.text(names.network()).to_string()),
                amount: (*sat).into(),
            }
        });
        Seed {
            seed: name.text.clone(),
            kind: name.kind,
            from_height: (name.kind == SeedKind::Address).then_some(self.found.from_height),
            amount: totals.seeded,
            outputs: outputs.collect(),
            totals,
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

fn limits_hit(trail: &Trail, destinations: &[Destination]) -> Vec<LimitNote> {
    let limits = trail.limits_hit.iter().copied();
    let mut notes: Vec<_> = limits.map(LimitNote::of).collect();
    let requests = |why: Unknown| why == Unknown::LimitReached;
    if trail.gaps.iter().any(|gap| match gap {
        Gap::Output(_, why) | Gap::Seed(_, why) => requests(*why),
        Gap::InputValue(_) | Gap::Mix(_) | Gap::SeededTwice(_) => false,
    }) {
        notes.push(LimitNote {
            limit: "requests",
            meaning: crate::wording::unknown(Unknown::LimitReached),
        });
    }
    if destinations.iter().any(|place| place.path.left_out() > 0) {
        notes.push(LimitNote {
            limit: "path",
            meaning: "of a longer path only the two ends are shown",
        });
    }
    notes
}
