//! TIHO over an account: the largest withdrawals take the taint first.
//!
//! "Descending value" has a meaning where withdrawals are made together. Here that is within one
//! transaction, between two arrivals in the pot: those withdrawals, a *run*, take the taint as the
//! outputs of a transaction of coins do, in descending value, of equal ones the first first, the
//! fee last. An arrival in between ends the run, for what it brings could not have left before
//! it, and what was there before need not have stayed for what left behind it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::script::Act;
use super::walk::Key;
use crate::model::account::U256;
use crate::view::account::NumberedTransfer;

/// A withdrawal from a pot.
#[derive(Clone, Copy, Debug)]
struct Withdrawal {
    act: usize,
    amount: U256,
    is_fee: bool,
}

/// The runs of every pot in one transaction.
#[derive(Clone, Debug, Default)]
pub(super) struct Runs {
    /// By pot, in the order of execution.
    runs: BTreeMap<Key, Vec<Vec<Withdrawal>>>,
    /// What is tainted of withdrawals to come, by act.
    planned: BTreeMap<usize, U256>,
}

impl Runs {
    pub(super) fn new(acts: &[Act], transfers: &[NumberedTransfer]) -> Self {
        let mut runs = Self::default();
        for (act, what) in acts.iter().enumerate() {
            let (gone, come) = match what {
                Act::Move(index) => (index, index),
                Act::Convert { give, get } => (give, get),
            };
            if let Some(transfer) = transfers.get(*gone)
                && let Some(account) = transfer.from
            {
                let of_pot = runs.runs.entry((account, transfer.asset)).or_default();
                if of_pot.is_empty() {
                    of_pot.push(Vec::new());
                }
                if let Some(run) = of_pot.last_mut() {
                    run.push(Withdrawal {
                        act,
                        amount: transfer.amount,
                        is_fee: transfer.kind.is_fee(),
                    });
                }
            }
            if let Some(transfer) = transfers.get(*come)
                && let Some(account) = transfer.to
                && let Some(of_pot) = runs.runs.get_mut(&(account, transfer.asset))
                && of_pot.last().is_some_and(|run| !run.is_empty())
            {
                of_pot.push(Vec::new());
            }
        }
        runs
    }

    /// How much of a withdrawal is tainted, where `tainted` is in the pot.
    pub(super) fn part(&mut self, act: usize, key: Key, tainted: U256) -> Option<U256> {
        if let Some(part) = self.planned.remove(&act) {
            return Some(part);
        }
        let runs = self.runs.get(&key)?;
        let ended = |run: &Vec<Withdrawal>| run.last().is_some_and(|last| last.act < act);
        let run = runs.get(runs.partition_point(ended))?.iter();
        let mut rest: Vec<Withdrawal> = run.filter(|other| other.act >= act).copied().collect();
        rest.sort_by_key(|other| (other.is_fee, Reverse(other.amount), other.act));
        let mut left = tainted;
        for other in rest {
            let part = left.min(other.amount);
            left -= part;
            self.planned.insert(other.act, part);
        }
        self.planned.remove(&act)
    }
}
