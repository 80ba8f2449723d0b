//! What a walk has found so far.

use std::collections::BTreeSet;

use super::frontier::Held;
use super::segment::{Segment, shares_of};
use super::trail::{Destination, DestinationKind, Gap, LimitHit, Visit, VisitId};
use super::{Share, Shares, Totals};
use crate::model::{OutputId, TxNumber};
use crate::view::{Answer, CoinView};

/// How much of what is found is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keep {
    /// Everything: memory grows with the outputs visited, about 150 bytes each.
    #[default]
    Everything,
    /// The sums by seed and kind of destination, the gaps and the limits. The trail has no
    /// visits and no destinations; memory grows with the outputs that are on their way.
    Totals,
}

/// Where an output stands in the chain; a fee stands behind the outputs of its transaction.
/// An output whose creator is not known stands before all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) order: u64,
    pub(super) vout: u32,
}

impl Place {
    /// Looks an output's place up.
    pub(super) fn of(view: &(impl CoinView + ?Sized), output: OutputId) -> Self {
        let order = match view.creator(output) {
            Answer::Known(tx) => view.order(tx),
            Answer::NotFetched | Answer::Unknown(_) => 0,
        };
        let vout = match view.outpoint(output) {
            Answer::Known(outpoint) => outpoint.vout,
            Answer::NotFetched | Answer::Unknown(_) => u32::MAX,
        };
        Self { order, vout }
    }
}

/// The result of a walk while it grows.
#[derive(Clone, Debug)]
pub(super) struct Record {
    keep: Keep,
    pub(super) visits: Vec<Visit>,
    /// Outputs noted, kept or not.
    pub(super) outputs: u64,
    destinations: Vec<(Place, Destination)>,
    /// By seed.
    pub(super) totals: Vec<Totals>,
    pub(super) gaps: Vec<Gap>,
    pub(super) limits_hit: BTreeSet<LimitHit>,
    /// Room to add up in.
    shares: Vec<Share>,
}

impl Record {
    pub(super) fn new(keep: Keep, seeds: usize) -> Self {
        Self {
            keep,
            visits: Vec::new(),
            outputs: 0,
            destinations: Vec::new(),
            totals: vec![Totals::default(); seeds],
            gaps: Vec::new(),
            limits_hit: BTreeSet::new(),
            shares: Vec::new(),
        }
    }

    /// Notes a tainted output. Where visits are not kept all have the number 0, which nobody
    /// then reads.
    pub(super) fn reach(&mut self, held: &Held, parent: Option<VisitId>) -> VisitId {
        self.outputs += 1;
        if self.keep == Keep::Totals {
            return VisitId(0);
        }
        let visit = self.visits.len();
        let visit = VisitId(u32::try_from(visit).expect("memory ends before 2³² visits"));
        let shares = self.shares_of(&held.segments);
        self.visits.push(Visit {
            output: held.output,
            value_sat: held.value_sat,
            shares,
            parent,
            hops: held.hops,
            next: None,
        });
        visit
    }

    /// Notes what an output noted before turns out to hold.
    pub(super) fn fill(&mut self, visit: VisitId, segments: &[Segment]) {
        let shares = self.shares_of(segments);
        if let Some(visit) = self.visits.get_mut(visit.0 as usize) {
            visit.shares = shares;
        }
    }

    /// The value goes on into `tx`, as far as is known before it is entered. Noted when the
    /// output is reached, while its visit is at hand in memory.
    pub(super) fn go_on(&mut self, visit: VisitId, tx: TxNumber) {
        if let Some(visit) = self.visits.get_mut(visit.0 as usize) {
            visit.next = Some(tx);
        }
    }

    /// The value does not go on after all.
    pub(super) fn stay(&mut self, visit: VisitId) {
        if let Some(visit) = self.visits.get_mut(visit.0 as usize) {
            visit.next = None;
        }
    }

    /// Tainted value ends: at the output `visit`, or for what ends outside every output, on
    /// the way from there. The place is asked for only where it is kept.
    pub(super) fn end(
        &mut self,
        visit: VisitId,
        segments: &[Segment],
        kind: DestinationKind,
        place: impl FnOnce() -> Place,
    ) {
        if let DestinationKind::Bound(limit) = kind {
            self.limits_hit.insert(limit);
        }
        for segment in segments {
            if let Some(seed) = segment.seed
                && let Some(totals) = self.totals.get_mut(seed as usize)
            {
                totals.add(kind, segment.length_sat);
            }
        }
        if self.keep == Keep::Everything {
            let shares = self.shares_of(segments);
            let destination = Destination {
                kind,
                visit,
                shares,
            };
            self.destinations.push((place(), destination));
        }
    }

    fn shares_of(&mut self, segments: &[Segment]) -> Shares {
        shares_of(segments, &mut self.shares);
        Shares::from(&*self.shares)
    }

    /// The destinations by place, what is at one place in the order of the visits.
    pub(super) fn take_destinations(&mut self) -> Vec<Destination> {
        let mut destinations = std::mem::take(&mut self.destinations);
        destinations.sort_by_key(|(place, destination)| (*place, destination.visit));
        destinations
            .into_iter()
            .map(|(_, destination)| destination)
            .collect()
    }

    /// The gaps by place in the chain, each once.
    pub(super) fn take_gaps(&mut self, view: &(impl CoinView + ?Sized)) -> Vec<Gap> {
        let mut gaps = std::mem::take(&mut self.gaps);
        gaps.sort_by_cached_key(|gap| {
            let (place, output) = match gap {
                Gap::Seed(..) => (Place { order: 0, vout: 0 }, None),
                Gap::Output(output, _) | Gap::SeededTwice(output) => {
                    (Place::of(view, *output), Some(*output))
                }
                Gap::InputValue(tx) | Gap::Mix(tx) => {
                    let order = view.order(*tx);
                    let vout = u32::MAX;
                    (Place { order, vout }, None)
                }
            };
            let outpoint = output.and_then(|output| match view.outpoint(output) {
                Answer::Known(outpoint) => Some(outpoint),
                Answer::NotFetched | Answer::Unknown(_) => None,
            });
            (place, outpoint, *gap)
        });
        gaps.dedup();
        gaps
    }
}
