//! One transaction's turn.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::allocation::{Allocation, Allotment, Flow, Passage};
use super::draw::Prevouts;
use super::frontier::{Entry, Held};
use super::record::Place;
use super::segment::{Segment, Segments};
use super::surroundings::{MixAnswer, Surroundings};
use super::trail::{DestinationKind, Direction, Gap, LimitHit, VisitId};
use super::walk::{Open, Walk};
use super::{Mixes, Plan};
use crate::model::{AddressId, OutputId, TxNumber};
use crate::view::{Answer, CoinView, NumberedTransaction, Question, Unknown};

/// What a step needs besides the walk.
pub(super) struct Step<'a, V: ?Sized, S: ?Sized> {
    pub(super) plan: &'a Plan,
    pub(super) allocation: Allocation,
    pub(super) view: &'a V,
    pub(super) surroundings: &'a S,
    pub(super) scratch: &'a mut Scratch,
    /// What must be known to go on.
    pub(super) questions: &'a mut BTreeSet<Question>,
}

/// Memory that steps use one after another.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) transaction: NumberedTransaction,
    pub(super) flow: Flow,
    pub(super) allotment: Allotment,
    /// Which of the entries the transaction at hand spends.
    pub(super) entered: Vec<bool>,
}

impl Default for Scratch {
    fn default() -> Self {
        Self {
            transaction: NumberedTransaction {
                txid: crate::model::Txid::default(),
                version: 0,
                lock_time: 0,
                weight: None,
                inputs: Vec::new(),
                outputs: Vec::new(),
            },
            flow: Flow::default(),
            allotment: Allotment::default(),
            entered: Vec::new(),
        }
    }
}

