//! Where value is, worked out by walking every block with every balance in a map: FIFO and LIFO
//! with single units, the others with sums that are dealt out one unit at a time. Backwards every
//! move is turned round and the last comes first.

use std::collections::{BTreeMap, BTreeSet};

use trace_core::model::account::{Transfer, TransferKind, U256};
use trace_core::taint::account::{Plan, Pools, Standing};
use trace_core::taint::{Direction, Policy};

use crate::moves::{Key, Move, given_for, moves, received_for};
use crate::story::{Story, name_of, standing};

/// What moves: under FIFO and LIFO each unit's seed in order; else one for each tainted unit, by
/// seed, and clean ones behind; under poison the seeds alone.
pub(crate) type Units = Vec<Option<u32>>;

#[derive(Clone, Debug, Default)]
pub(crate) struct Pot {
    pub(crate) balance: u64,
    /// Under FIFO and LIFO all units, else the tainted ones, sorted; under poison the seeds.
    pub(crate) units: Units,
}

/// One transaction while it is gone through.
#[derive(Default)]
pub(crate) struct Inside {
    pub(crate) name: String,
    pub(crate) moves: Vec<Move>,
    /// When each of them happens; both sides of a wrapping are one.
    pub(crate) ranks: BTreeMap<usize, usize>,
    pub(crate) nets: BTreeMap<Key, i64>,
    /// What came clean and has not left, clean value leaving from that first.
    pub(crate) fresh: BTreeMap<Key, u64>,
    /// What came and has not left, what came last leaving first.
    pub(crate) stacked: BTreeMap<Key, u64>,
    pub(crate) given: BTreeMap<Key, (Units, u64)>,
    pub(crate) planned: BTreeMap<usize, u64>,
}

impl Inside {
    pub(crate) fn came(&mut self, key: &Key, amount: u64, clean: u64) {
        *self.stacked.entry(key.clone()).or_default() += amount;
        *self.fresh.entry(key.clone()).or_default() += clean;
    }

    pub(crate) fn went(&mut self, key: &Key, amount: u64, clean: u64) {
        for (left, less) in [(&mut self.stacked, amount), (&mut self.fresh, clean)] {
            let left = left.entry(key.clone()).or_default();
            *left = left.saturating_sub(less);
        }
    }
}

pub(crate) struct Naive<'a> {
    pub(crate) story: &'a Story,
    pub(crate) plan: &'a Plan,
    pub(crate) pots: BTreeMap<Key, Pot>,
    pub(crate) found: BTreeMap<String, U256>,
    pub(crate) height: u32,
}

impl<'a> Naive<'a> {
    pub(crate) fn new(story: &'a Story, plan: &'a Plan) -> Self {
        Self {
            story,
            plan,
            pots: BTreeMap::new(),
            found: BTreeMap::new(),
            height: 0,
        }
    }

    /// The sums of everything that is found, as [`crate::story::sums`] has them.
    pub(crate) fn walk(mut self) -> BTreeMap<String, U256> {
        if self.is_back() {
            return self.walk_back();
        }
        for block in &self.story.blocks {
            self.height = block.at.height;
            self.sow_holdings();
            for transaction in &block.transactions {
                let name = name_of(transaction.hash.as_slice());
                self.pass(name, &transaction.transfers);
            }
            self.pass("after".to_owned(), &block.after);
        }
        self.height += 1;
        self.sow_holdings();
        for ((account, of), pot) in std::mem::take(&mut self.pots) {
            let units = self.weigh(&pot.units, pot.balance);
            self.note("held", &account, &of, &units);
        }
        self.found
    }

    /// From what everybody has at the end.
    fn walk_back(mut self) -> BTreeMap<String, U256> {
        self.pots = self.last_pots();
        self.sow_seeds(|_| true);
        for block in self.story.blocks.iter().rev() {
            self.height = block.at.height;
            self.pass("after".to_owned(), &block.after);
            for transaction in block.transactions.iter().rev() {
                let name = name_of(transaction.hash.as_slice());
                self.pass(name, &transaction.transfers);
            }
        }
        for (key, pot) in &self.pots {
            assert_eq!(pot.balance, 0, "{key:?} had something before the beginning");
        }
        self.found
    }

    fn last_pots(&self) -> BTreeMap<Key, Pot> {
        let mut balances: BTreeMap<Key, i64> = BTreeMap::new();
        for block in &self.story.blocks {
            let transfers = block.transactions.iter().flat_map(|tx| &tx.transfers);
            for moved in moves(&transfers.chain(&block.after).copied().collect::<Vec<_>>()) {
                for (account, sign) in [(moved.from, -1), (moved.to, 1)] {
                    if let Some(account) = account {
                        let balance = balances.entry((account, moved.of.clone())).or_default();
                        *balance += sign * moved.amount as i64;
                    }
                }
            }
        }
        let ordered = self.is_ordered();
        let pots = balances.into_iter().map(|(key, balance)| {
            let balance = u64::try_from(balance).unwrap();
            let units = if ordered { balance } else { 0 };
            let units = vec![None; units as usize];
            (key, Pot { balance, units })
        });
        pots.collect()
    }

