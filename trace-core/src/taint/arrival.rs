//! What comes out of a transaction.

use std::cmp::Reverse;

use super::frontier::{Entry, Held};
use super::record::Place;
use super::segment::{Segment, Segments};
use super::step::Step;
use super::surroundings::Surroundings;
use super::trail::{DestinationKind, Direction, VisitId};
use super::walk::{Open, Walk};
use crate::model::{AddressId, OutputId, TxNumber};
use crate::view::{Answer, CoinView, Unknown};

impl<V, S> Step<'_, V, S>
where
    V: CoinView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    /// Gives every taker that has become tainted its place in the walk.
    pub(super) fn hand_out(&mut self, walk: &mut Walk, tx: TxNumber, entering: &[Entry]) {
        let allotment = std::mem::take(&mut self.scratch.allotment);
        let of_all = entering.iter();
        let of_all = best(of_all.map(|entry| (entry, self.tainted_sat(&entry.held))));
        let mut brought = &*allotment.brought;
        let takers = self.scratch.flow.takers.len();
        for (taker, number) in (0..takers).zip(0_u32..) {
            let segments = allotment.of(taker);
            if segments.is_empty() {
                continue;
            }
            let via = if allotment.brought.is_empty() {
                of_all
            } else {
                let start = brought.partition_point(|part| part.taker < number);
                brought = brought.get(start..).unwrap_or_default();
                let mine = brought.iter().take_while(|part| part.taker == number);
                best(mine.filter_map(|part| {
                    Some((entering.get(part.source as usize)?, part.amount_sat))
                }))
            };
            let Some(via) = via else { continue };
            if let Some(taker) = self.taker(number) {
                self.arrive(walk, &taker, segments, via);
                continue;
            }
            let is_fee = taker + 1 == takers && self.plan.direction == Direction::Forward;
            let kind = if is_fee {
                DestinationKind::Fee(tx)
            } else {
                DestinationKind::Unseen(Unknown::Contradictory)
            };
            let place = self.place(walk, u32::MAX);
            walk.record.end(via.held.visit, segments, kind, || place);
        }
        self.scratch.allotment = allotment;
    }

    /// The output that a taker of the transaction at hand is; `None` for the fee.
    fn taker(&self, index: u32) -> Option<Taker> {
        let outline = &self.scratch.outline;
        match self.plan.direction {
            Direction::Forward => {
                let output = outline.outputs.get(index as usize)?;
                Some(Taker {
                    output: output.id,
                    vout: index,
                    value_sat: output.value_sat,
                    address: output.address,
                })
            }
            Direction::Back => {
                let input = outline.inputs.get(index as usize)?;
                let address = match self.view.output(input.spends) {
                    Answer::Known(output) => output.address,
                    Answer::NotFetched | Answer::Unknown(_) => None,
                };
                Some(Taker {
                    output: input.spends,
                    vout: index,
                    value_sat: input.value_sat?,
                    address,
                })
            }
        }
    }

    fn arrive(&mut self, walk: &mut Walk, taker: &Taker, segments: &[Segment], via: &Entry) {
        let may_be_seed = match self.plan.direction {
            Direction::Forward => !walk.sowing.is_empty(),
            Direction::Back => walk.seeding.outputs.len() > 1,
        };
        let segments = Segments::from(segments);
        if may_be_seed
            && let Some(index) = walk.seeding.find_output(taker.output)
            && let Some(seed) = walk.seeding.outputs.get_mut(index)
            && seed
                .arrived
                .as_ref()
                .is_some_and(|arrived| arrived.is_empty())
        {
            seed.arrived = Some(segments);
            return;
        }
        let mut held = Held {
            output: taker.output,
            value_sat: taker.value_sat,
            visit: VisitId(0),
            hops: via.held.hops.saturating_add(1),
            segments,
        };
        held.visit = walk.record.reach(&held, Some(via.held.visit));
        let address = taker.address;
        self.settle(
            walk,
            Open {
                held,
                vout: taker.vout,
                address,
                is_seed: false,
            },
        );
    }

    /// The place of an output of the transaction whose turn it is. Backwards it need not be
    /// known where an output was created: at a service nobody asks. Places are then alike, and
    /// what is found is in the order in which it was reached.
    pub(super) fn place(&self, walk: &Walk, vout: u32) -> Place {
        match self.plan.direction {
            Direction::Forward => Place {
                order: walk.frontier.now(),
                vout,
            },
            Direction::Back => Place::default(),
        }
    }
}

/// An output that takes part of what enters a transaction.
struct Taker {
    output: OutputId,
    vout: u32,
    value_sat: u64,
    address: Option<AddressId>,
}

/// Of those with the fewest hops the one that brought most, of those the first.
fn best<'a>(brought: impl Iterator<Item = (&'a Entry, u64)>) -> Option<&'a Entry> {
    brought
        .filter(|(entry, _)| !entry.held.segments.is_empty())
        .min_by_key(|(entry, amount_sat)| (entry.held.hops, Reverse(*amount_sat), entry.held.visit))
        .map(|(entry, _)| entry)
}
