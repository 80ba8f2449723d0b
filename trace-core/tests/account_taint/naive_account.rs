//! What an account of the naive walk does with what comes and goes.

use std::collections::BTreeSet;

use testdata::largest_remainder::deal;
use trace_core::taint::Policy;
use trace_core::taint::account::Seed;

use crate::moves::{Key, Move};
use crate::naive::{Inside, Naive, Units, sums};
use crate::story::name_of;

impl Naive<'_> {
    pub(crate) fn arrive(
        &mut self,
        inside: &mut Inside,
        key: &Key,
        moved: &Move,
        mut units: Units,
    ) {
        let (account, of) = key;
        let mut seeds = BTreeSet::new();
        for (number, seed) in (0..).zip(&self.plan.seeds) {
            if let Seed::Transfer { transaction, index } = seed
                && name_of(transaction.as_slice()) == inside.name
                && *index as usize == moved.index
            {
                seeds.insert(number);
            }
        }
        for (seed, who, only, from) in self.account_seeds() {
            if who == *account && self.height >= from && only.is_none_or(|only| only == *of) {
                seeds.insert(seed);
            }
        }
        for seed in seeds {
            let sown = if self.is_poison() {
                let known = units.contains(&Some(seed));
                units.retain(Option::is_some);
                if !known && moved.amount > 0 {
                    units.push(Some(seed));
                }
                if known { 0 } else { moved.amount }
            } else {
                let clean = units.iter().filter(|owner| owner.is_none()).count();
                for owner in &mut units {
                    owner.get_or_insert(seed);
                }
                clean as u64
            };
            self.came("seeded", of, seed, sown);
        }
        if let Some(kind) = self.stop(account) {
            let weighed = self.weigh(&units, moved.amount);
            self.note(kind, account, of, &weighed);
            units = vec![None; moved.amount as usize];
        }
        let clean = units.iter().filter(|owner| owner.is_none()).count() as u64;
        inside.came(key, moved.amount, clean);
        let (ordered, poison) = (self.is_ordered(), self.is_poison());
        let pot = self.pots.entry(key.clone()).or_default();
        pot.balance += moved.amount;
        if ordered {
            pot.units.extend(units);
        } else {
            pot.units
                .extend(units.iter().filter(|owner| owner.is_some()));
            pot.units.sort_unstable();
            if poison {
                pot.units.dedup();
                if moved.amount == 0 {
                    // Nothing came.
                }
            }
        }
    }

    pub(crate) fn withdraw(&mut self, inside: &mut Inside, key: &Key, moved: &Move) -> Units {
        let units = self.take(inside, key, moved);
        let clean = units.iter().filter(|owner| owner.is_none()).count() as u64;
        inside.went(key, moved.amount, clean);
        units
    }

    pub(crate) fn take(&mut self, inside: &mut Inside, key: &Key, moved: &Move) -> Units {
        let policy = self.plan.policy;
        let amount = moved.amount;
        if policy == Policy::Tiho {
            self.plan_run(inside, key, moved.index);
        }
        let pot = self.pots.entry(key.clone()).or_default();
        let (balance, tainted) = (pot.balance, pot.units.len() as u64);
        pot.balance -= amount;
        let dirty = match policy {
            Policy::Poison if amount == 0 => return Units::new(),
            Policy::Poison => return pot.units.clone(),
            Policy::Fifo => return pot.units.drain(..amount as usize).collect(),
            Policy::Lifo => {
                let rest = pot.units.len() - amount as usize;
                let mut units = pot.units.split_off(rest);
                units.reverse();
                return units;
            }
            Policy::Haircut => deal(tainted, &[amount, balance - amount])[0],
            Policy::CleanFirst => amount.saturating_sub(balance - tainted),
            Policy::DirtyFirst => amount.min(tainted),
            Policy::Tiho => inside.planned[&moved.index],
        };
        let mut units = Units::new();
        let (mut leaving, mut staying) = (dirty, tainted - dirty);
        let mut kept = Units::new();
        for (seed, sum) in sums(&pot.units) {
            let parts = deal(sum, &[leaving, staying]);
            leaving -= parts[0];
            staying -= parts[1];
            units.extend(vec![Some(seed); parts[0] as usize]);
            kept.extend(vec![Some(seed); parts[1] as usize]);
        }
        pot.units = kept;
        units.resize(amount as usize, None);
        units
    }

    /// Deals the taint out to this withdrawal and those behind it, up to the next arrival.
    pub(crate) fn plan_run(&self, inside: &mut Inside, (account, of): &Key, index: usize) {
        if inside.planned.contains_key(&index) {
            return;
        }
        let pot = self.pots.get(&(account.clone(), of.clone()));
        let mut run = Vec::new();
        let at = |moved: &Move| inside.ranks[&moved.index];
        let start = at(&inside.moves[index]);
        let mut moves: Vec<&Move> = inside
            .moves
            .iter()
            .filter(|other| at(other) >= start)
            .collect();
        moves.sort_by_key(|other| (at(other), other.to.as_ref() == Some(account)));
        for other in moves {
            if other.of != *of {
                continue;
            }
            if other.from.as_ref() == Some(account) {
                run.push(other);
            }
            if other.to.as_ref() == Some(account) {
                break;
            }
        }
        run.sort_by_key(|other| (other.kind.is_fee(), u64::MAX - other.amount, at(other)));
        let mut left = pot.map_or(0, |pot| pot.units.len() as u64);
        let planned: Vec<(usize, u64)> = run
            .iter()
            .map(|other| {
                let part = left.min(other.amount);
                left -= part;
                (other.index, part)
            })
            .collect();
        inside.planned.extend(planned);
    }
}