    pub(crate) fn is_back(&self) -> bool {
        self.plan.direction == Direction::Back
    }

    pub(crate) fn is_ordered(&self) -> bool {
        matches!(self.plan.policy, Policy::Fifo | Policy::Lifo)
    }

    pub(crate) fn is_poison(&self) -> bool {
        self.plan.policy == Policy::Poison
    }

    /// Under poison every seed has all of an amount.
    pub(crate) fn weigh(&self, units: &Units, amount: u64) -> Units {
        if !self.is_poison() {
            return units.clone();
        }
        let seeds = units.iter().flatten();
        seeds
            .flat_map(|seed| vec![Some(*seed); amount as usize])
            .collect()
    }

    pub(crate) fn note(&mut self, kind: &str, account: &str, of: &str, units: &Units) {
        for seed in units.iter().flatten() {
            let key = format!("{kind} {account} {of} {seed}");
            *self.found.entry(key).or_default() += U256::ONE;
        }
    }

    pub(crate) fn came(&mut self, how: &str, of: &str, seed: u32, amount: u64) {
        if amount > 0 {
            let key = format!("{how} {of} {seed}");
            *self.found.entry(key).or_default() += U256::from(amount);
        }
    }

    /// Gives a seed the clean ones of the last units of a pot.
    pub(crate) fn sow(&mut self, key: &Key, units: u64, fresh: u64, seed: u32) -> u64 {
        let clean = self.clean_of_last(key, units, fresh);
        if self.is_poison() {
            let pot = self.pots.entry(key.clone()).or_default();
            let known = pot.units.contains(&Some(seed));
            if !known && units > 0 {
                pot.units.push(Some(seed));
            }
            return if known { 0 } else { units };
        }
        self.replace_last(key, units, &vec![Some(seed); clean as usize]);
        clean
    }

    pub(crate) fn clean_of_last(&self, key: &Key, units: u64, fresh: u64) -> u64 {
        let pot = self.pots.get(key).cloned().unwrap_or_default();
        if self.is_ordered() {
            let last = pot.units.iter().rev().take(units as usize);
            return last.filter(|owner| owner.is_none()).count() as u64;
        }
        let clean = units.min(fresh);
        assert!(self.is_poison() || clean <= pot.balance - pot.units.len() as u64);
        clean
    }

    pub(crate) fn replace_last(&mut self, key: &Key, units: u64, pattern: &Units) {
        let ordered = self.is_ordered();
        let pot = self.pots.entry(key.clone()).or_default();
        if ordered {
            let start = pot.units.len().saturating_sub(units as usize);
            let mut pattern = pattern.iter();
            for owner in pot.units[start..]
                .iter_mut()
                .filter(|owner| owner.is_none())
            {
                *owner = pattern.next().copied().flatten();
            }
        } else {
            pot.units
                .extend(pattern.iter().filter(|owner| owner.is_some()));
            pot.units.sort_unstable();
        }
    }

