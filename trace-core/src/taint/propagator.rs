//! The machine that follows: advanced over a view, it asks, pauses or is done.

use std::collections::BTreeSet;

use super::record::Keep;
use super::seeding::Seeding;
use super::step::{Scratch, Step};
use super::walk::Walk;
use super::{Plan, Surroundings, Trail};
use crate::view::{CoinView, Question};

/// Follows value as a [`Plan`] says.
///
/// Transactions are entered in the order of the chain (backwards: against it), so each is
/// final when it is reached: whatever taint comes to it has come. Where a view lacks an
/// answer, what was found up to there is kept, and the rest of the walk is looked ahead into
/// with what is known, for no other purpose than to find out what else must be asked. No
/// policy takes taint from an output because more of it comes in, so what is asked then will
/// be needed, unless a bound on transactions ends the walk before, or haircut rounds: with more
/// to divide by largest remainders a part can lose its last unit (the Alabama paradox).
///
/// Memory: about 64 bytes for each output that is on its way, and what [`Keep`] says.
#[derive(Debug)]
pub struct Propagator {
    plan: Plan,
    keep: Keep,
    /// `None` until all seeds are known, and again when the walk is over.
    walk: Option<Walk>,
    scratch: Scratch,
}

/// How far an advance came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Everything is known.
    Done(Trail),
    /// These must be answered first; sorted, each once.
    Wants(Vec<Question>),
    /// The steps are used up.
    Paused {
        /// Transactions that value went through so far.
        transactions: u64,
    },
}

impl Propagator {
    /// At the seeds of a plan.
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            keep: Keep::default(),
            walk: None,
            scratch: Scratch::default(),
        }
    }

    /// The same, keeping less of what it finds.
    #[must_use]
    pub fn keeping(self, keep: Keep) -> Self {
        Self { keep, ..self }
    }

    /// Goes on for at most `steps_max` transactions (at least one), over the view it was
    /// advanced over before or one that knows more. The result does not depend on how often
    /// it was advanced. What looks ahead for questions does not count as steps. When it is done,
    /// the next advance begins anew.
    ///
    /// Time: of the order of the inputs and outputs of the transactions entered, times the
    /// seeds that meet in one transaction.
    pub fn advance<V, S>(&mut self, view: &V, surroundings: &S, steps_max: u64) -> Progress
    where
        V: CoinView + ?Sized,
        S: Surroundings<V> + ?Sized,
    {
        let mut walk = match self.walk.take() {
            Some(walk) => walk,
            None => match Seeding::find(&self.plan.seeds, view, &mut self.scratch.transaction) {
                Ok(seeding) => Walk::new(&self.plan, seeding, self.keep, view),
                Err(questions) => return Progress::Wants(questions.into_iter().collect()),
            },
        };
        let mut questions = BTreeSet::new();
        let mut step = Step {
            plan: &self.plan,
            allocation: self.plan.policy.allocation(),
            view,
            surroundings,
            scratch: &mut self.scratch,
            questions: &mut questions,
        };
        let mut settled: Option<Walk> = None;
        let mut steps = 0;
        step.look_again(&mut walk);
        loop {
            if !walk.open.is_empty() {
                settled.get_or_insert_with(|| walk.clone());
                walk.open.clear();
            }
            if !walk.take_turn() {
                break;
            }
            step.expect(&mut walk);
            if settled.is_none() && steps >= steps_max.max(1) {
                let transactions = walk.transactions;
                self.walk = Some(walk);
                return Progress::Paused { transactions };
            }
            if !step.take(&mut walk) {
                settled.get_or_insert_with(|| walk.clone());
                walk.entering.clear();
            }
            steps += 1;
        }
        if settled.is_some() {
            self.walk = settled;
            return Progress::Wants(questions.into_iter().collect());
        }
        Progress::Done(walk.into_trail(&self.plan, view))
    }
}