impl<V, S> Step<'_, V, S>
where
    V: CoinView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    /// Takes the turn that `walk` is at. False, and nothing has happened, when something must
    /// be known first.
    pub(super) fn take(&mut self, walk: &mut Walk) -> bool {
        if self.plan.direction == Direction::Back {
            self.sow(walk);
            walk.take_more();
        }
        if let Some(tx) = walk.turn() {
            let mut entering = std::mem::take(&mut walk.entering);
            let entered = self.enter(walk, tx, &mut entering);
            if entered {
                entering.clear();
            }
            walk.entering = entering;
            if !entered {
                return false;
            }
        }
        self.sow(walk);
        true
    }

    /// Seeds the outputs whose turn it is.
    fn sow(&mut self, walk: &mut Walk) {
        for index in std::mem::take(&mut walk.sowing) {
            let (segments, twice) = walk.seeding.sow(index, self.allocation);
            let Some(seed) = walk.seeding.outputs.get(index) else {
                continue;
            };
            if twice {
                walk.record.gaps.push(Gap::SeededTwice(seed.output));
            }
            // Seeded outputs are the first visits.
            let visit = VisitId(u32::try_from(index).unwrap_or(u32::MAX));
            walk.record.fill(visit, &segments);
            let open = Open {
                held: Held {
                    output: seed.output,
                    value_sat: seed.value_sat,
                    visit,
                    hops: 0,
                    segments,
                },
                address: seed.address,
                is_seed: true,
            };
            self.settle(walk, open);
        }
    }

    /// Takes the value of `entering` through a transaction, or ends it there. False when
    /// something must be known first.
    fn enter(&mut self, walk: &mut Walk, tx: TxNumber, entering: &mut [Entry]) -> bool {
        let limit = self.plan.bounds.transactions_max;
        if limit.is_some_and(|limit| walk.transactions >= limit) {
            end_all(
                walk,
                entering,
                DestinationKind::Bound(LimitHit::Transactions),
            );
            return true;
        }
        let read = self.view.transaction(tx, &mut self.scratch.transaction);
        if let Answer::NotFetched | Answer::Unknown(_) = read {
            let why = why_unknown(read);
            for entry in &*entering {
                walk.record.gaps.push(Gap::Output(entry.held.output, why));
            }
            end_all(walk, entering, DestinationKind::Unseen(why));
            return true;
        }
        if self.scratch.transaction.is_coinbase() {
            end_all(walk, entering, DestinationKind::Coinbase(tx));
            return true;
        }
        let missing = match self.know_prevouts() {
            Prevouts::Known => None,
            Prevouts::Missing(why) => Some(why),
            Prevouts::Asked => return false,
        };
        let mix = match self.surroundings.mix(&self.scratch.transaction) {
            MixAnswer::Mix(shape) => Some(shape),
            MixAnswer::NoMix => None,
            MixAnswer::Unknown => {
                walk.record.gaps.push(Gap::Mix(tx));
                None
            }
        };
        let passage = match (&mix, self.plan.mixes, self.plan.direction) {
            (Some(shape), Mixes::Stop, _) => {
                let kind = shape.kind;
                end_all(walk, entering, DestinationKind::Mix { tx, kind });
                return true;
            }
            (Some(shape), Mixes::Through, Direction::Forward) => {
                Passage::EqualOutputs(&shape.equal_outputs)
            }
            (Some(_), Mixes::Poison, _) => Passage::Whole,
            (None, _, _) | (Some(_), Mixes::Through, Direction::Back) => Passage::Plain,
        };
        self.pass(walk, tx, entering, missing, passage);
        true
    }

    fn pass(
        &mut self,
        walk: &mut Walk,
        tx: TxNumber,
        entering: &mut [Entry],
        missing: Option<Unknown>,
        passage: Passage<'_>,
    ) {
        let missing = self.draw(walk, tx, entering, missing, passage);
        if let Some(why) = missing {
            walk.record.gaps.push(Gap::InputValue(tx));
            let goes_on =
                matches!(self.allocation, Allocation::Whole) || matches!(passage, Passage::Whole);
            if !goes_on {
                end_all(walk, entering, DestinationKind::Unseen(why));
                return;
            }
        }
        walk.transactions += 1;
        for entry in &*entering {
            // What the transaction turned out not to spend has been ended.
            if !entry.held.segments.is_empty() {
                walk.record.pass(entry.held.visit, tx);
            }
        }
        let Scratch {
            flow, allotment, ..
        } = &mut *self.scratch;
        allotment.make(self.plan.policy, flow, passage);
        self.hand_out(walk, tx, entering);
    }

    /// Gives every taker that has become tainted its place in the walk.
    fn hand_out(&mut self, walk: &mut Walk, tx: TxNumber, entering: &[Entry]) {
        let order = self.view.order(tx);
        let allotment = std::mem::take(&mut self.scratch.allotment);
        let pooled = best(
            entering
                .iter()
                .map(|entry| (entry, self.tainted_sat(&entry.held))),
        );
        let mut brought = &*allotment.brought;
        let takers = self.scratch.flow.takers.len();
        for (taker, number) in (0..takers).zip(0_u32..) {
            let segments = allotment.of(taker);
            if segments.is_empty() {
                continue;
            }
            let via = if allotment.brought.is_empty() {
                pooled
            } else {
                let skipped = brought.partition_point(|part| part.taker < number);
                brought = brought.get(skipped..).unwrap_or_default();
                let mine = brought.iter().take_while(|part| part.taker == number);
                best(mine.filter_map(|part| {
                    Some((entering.get(part.source as usize)?, part.amount_sat))
                }))
            };
            let Some(via) = via else { continue };
            match self.taker(tx, number) {
                Some(taker) => self.arrive(walk, &taker, segments, via, order),
                None => {
                    let fee = taker + 1 == takers;
                    let kind = if fee && self.plan.direction == Direction::Forward {
                        DestinationKind::Fee(tx)
                    } else {
                        DestinationKind::Unseen(Unknown::Contradictory)
                    };
                    let place = Place {
                        order,
                        vout: u32::MAX,
                    };
                    walk.record
                        .end_outside(via.held.visit, place, segments, kind);
                }
            }
        }
        self.scratch.allotment = allotment;
    }

    /// The output that a taker of the transaction at hand is; `None` for the fee.
    fn taker(&self, tx: TxNumber, index: u32) -> Option<Taker> {
        let transaction = &self.scratch.transaction;
        match self.plan.direction {
            Direction::Forward => {
                let output = transaction.outputs.get(index as usize)?;
                Some(Taker {
                    output: self.view.output_id(tx, index)?,
                    vout: index,
                    value_sat: output.value_sat,
                    address: output.address,
                })
            }
            Direction::Back => {
                let input = transaction.inputs.get(index as usize)?;
                let output = input.prevout.as_ref()?;
                Some(Taker {
                    output: input.spends,
                    vout: index,
                    value_sat: output.value_sat,
                    address: output.address,
                })
            }
        }
    }

    fn arrive(
        &mut self,
        walk: &mut Walk,
        taker: &Taker,
        segments: &[Segment],
        via: &Entry,
        order: u64,
    ) {
        let may_be_seed = match self.plan.direction {
            Direction::Forward => !walk.sowing.is_empty(),
            Direction::Back => walk.seeding.outputs.len() > 1,
        };
        let segments = Segments::from(segments);
        if may_be_seed
            && let Some(index) = walk.seeding.find_output(taker.output)
            && let Some(seed) = walk.seeding.outputs.get_mut(index)
            && seed.arrived.is_empty()
        {
            seed.arrived = segments;
            return;
        }
        let place = match self.plan.direction {
            Direction::Forward => Place {
                order,
                vout: taker.vout,
            },
            // Where it was created need not be known: at a service nobody asks. So places are
            // alike, and what is found is in the order in which it was reached.
            Direction::Back => Place::default(),
        };
        let mut held = Held {
            output: taker.output,
            value_sat: taker.value_sat,
            visit: VisitId(0),
            hops: via.held.hops.saturating_add(1),
            segments,
        };
        held.visit = walk.record.reach(&held, place, Some(via.held.visit));
        let address = taker.address;
        self.settle(
            walk,
            Open {
                held,
                address,
                is_seed: false,
            },
        );
    }

    /// The tainted part of an output, all seeds together.
    pub(super) fn tainted_sat(&self, held: &Held) -> u64 {
        match self.allocation {
            Allocation::Whole => held.value_sat,
            Allocation::Amounts(_) | Allocation::Order(_) => {
                let tainted = held
                    .segments
                    .iter()
                    .filter(|segment| segment.seed.is_some());
                tainted.fold(0, |sum, segment| sum.saturating_add(segment.length_sat))
            }
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

fn end_all(walk: &mut Walk, entries: &[Entry], kind: DestinationKind) {
    for entry in entries {
        walk.record.end(&entry.held, kind);
    }
}

fn why_unknown<T>(answer: Answer<T>) -> Unknown {
    match answer {
        Answer::Unknown(why) => why,
        Answer::Known(_) | Answer::NotFetched => Unknown::NotFound,
    }
}
