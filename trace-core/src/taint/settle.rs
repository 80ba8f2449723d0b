//! Where a tainted output goes on, or why it does not.

use super::frontier::Entry;
use super::step::Step;
use super::surroundings::Surroundings;
use super::trail::{DestinationKind, Direction, Gap, LimitHit};
use super::walk::{Open, Walk, key};
use crate::model::{OutputId, TxNumber};
use crate::view::{Answer, CoinView, Question, Spender, Unknown};

impl<V, S> Step<'_, V, S>
where
    V: CoinView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    /// Asks again where the open outputs go on.
    pub(super) fn look_again(&mut self, walk: &mut Walk) {
        for open in std::mem::take(&mut walk.open) {
            self.settle(walk, open);
        }
    }

    /// Finds where an output goes on. It ends at a service before anything else is asked; what
    /// is seeded and followed back is passed on all the same, for where the coins of a service
    /// came from is then the question.
    pub(super) fn settle(&mut self, walk: &mut Walk, open: Open) {
        let is_start = open.is_seed && self.plan.direction == Direction::Back;
        if !is_start
            && let Some(address) = open.address
            && let Some(label) = self.surroundings.service(self.view, address)
        {
            return self.end_open(walk, &open, DestinationKind::Service(label));
        }
        if self.tainted_sat(&open.held) < self.plan.bounds.amount_min_sat {
            return self.end_open(walk, &open, DestinationKind::Bound(LimitHit::Amount));
        }
        let next = match self.next(open.held.output) {
            Answer::Known(next) => next,
            Answer::NotFetched => match self.question(open.held.output) {
                Ok(question) => {
                    self.questions.insert(question);
                    walk.open.push(open);
                    return;
                }
                Err(why) => return self.lose(walk, &open, why),
            },
            Answer::Unknown(why) => return self.lose(walk, &open, why),
        };
        let Some(tx) = next else {
            return self.end_open(walk, &open, DestinationKind::Unspent);
        };
        let key = key(self.plan.direction, self.view.order(tx));
        let now = walk.frontier.now();
        if key < now || (key == now && !is_start) {
            return self.lose(walk, &open, Unknown::Contradictory);
        }
        if let Some(limit) = self.limit(open.held.hops, tx) {
            return self.end_open(walk, &open, DestinationKind::Bound(limit));
        }
        walk.record.go_on(open.held.visit, tx);
        walk.frontier.push(Entry {
            key,
            tx,
            held: open.held,
        });
    }

    /// The transaction in which an output goes on, if it does.
    fn next(&self, output: OutputId) -> Answer<Option<TxNumber>> {
        match self.plan.direction {
            Direction::Forward => match self.view.spender(output) {
                Answer::Known(Spender::Spent(tx)) => Answer::Known(Some(tx)),
                Answer::Known(Spender::Unspent) => Answer::Known(None),
                Answer::NotFetched => Answer::NotFetched,
                Answer::Unknown(why) => Answer::Unknown(why),
            },
            Direction::Back => match self.view.creator(output) {
                Answer::Known(tx) => Answer::Known(Some(tx)),
                Answer::NotFetched => Answer::NotFetched,
                Answer::Unknown(why) => Answer::Unknown(why),
            },
        }
    }

    fn question(&self, output: OutputId) -> Result<Question, Unknown> {
        match (self.view.outpoint(output), self.plan.direction) {
            (Answer::Known(outpoint), Direction::Forward) => Ok(Question::Spender(outpoint)),
            (Answer::Known(outpoint), Direction::Back) => Ok(Question::Transaction(outpoint.txid)),
            (Answer::NotFetched, _) => Err(Unknown::NotFound),
            (Answer::Unknown(why), _) => Err(why),
        }
    }

    /// The bound beyond which `tx` lies, for an output so many hops from a seed.
    fn limit(&self, hops: u32, tx: TxNumber) -> Option<LimitHit> {
        let bounds = &self.plan.bounds;
        if bounds.hops_max.is_some_and(|most| hops >= most) {
            return Some(LimitHit::Hops);
        }
        let bound = match self.plan.direction {
            Direction::Forward => bounds.height_max,
            Direction::Back => bounds.height_min,
        }?;
        let Answer::Known(position) = self.view.position(tx) else {
            return None;
        };
        let beyond = match self.plan.direction {
            Direction::Forward => position.height > bound,
            Direction::Back => position.height < bound,
        };
        beyond.then_some(LimitHit::Height)
    }

    fn lose(&self, walk: &mut Walk, open: &Open, why: Unknown) {
        walk.record.gaps.push(Gap::Output(open.held.output, why));
        self.end_open(walk, open, DestinationKind::Unseen(why));
    }

    fn end_open(&self, walk: &mut Walk, open: &Open, kind: DestinationKind) {
        let place = self.place(walk, open.vout);
        let Open { held, .. } = open;
        walk.record.end(held.visit, &held.segments, kind, || place);
    }
}
