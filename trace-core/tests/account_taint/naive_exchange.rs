//! What the naive walk does when everything in a transaction has moved.

use std::collections::{BTreeMap, BTreeSet};

use testdata::largest_remainder::deal;
use trace_core::taint::Policy;
use trace_core::taint::account::Seed;

use crate::moves::Key;
use crate::naive::{Inside, Naive, Units, sums};
use crate::story::name_of;

impl Naive<'_> {
    fn last_units(&self, inside: &Inside, key: &Key, units: u64) -> u64 {
        if self.plan.policy == Policy::Lifo {
            return units.min(inside.stacked.get(key).copied().unwrap_or(0));
        }
        units
    }

    pub(crate) fn exchange(&mut self, inside: &mut Inside) {
        let accounts: BTreeSet<String> = inside.given.keys().map(|(who, _)| who.clone()).collect();
        for key in inside.given.keys().cloned().collect::<Vec<_>>() {
            self.close(inside, &key);
        }
        for account in accounts {
            // By asset: what was given for it.
            let mut received: BTreeMap<String, Vec<Units>> = BTreeMap::new();
            let nets = inside.nets.clone();
            let mut given: Vec<&Key> = nets
                .iter()
                .filter(|((who, _), net)| *who == account && **net < 0)
                .map(|(key, _)| key)
                .collect();
            given.sort_by_key(|(_, of)| crate::story::asset(of));
            for key in given {
                let units = inside.given.get(key).map(|(units, _)| units.clone());
                for other in self.exchanged_for(inside, key) {
                    let units = units.clone().unwrap_or_default();
                    received.entry(other).or_default().push(units);
                }
            }
            for (of, givens) in received {
                self.receive(inside, &(account.clone(), of), &givens);
            }
        }
    }

    fn close(&mut self, inside: &mut Inside, key: &Key) {
        if self.is_poison() {
            return;
        }
        let went: u64 = inside
            .moves
            .iter()
            .filter(|moved| moved.pair.is_none() && !moved.kind.is_fee())
            .filter(|moved| moved.from.as_ref() == Some(&key.0) && moved.of == key.1)
            .filter(|moved| moved.from != moved.to)
            .map(|moved| moved.amount)
            .sum();
        let (units, returned) = inside.given.get(key).unwrap().clone();
        let mut all: Units = vec![None; went as usize - units.len()];
        all.extend(units);
        let returned = returned.min(went);
        let (mut gone, back) = self.cut(&all, went - returned, returned);
        if back.iter().any(Option::is_some) {
            let fresh = inside.fresh.get(key).copied().unwrap_or(0);
            let last = self.last_units(inside, key, returned);
            let fits = self.clean_of_last(key, last, fresh).min(returned);
            let (stays, excess) = self.cut(&back, fits, returned - fits);
            gone.extend(excess);
            self.replace_last(key, last, &stays);
            let tainted = stays.iter().flatten().count() as u64;
            let fresh = inside.fresh.entry(key.clone()).or_default();
            *fresh = fresh.saturating_sub(tainted);
        }
        let kind = format!("swapped {}", inside.name);
        self.note(&kind, &key.0, &key.1, &gone);
        inside.given.insert(key.clone(), (gone, returned));
    }

    fn cut(&self, units: &Units, first: u64, second: u64) -> (Units, Units) {
        if self.is_ordered() {
            let (first, second) = units.split_at(first as usize);
            return (first.to_vec(), second.to_vec());
        }
        let (mut before, mut behind) = (Units::new(), Units::new());
        let (mut first, mut second) = (first, second);
        for (seed, sum) in sums(units) {
            let parts = deal(sum, &[first, second]);
            first -= parts[0];
            second -= parts[1];
            before.extend(vec![Some(seed); parts[0] as usize]);
            behind.extend(vec![Some(seed); parts[1] as usize]);
        }
        before.extend(vec![None; first as usize]);
        behind.extend(vec![None; second as usize]);
        (before, behind)
    }

    fn receive(&mut self, inside: &mut Inside, key: &Key, givens: &[Units]) {
        let amount = inside.nets[key] as u64;
        if self.is_poison() {
            let seeds: BTreeSet<Option<u32>> =
                givens.concat().into_iter().flatten().map(Some).collect();
            for seed in seeds.iter().flatten() {
                self.came("received", &key.1, *seed, amount);
            }
            if let Some(kind) = self.stop(&key.0) {
                panic!("{kind} exchanges");
            }
            let pot = self.pots.entry(key.clone()).or_default();
            pot.units.extend(seeds);
            pot.units.sort_unstable();
            pot.units.dedup();
            return;
        }
        let fresh = inside.fresh.get(key).copied().unwrap_or(0);
        let amount = self.last_units(inside, key, amount);
        let clean = self.clean_of_last(key, amount, fresh);
        let parts = deal(clean, &vec![1; givens.len()]);
        let mut pattern = Units::new();
        for (part, units) in parts.into_iter().zip(givens) {
            let runs = if self.is_ordered() {
                runs(units)
            } else {
                whole(units)
            };
            let weights: Vec<u64> = runs.iter().map(|(_, length)| *length).collect();
            let dealt = if runs.is_empty() {
                vec![part]
            } else {
                deal(part, &weights)
            };
            let owners = runs.iter().map(|(owner, _)| *owner).chain([None]);
            for (length, owner) in dealt.into_iter().zip(owners) {
                pattern.extend(vec![owner; length as usize]);
            }
        }
        for seed in pattern.iter().flatten() {
            self.came("received", &key.1, *seed, 1);
        }
        let tainted = pattern.iter().flatten().count() as u64;
        self.replace_last(key, amount, &pattern);
        let fresh = inside.fresh.entry(key.clone()).or_default();
        *fresh = fresh.saturating_sub(tainted);
    }

    pub(crate) fn gains(&mut self, inside: &Inside) {
        let mut fresh = inside.fresh.clone();
        for (number, seed) in (0..).zip(&self.plan.seeds) {
            let Seed::Transaction(hash) = seed else {
                continue;
            };
            if name_of(hash.as_slice()) != inside.name {
                continue;
            }
            for (key, net) in inside.nets.iter().filter(|(_, net)| **net > 0) {
                let left = fresh.entry(key.clone()).or_default();
                if let Some(kind) = self.stop(&key.0) {
                    let amount = if self.is_poison() {
                        *net as u64
                    } else {
                        (*net as u64).min(*left)
                    };
                    self.came("seeded", &key.1, number, amount);
                    self.note(kind, &key.0, &key.1, &vec![Some(number); amount as usize]);
                    continue;
                }
                let left = *left;
                let last = self.last_units(inside, key, *net as u64);
                let last = if self.is_poison() { *net as u64 } else { last };
                let sown = self.sow(key, last, left, number);
                *fresh.get_mut(key).unwrap() -= sown.min(left);
                self.came("seeded", &key.1, number, sown);
            }
        }
    }
}

/// Neighbours that are alike, and how many.
fn runs(units: &Units) -> Vec<(Option<u32>, u64)> {
    let mut runs: Vec<(Option<u32>, u64)> = Vec::new();
    for owner in units {
        match runs.last_mut() {
            Some((last, length)) if last == owner => *length += 1,
            _ => runs.push((*owner, 1)),
        }
    }
    runs
}

/// By seed, and what is clean behind.
fn whole(units: &Units) -> Vec<(Option<u32>, u64)> {
    let sums = sums(units).into_iter();
    let mut whole: Vec<_> = sums.map(|(seed, sum)| (Some(seed), sum)).collect();
    let clean = units.iter().filter(|owner| owner.is_none()).count();
    if clean > 0 {
        whole.push((None, clean as u64));
    }
    whole
}
