//! What ended in transactions, and when.

use std::collections::BTreeMap;

use trace_core::model::Position;
use trace_core::model::account::{B256, U512};
use trace_core::taint::Direction;
use trace_core::taint::account::Via;

use super::balances::{Balance, balance};
use crate::accounts::document::{Report, Step};
use crate::document::{self, Kind};

/// A transaction by its hash and its place.
pub(super) type Transaction = document::Ended<B256>;

/// What of a balance ended in a transaction.
pub(super) struct Ended {
    /// Before which of the arrivals, as an index of the report's steps.
    pub(super) when: usize,
    pub(super) kind: Kind,
    pub(super) transaction: Transaction,
    pub(super) balance: Balance,
    pub(super) amount: U512,
}

/// What ended in transactions, in the order in which that happened.
pub(super) fn in_transactions(report: &Report) -> Vec<Ended> {
    let order = Order::of(report);
    let mut ended: BTreeMap<_, (usize, U512)> = BTreeMap::new();
    for place in &report.destinations {
        if let (Some(transaction), Some(step)) = (place.ended, place.step()) {
            let when = order.when(place.kind, transaction);
            // It left the balance behind the arrival at which it was last.
            let when = when.max(place.path.last + 1);
            let key = (transaction, place.kind, balance(step));
            let (known, sum) = ended.entry(key).or_insert((when, U512::ZERO));
            *known = when.max(*known);
            *sum = sum.saturating_add(place.amount.0);
        }
    }
    let ended = ended.into_iter();
    let mut ended: Vec<Ended> = ended
        .map(|((transaction, kind, balance), (when, amount))| Ended {
            when,
            kind,
            transaction,
            balance,
            amount,
        })
        .collect();
    ended.sort_by_key(|ended| ended.when);
    ended
}

/// Where among the steps each transaction stands.
struct Order {
    direction: Direction,
    /// The first arrival in exchange, and the one behind the last of all.
    transactions: BTreeMap<Transaction, (Option<usize>, usize)>,
    /// Of each step how far the chain was gone through.
    reached: Vec<u64>,
}

impl Order {
    fn of(report: &Report) -> Self {
        let mut order = Self {
            direction: report.direction,
            transactions: BTreeMap::new(),
            reached: Vec::with_capacity(report.steps.len()),
        };
        let mut reached = 0;
        for (at, step) in report.steps.iter().enumerate() {
            reached = order.reach(step.position).max(reached);
            order.reached.push(reached);
            let known = order.transactions.entry(transaction(step));
            let (exchange, behind) = known.or_insert((None, at + 1));
            *behind = at + 1;
            if step.via == Via::Swap {
                exchange.get_or_insert(at);
            }
        }
        order
    }

    /// Grows with what is followed; the least where a seed held it already.
    fn reach(&self, position: Option<Position>) -> u64 {
        let Some(Position { height, index }) = position else {
            return 0;
        };
        let place = (u64::from(height) << 32) | u64::from(index);
        match self.direction {
            Direction::Forward => place,
            Direction::Back => u64::MAX - place,
        }
    }

    /// Before which step it happened: what was exchanged before what was got for it, and all else
    /// when the transaction was over.
    fn when(&self, kind: Kind, transaction: Transaction) -> usize {
        if let Some((exchange, behind)) = self.transactions.get(&transaction) {
            return exchange
                .filter(|_| kind == Kind::Swapped)
                .unwrap_or(*behind);
        }
        let reach = self.reach(transaction.position);
        self.reached.partition_point(|reached| *reached <= reach)
    }
}

/// The transaction that a step arrived by.
pub(super) fn transaction(step: &Step) -> Transaction {
    Transaction {
        hash: step.arrival.map(|arrival| arrival.hash),
        position: step.position,
    }
}
