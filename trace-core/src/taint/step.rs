//! One transaction's turn.

use std::collections::BTreeSet;

use super::allocation::{Allocation, Allotment, Flow, Passage};
use super::draw::Prevouts;
use super::frontier::{Entry, Held};
use super::record::Place;
use super::surroundings::{MixAnswer, Surroundings};
use super::trail::{DestinationKind, Direction, Gap, LimitHit, VisitId};
use super::walk::{Open, Walk};
use super::{Mixes, Plan};
use crate::model::TxNumber;
use crate::view::{Answer, CoinView, Depth, NumberedTransaction, Outline, Question, Unknown};

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
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// For seeds, and where a mix is told by the whole of it.
    pub(super) transaction: NumberedTransaction,
    pub(super) outline: Outline,
    pub(super) flow: Flow,
    pub(super) allotment: Allotment,
    /// Which of the entries the transaction at hand spends.
    pub(super) entered: Vec<bool>,
    /// Transactions whose turn is among the next.
    soon: Vec<TxNumber>,
    others: Others,
}

/// Of late, how many inputs brought no taint, whose values must be looked up.
#[derive(Debug, Default)]
struct Others {
    entered: u32,
    inputs: u32,
}

impl Others {
    fn note(&mut self, entered: usize, inputs: usize) {
        self.entered += u32::try_from(entered.min(inputs))
            .unwrap_or(u32::MAX / 4)
            .min(1 << 16);
        self.inputs += u32::try_from(inputs).unwrap_or(u32::MAX / 4).min(1 << 16);
        if self.inputs > 1 << 17 {
            (self.entered, self.inputs) = (self.entered / 2, self.inputs / 2);
        }
    }

    /// Whether it is worth telling the view of them.
    fn are_many(&self) -> bool {
        self.inputs - self.entered.min(self.inputs) > self.inputs / 4
    }
}

impl<V, S> Step<'_, V, S>
where
    V: CoinView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    /// Tells the view what it will be asked for.
    pub(super) fn expect(&mut self, walk: &mut Walk) {
        if !self.scratch.others.are_many() {
            walk.frontier.forget_soon();
            return;
        }
        let soon = &mut self.scratch.soon;
        walk.frontier.take_soon(soon);
        if !soon.is_empty() {
            self.view.expect(soon, Depth::Outline);
        }
    }

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
                vout: seed.vout,
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
            self.end_all(
                walk,
                entering,
                DestinationKind::Bound(LimitHit::Transactions),
            );
            return true;
        }
        let why = match self.view.outline(tx, &mut self.scratch.outline) {
            Answer::Known(()) => None,
            Answer::Unknown(why) => Some(why),
            // Its number comes from the view, which therefore has it.
            Answer::NotFetched => Some(Unknown::NotFound),
        };
        if let Some(why) = why {
            for entry in &*entering {
                walk.record.gaps.push(Gap::Output(entry.held.output, why));
            }
            self.end_all(walk, entering, DestinationKind::Unseen(why));
            return true;
        }
        let back = self.plan.direction == Direction::Back;
        if back && self.scratch.outline.inputs.is_empty() {
            self.end_all(walk, entering, DestinationKind::Coinbase(tx));
            return true;
        }
        if entering.len() > 1 {
            entering.sort_unstable_by_key(|entry| entry.held.output);
        }
        self.scratch
            .others
            .note(entering.len(), self.scratch.outline.inputs.len());
        let missing = match self.know_prevouts(entering) {
            Prevouts::Known => None,
            Prevouts::Missing(why) => Some(why),
            Prevouts::Asked => return false,
        };
        let mix = match self.mix(tx) {
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
                self.end_all(walk, entering, DestinationKind::Mix { tx, kind });
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

    /// Whether the transaction at hand is a mix.
    fn mix(&mut self, tx: TxNumber) -> MixAnswer {
        if !self.surroundings.may_be_mix(&self.scratch.outline) {
            return MixAnswer::NoMix;
        }
        let transaction = &mut self.scratch.transaction;
        if !matches!(self.view.transaction(tx, transaction), Answer::Known(())) {
            return MixAnswer::Unknown;
        }
        for input in &mut transaction.inputs {
            if input.prevout.is_none()
                && let Answer::Known(output) = self.view.output(input.spends)
            {
                input.prevout = Some(output);
            }
        }
        self.surroundings.mix(transaction)
    }

    /// Takes the value through, unless a value that is not known is needed for it.
    fn pass(
        &mut self,
        walk: &mut Walk,
        tx: TxNumber,
        entering: &mut [Entry],
        missing: Option<Unknown>,
        passage: Passage<'_>,
    ) {
        let missing = self.draw(walk, entering, missing, passage);
        if entering.iter().all(|entry| entry.held.segments.is_empty()) {
            return;
        }
        if let Some(why) = missing {
            walk.record.gaps.push(Gap::InputValue(tx));
            let goes_on =
                matches!(self.allocation, Allocation::Whole) || matches!(passage, Passage::Whole);
            if !goes_on {
                self.end_all(walk, entering, DestinationKind::Unseen(why));
                return;
            }
        }
        walk.transactions += 1;
        let Scratch {
            flow, allotment, ..
        } = &mut *self.scratch;
        allotment.make(self.plan.policy, flow, passage);
        self.hand_out(walk, tx, entering);
    }

    fn end_all(&self, walk: &mut Walk, entries: &[Entry], kind: DestinationKind) {
        let entries = entries.iter();
        // What the transaction turned out not to spend has been ended.
        for entry in entries.filter(|entry| !entry.held.segments.is_empty()) {
            self.end(walk, &entry.held, kind);
        }
    }

    /// Ends what was to enter a transaction where it is.
    pub(super) fn end(&self, walk: &mut Walk, held: &Held, kind: DestinationKind) {
        walk.record.stay(held.visit);
        walk.record.end(held.visit, &held.segments, kind, || {
            match self.plan.direction {
                Direction::Forward => Place::of(self.view, held.output),
                Direction::Back => Place::default(),
            }
        });
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
