//! Value comes into a pot.

use super::inside::Inside;
use super::lot::{Lot, Owner, best, clean_of, is_tainted, shares_of, tainted_of};
use super::pot::Pot;
use super::step::{Place, Step};
use super::walk::{Key, Walk};
use super::{DestinationKind, Gap, LimitHit, Surroundings, Via, Visit};
use crate::model::account::U256;
use crate::view::Unknown;
use crate::view::account::AccountView;

/// What comes to where by which transfer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) key: Key,
    pub(super) amount: U256,
    /// Its index in the transaction.
    pub(super) transfer: usize,
    pub(super) via: Via,
}

impl<V, S> Step<'_, V, S>
where
    V: AccountView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    /// Puts what comes where it comes to, or ends its taint there. Gives it back when something
    /// must be known first; nothing has happened then.
    pub(super) fn arrive(
        &mut self,
        walk: &mut Walk,
        inside: &mut Inside,
        arrival: Arrival,
        mut lots: Vec<Lot>,
    ) -> Result<(), Vec<Lot>> {
        let Arrival { key, amount, .. } = arrival;
        let (account, asset) = key;
        let seeds = self.seeds_of(walk, inside, &arrival);
        if amount.is_zero() || (seeds.is_empty() && !is_tainted(&lots)) {
            walk.put_clean(inside, key, amount);
            return Ok(());
        }
        let mut end = self.end_of(walk, &arrival, &lots, seeds.is_empty());
        let mut fresh = None;
        if end.is_none() {
            match self.place(walk, inside, key) {
                Place::Asked => return Err(lots),
                Place::Kept => {}
                Place::Clean(pot) => fresh = Some(pot),
                Place::Lost(why) => {
                    let gap = Gap::Balance(account, asset, Some(inside.tx), why);
                    walk.record.gap(inside.position, gap);
                    end = Some(DestinationKind::Unseen(why));
                }
            }
        }
        if end.is_none() && !has_room(walk, fresh.as_ref(), key, amount) {
            let gap = Gap::Overfull(account, asset, inside.tx);
            walk.record.gap(inside.position, gap);
            end = Some(DestinationKind::Unseen(Unknown::Contradictory));
            fresh = None;
        }
        let from = best(&lots);
        if arrival.via == Via::Swap {
            walk.record.received(asset, &lots);
        }
        for seed in seeds {
            sow_arrival(self.is_poison(), walk, inside, &arrival, seed, &mut lots);
        }
        let hops = from.map_or(0, |from| walk.hops(inside.tx, from));
        let visit = Visit {
            account,
            asset,
            tx: Some(inside.tx),
            transfer: u32::try_from(arrival.transfer).ok(),
            via: if from.is_none() {
                Via::Seed
            } else {
                arrival.via
            },
            amount,
            shares: shares_of(&lots),
            parent: from.map(|from| from.visit),
            hops,
        };
        let lots = walk.record.reach(visit, &lots);
        if let Some(kind) = end {
            walk.end(asset, &lots, kind);
            walk.put_clean(inside, key, amount);
            return Ok(());
        }
        let tainted = if self.is_poison() {
            amount
        } else {
            tainted_of(&lots)
        };
        inside.came(key, amount, tainted);
        inside.touched.insert(account);
        if let Some(pot) = fresh {
            walk.keep(key, pot);
        }
        if let Some(pot) = walk.pot(key) {
            pot.put(amount, &lots);
        }
        Ok(())
    }

    /// The seeds for which an arrival is seeded.
    fn seeds_of(&self, walk: &Walk, inside: &Inside, arrival: &Arrival) -> Vec<u32> {
        let (account, asset) = arrival.key;
        let transfer = u32::try_from(arrival.transfer).ok();
        let here = inside.seeds.iter();
        let here = here.filter(|(_, index)| index.is_some() && *index == transfer);
        let mut seeds: Vec<u32> = here.map(|(seed, _)| *seed).collect();
        let watches = walk.watched.get(&account).into_iter().flatten();
        let name = self.view.asset(asset);
        seeds.extend(
            watches
                .filter(|watch| inside.position.height >= watch.from_height)
                .filter(|watch| watch.asset.is_none() || watch.asset == name)
                .map(|watch| watch.seed),
        );
        seeds.sort_unstable();
        seeds.dedup();
        seeds
    }

    /// Where an arrival ends before anything is asked, if it does. What is seeded is not too
    /// small, and does not count as another account.
    fn end_of(
        &self,
        walk: &Walk,
        arrival: &Arrival,
        lots: &[Lot],
        is_unseeded: bool,
    ) -> Option<DestinationKind> {
        let (account, asset) = arrival.key;
        if let Some(kind) = self.stop(walk, account) {
            return Some(kind);
        }
        if !is_unseeded {
            return None;
        }
        let tainted = if self.is_poison() {
            arrival.amount
        } else {
            tainted_of(lots)
        };
        if self.is_below_minimum(asset, tainted) {
            return Some(DestinationKind::Bound(LimitHit::Amount));
        }
        let most = self.plan.bounds.accounts_max?;
        let is_new = !walk.reached.contains(&account) && !walk.watched.contains_key(&account);
        (is_new && walk.reached.len() as u64 >= most)
            .then_some(DestinationKind::Bound(LimitHit::Accounts))
    }
}

/// Whether a pot can hold so much more.
fn has_room(walk: &mut Walk, fresh: Option<&Pot>, key: Key, amount: U256) -> bool {
    match fresh {
        Some(pot) => pot.room() >= amount,
        None => walk.pot(key).is_none_or(|pot| pot.room() >= amount),
    }
}

/// Seeds what is clean of an arrival, under poison all of it.
fn sow_arrival(
    is_poison: bool,
    walk: &mut Walk,
    inside: &Inside,
    arrival: &Arrival,
    seed: u32,
    lots: &mut Vec<Lot>,
) {
    let (account, asset) = arrival.key;
    let mine = Owner {
        seed,
        visit: walk.record.next_visit(),
        hops: 0,
    };
    let sown = if is_poison {
        let is_mine = |lot: &Lot| lot.owner.is_some_and(|owner| owner.seed == seed);
        if lots.iter().any(is_mine) {
            U256::ZERO
        } else {
            lots.retain(|lot| lot.owner.is_some());
            lots.push(Lot {
                amount: arrival.amount,
                owner: Some(mine),
            });
            arrival.amount
        }
    } else {
        let clean = clean_of(lots);
        for lot in lots.iter_mut() {
            lot.owner.get_or_insert(mine);
        }
        clean
    };
    walk.record.seeded(seed, asset, sown);
    if sown < arrival.amount {
        let gap = Gap::SeededTwice(account, asset, Some(inside.tx));
        walk.record.gap(inside.position, gap);
    }
}
