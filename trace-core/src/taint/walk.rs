//! A walk along the chain, between two of its steps.

use super::frontier::{Entry, Frontier, Held};
use super::record::{Keep, Record};
use super::seeding::Seeding;
use super::segment::Segments;
use super::trail::{Trail, VisitId};
use super::{Direction, Plan};
use crate::model::{AddressId, TxNumber};
use crate::view::CoinView;

/// Everything a walk knows. A copy of it goes on where the original stopped.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    pub(super) frontier: Frontier,
    pub(super) seeding: Seeding,
    /// Tainted outputs of which it was asked where they go on.
    pub(super) open: Vec<Open>,
    /// What enters the transaction whose turn it is, until it has entered.
    pub(super) entering: Vec<Entry>,
    /// The seeded outputs whose turn it is, by their index.
    pub(super) sowing: Vec<usize>,
    pub(super) record: Record,
    /// Transactions that value went through.
    pub(super) transactions: u64,
}

/// A tainted output that goes on it is not known where.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) held: Held,
    pub(super) vout: u32,
    pub(super) address: Option<AddressId>,
    pub(super) is_seed: bool,
}

/// When a transaction's turn is: forwards the earliest comes first, backwards the latest.
pub(super) fn key(direction: Direction, order: u64) -> u64 {
    match direction {
        Direction::Forward => order,
        Direction::Back => !order,
    }
}

impl Walk {
    /// A walk that is about to begin. Each seeded output has its turn with the transaction that
    /// created it: forwards what that brings has then come, backwards what it takes goes on.
    pub(super) fn new(
        plan: &Plan,
        seeding: Seeding,
        keep: Keep,
        view: &(impl CoinView + ?Sized),
    ) -> Self {
        let mut frontier = Frontier::new();
        let mut record = Record::new(keep, plan.seeds.len());
        record.gaps.clone_from(&seeding.gaps);
        for (visit, seed) in (0..).zip(&seeding.outputs) {
            let held = Held {
                output: seed.output,
                value_sat: seed.value_sat,
                visit: VisitId(visit),
                hops: 0,
                segments: Segments::none(),
            };
            record.reach(&held, None);
            frontier.push(Entry {
                key: key(plan.direction, view.order(seed.creator)),
                tx: seed.creator,
                held,
            });
        }
        Self {
            frontier,
            seeding,
            open: Vec::new(),
            entering: Vec::new(),
            sowing: Vec::new(),
            record,
            transactions: 0,
        }
    }

    /// Takes the entries whose turn it is. False when there are none and the walk is over.
    pub(super) fn take_turn(&mut self) -> bool {
        if !self.entering.is_empty() || !self.sowing.is_empty() {
            return true;
        }
        self.frontier.take(&mut self.entering) && {
            self.sort_out();
            true
        }
    }

    /// Takes what has been added to the turn meanwhile.
    pub(super) fn take_more(&mut self) {
        self.frontier.take_more(&mut self.entering);
        self.sort_out();
    }

    /// Tells seeds from what enters. Two transactions that a view puts at one place have their
    /// turns one after the other.
    fn sort_out(&mut self) {
        let Some(tx) = self.entering.first().map(|entry| entry.tx) else {
            return;
        };
        let enters = |entry: &Entry| entry.tx == tx && !entry.held.segments.is_empty();
        if self.entering.iter().all(enters) {
            return;
        }
        let mut kept = Vec::with_capacity(self.entering.len());
        for entry in self.entering.drain(..) {
            if entry.tx != tx {
                self.frontier.push(entry);
            } else if entry.held.segments.is_empty() {
                self.sowing.push(entry.held.visit.0 as usize);
            } else {
                kept.push(entry);
            }
        }
        self.entering = kept;
        self.sowing.sort_unstable();
    }

    /// The transaction whose turn it is, where something enters one.
    pub(super) fn turn(&self) -> Option<TxNumber> {
        self.entering.first().map(|entry| entry.tx)
    }

    /// What was found.
    pub(super) fn into_trail(mut self, plan: &Plan, view: &(impl CoinView + ?Sized)) -> Trail {
        Trail {
            direction: plan.direction,
            policy: plan.policy,
            as_of: view.tip(),
            seeds: self.seeding.seeded,
            destinations: self.record.take_destinations(),
            gaps: self.record.take_gaps(view),
            limits_hit: self.record.limits_hit.into_iter().collect(),
            totals: self.record.totals,
            visits: self.record.visits,
            transactions: self.transactions,
            outputs: self.record.outputs,
        }
    }
}