    pub(crate) fn stop(&self, account: &str) -> Option<&'static str> {
        if self
            .account_seeds()
            .iter()
            .any(|(_, who, _, _)| who == account)
        {
            return None;
        }
        match standing(account) {
            Standing::Service(_) => Some("service0"),
            Standing::Mixer(_) => Some("mix1"),
            Standing::Pool if self.plan.pools == Pools::Stop => Some("pool"),
            Standing::Pool | Standing::Plain => None,
        }
    }

    fn pass(&mut self, name: String, transfers: &[Transfer]) {
        let mut inside = Inside {
            name,
            moves: moves(transfers),
            ..Inside::default()
        };
        let mut acts = acts(&inside.moves);
        if self.is_back() {
            inside.moves = inside.moves.iter().map(Move::turned).collect();
            acts.reverse();
            acts = acts.into_iter().map(|(gone, come)| (come, gone)).collect();
        }
        for (rank, (gone, come)) in acts.iter().enumerate() {
            inside.ranks.extend([(*gone, rank), (*come, rank)]);
        }
        for moved in &inside.moves {
            if moved.pair.is_none() && !moved.kind.is_fee() && moved.from != moved.to {
                for (account, sign) in [(&moved.from, -1), (&moved.to, 1)] {
                    if let Some(account) = account {
                        let key = (account.clone(), moved.of.clone());
                        *inside.nets.entry(key).or_default() += sign * moved.amount as i64;
                    }
                }
            }
        }
        // Fees come first, and backwards when all else is settled.
        let fees = acts.iter().rev();
        let fees = fees.take_while(|(gone, _)| inside.moves[*gone].kind.is_fee());
        let fees = if self.is_back() { fees.count() } else { 0 };
        let fees = acts.split_off(acts.len() - fees);
        self.play(&mut inside, acts);
        self.exchange(&mut inside);
        self.gains(&inside);
        self.play(&mut inside, fees);
    }

    fn play(&mut self, inside: &mut Inside, acts: Vec<(usize, usize)>) {
        for (gone, come) in acts {
            let (gone, come) = (inside.moves[gone].clone(), inside.moves[come].clone());
            if gone.index == come.index {
                self.one(inside, &gone);
            } else {
                self.convert(inside, &gone, &come);
            }
        }
    }

    /// What an account got for what it gave of an asset, or backwards the reverse.
    pub(crate) fn exchanged_for(&self, inside: &Inside, key: &Key) -> BTreeSet<String> {
        if self.is_back() {
            given_for(&inside.moves, &inside.nets, key)
        } else {
            received_for(&inside.moves, &inside.nets, key)
        }
    }

    fn one(&mut self, inside: &mut Inside, moved: &Move) {
        let mut units = vec![None; moved.amount as usize];
        if let Some(from) = &moved.from {
            let key = (from.clone(), moved.of.clone());
            units = self.withdraw(inside, &key, moved);
            let weighed = self.weigh(&units, moved.amount);
            let clean = vec![None; moved.amount as usize];
            if moved.kind.is_fee() {
                let kind = format!("fee {}", inside.name);
                self.note(&kind, from, &moved.of, &weighed);
                units = clean;
            } else if moved.to.as_ref() != Some(from) {
                let tainted = units.iter().any(Option::is_some);
                if inside.given.contains_key(&key)
                    || (tainted
                        && standing(from) == Standing::Plain
                        && !self.exchanged_for(inside, &key).is_empty())
                {
                    let (given, _) = inside.given.entry(key.clone()).or_default();
                    given.extend(&units);
                    if !self.is_poison() {
                        units.clone_from(&clean);
                    }
                }
                if moved.to.is_none() {
                    let what = if self.is_back() { "created" } else { "burnt" };
                    let kind = format!("{what} {}", inside.name);
                    let weighed = self.weigh(&units, moved.amount);
                    self.note(&kind, from, &moved.of, &weighed);
                }
            }
        }
        if let Some(to) = &moved.to {
            let key = (to.clone(), moved.of.clone());
            self.arrive(inside, &key, moved, units);
            if moved.from.as_ref() != Some(to)
                && let Some((_, returned)) = inside.given.get_mut(&key)
            {
                *returned += moved.amount;
            }
        }
    }

    fn convert(&mut self, inside: &mut Inside, gone: &Move, come: &Move) {
        let who = gone.from.clone().unwrap();
        // What the contract has is clean unless somebody paid it without wrapping.
        for (contract, of, sign) in [(&gone.to, &gone.of, 1), (&come.from, &come.of, -1)] {
            if let Some(contract) = contract {
                let ordered = self.is_ordered();
                let pot = self.pots.entry((contract.clone(), of.clone())).or_default();
                let key = (contract.clone(), of.clone());
                if sign > 0 {
                    inside.came(&key, gone.amount, gone.amount);
                    pot.balance += gone.amount;
                    if ordered {
                        pot.units.extend(vec![None; gone.amount as usize]);
                    }
                } else {
                    inside.went(&key, gone.amount, gone.amount);
                    pot.balance -= gone.amount;
                    if ordered {
                        for _ in 0..gone.amount {
                            let at = pot.units.iter().position(Option::is_none).unwrap();
                            pot.units.remove(at);
                        }
                    }
                }
            }
        }
        let key = (who.clone(), gone.of.clone());
        let units = self.withdraw(inside, &key, gone);
        if !self.is_poison() {
            let kind = format!("swapped {}", inside.name);
            self.note(&kind, &who, &gone.of, &units);
        }
        for seed in self.weigh(&units, come.amount).into_iter().flatten() {
            self.came("received", &come.of, seed, 1);
        }
        self.arrive(inside, &(who, come.of.clone()), come, units);
    }
}

/// What happens in turn: which move takes and which brings, the same but for a wrapping, which
/// happens where its first side is.
fn acts(moves: &[Move]) -> Vec<(usize, usize)> {
    let mut acts = Vec::new();
    for (index, moved) in moves.iter().enumerate() {
        match moved.pair {
            None => acts.push((index, index)),
            Some(other) if other > index => {
                let wraps = [moved, &moves[other]]
                    .iter()
                    .any(|side| side.kind == TransferKind::Wrap);
                let first_is_native = moved.of == "native";
                acts.push(if first_is_native == wraps {
                    (index, other)
                } else {
                    (other, index)
                });
            }
            Some(_) => {}
        }
    }
    acts
}

pub(crate) fn sums(units: &Units) -> BTreeMap<u32, u64> {
    let mut sums = BTreeMap::new();
    for seed in units.iter().flatten() {
        *sums.entry(*seed).or_default() += 1;
    }
    sums
}
