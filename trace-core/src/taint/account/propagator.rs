//! The machine that follows value over accounts: advanced over a view, it asks, pauses or is
//! done.

use std::collections::BTreeSet;

use super::step::Step;
use super::walk::Walk;
use super::{LimitHit, Plan, Surroundings, Trail};
use crate::view::account::{AccountQuestion, AccountView};

/// Follows value over accounts as a [`Plan`] says.
///
/// Transactions are gone through in the order of the chain (backwards: against it): each time the
/// earliest next one of all accounts that hold taint. So whatever taint comes to a transaction has
/// come when its turn is. Where a view lacks an answer, everything that is open at that point is asked together, and
/// nothing that is not needed: later transactions only of accounts that hold taint, balances only
/// where the policy divides by them. (Of what is received
/// in exchange, and of what a seeded transaction brought, the balance is asked even if then
/// nothing becomes tainted, for a part may round to nothing and a fee may have taken it.)
///
/// Memory: about 150 bytes for each arrival of taint and 56 for each lot that is held.
#[derive(Debug)]
pub struct Propagator {
    plan: Plan,
    /// `None` until the seeds are known, and again when the walk is over.
    walk: Option<Walk>,
}

/// How far an advance came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Everything is known.
    Done(Trail),
    /// These must be answered first; sorted, each once.
    Wants(Vec<AccountQuestion>),
    /// The steps are used up.
    Paused {
        /// Transactions looked at so far.
        transactions: u64,
    },
}

impl Propagator {
    /// At the seeds of a plan.
    pub fn new(plan: Plan) -> Self {
        Self { plan, walk: None }
    }

    /// Goes on for at most `steps_max` transactions (at least one), over the view it was advanced
    /// over before or one that knows more. The result does not depend on how often it was
    /// advanced. When it is done, the next advance begins anew.
    ///
    /// Time: n log n in the transfers of the transactions looked at, and under FIFO and LIFO in
    /// the lots that they move; of an exchange the number of assets given times that of those
    /// received.
    pub fn advance<V, S>(&mut self, view: &V, surroundings: &S, steps_max: u64) -> Progress
    where
        V: AccountView + ?Sized,
        S: Surroundings<V> + ?Sized,
    {
        let mut walk = match self.walk.take() {
            Some(walk) => walk,
            None => match Walk::begin(&self.plan, view) {
                Ok(walk) => walk,
                Err(questions) => return Progress::Wants(questions.into_iter().collect()),
            },
        };
        let mut questions = BTreeSet::new();
        let mut step = Step {
            plan: &self.plan,
            view,
            surroundings,
            questions: &mut questions,
        };
        let mut steps = 0;
        while step.go_on(&mut walk) {
            let Some((when, turn)) = walk.turns.pop_first() else {
                return match step.finish(walk) {
                    Ok(trail) => Progress::Done(trail),
                    Err(walk) => {
                        self.walk = Some(*walk);
                        Progress::Wants(questions.into_iter().collect())
                    }
                };
            };
            if steps >= steps_max.max(1) {
                let transactions = walk.transactions;
                walk.turns.insert(when, turn);
                self.walk = Some(walk);
                return Progress::Paused { transactions };
            }
            let limit = self.plan.bounds.transactions_max;
            if !turn.accounts.is_empty() && limit.is_some_and(|most| walk.transactions >= most) {
                walk.turns.clear();
                walk.sowings.clear();
                walk.record.limits_hit.insert(LimitHit::Transactions);
                continue;
            }
            walk.inside = step.enter(&mut walk, turn);
            steps += 1;
        }
        self.walk = Some(walk);
        Progress::Wants(questions.into_iter().collect())
    }
}

impl<V, S> Step<'_, V, S>
where
    V: AccountView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    /// Comes to where the next transaction's turn is. False when something must be known first.
    fn go_on(&mut self, walk: &mut Walk) -> bool {
        if let Some(mut inside) = walk.inside.take() {
            if !self.go_through(walk, &mut inside) {
                walk.inside = Some(inside);
                return false;
            }
            walk.leave(self.plan.direction, &inside);
        }
        loop {
            self.settle(walk);
            if !walk.open.is_empty() {
                return false;
            }
            if !self.sow(walk) {
                return false;
            }
            if walk.open.is_empty() {
                return true;
            }
        }
    }
}
