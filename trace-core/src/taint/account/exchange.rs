//! What was received takes over the taint of what was given.
//!
//! This is done when everything in a transaction has moved (but the fees, which backwards come
//! last), for some pools pay before they are paid. What an account gave in exchange ended in its pots when it left. Of that, what came back
//! of the same asset behind it (change) is as tainted as what went; the rest is swapped. Every
//! asset received takes over the same part: of an amount b, given n of which t are tainted,
//! b·t / n, rounded by the largest remainder. So no price is needed to value several received
//! assets. Where several assets were given for one, each of them counts for an equal part of it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::apportion::apportion;
use super::inside::{Inside, Task};
use super::lot::{
    Lot, Owner, append, best, by_seed, clean_of, is_tainted, join_seeds, push, shares_of,
    tainted_of,
};
use super::pot::Pot;
use super::step::{Place, Step};
use super::walk::{Key, Walk};
use super::{DestinationKind, Gap, LimitHit, Surroundings, Via, Visit};
use crate::model::account::U256;
use crate::taint::Policy;
use crate::view::account::{AccountId, AccountView, AssetId};

impl<V, S> Step<'_, V, S>
where
    V: AccountView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    /// Does what is to be done when all has moved but fees. False when something must be known first.
    pub(super) fn finish_exchanges(&mut self, walk: &mut Walk, inside: &mut Inside) -> bool {
        if inside.tasks.is_none() {
            inside.tasks = Some(self.tasks(inside));
        }
        while let Some(task) = inside
            .tasks
            .as_ref()
            .and_then(|tasks| tasks.get(inside.task))
        {
            let done = match task.clone() {
                Task::Close(given) => self.close(walk, inside, given),
                Task::Receive { key, givens } => self.receive(walk, inside, key, &givens),
                Task::Gain { seed, key } => self.gain(walk, inside, seed, key),
            };
            if !done {
                return false;
            }
            inside.task += 1;
        }
        true
    }

    fn tasks(&self, inside: &mut Inside) -> Vec<Task> {
        let mut tasks = Vec::new();
        let mut accounts: Vec<AccountId> = Vec::new();
        for (index, given) in inside.givens.iter_mut().enumerate() {
            // What left before its pot held any taint was clean, and left first.
            let all = inside.netting.went((given.account, given.asset));
            let known = sum(&given.lots);
            let mut lots = Vec::with_capacity(given.lots.len() + 1);
            if !self.is_poison() {
                push(&mut lots, Lot::clean(all.saturating_sub(known)));
            }
            lots.append(&mut given.lots);
            given.lots = if self.is_ordered() || self.is_poison() {
                lots
            } else {
                by_seed(&lots)
            };
            tasks.push(Task::Close(index));
            if accounts.last() != Some(&given.account) {
                accounts.push(given.account);
            }
        }
        let mut done = BTreeSet::new();
        for account in accounts {
            if done.insert(account) {
                self.receipts(inside, account, &mut tasks);
            }
        }
        for (seed, index) in &inside.seeds {
            if index.is_none() {
                let keys = inside.netting.order.iter();
                let keys = keys.filter(|key| !inside.netting.gain(**key).is_zero());
                tasks.extend(keys.map(|key| Task::Gain {
                    seed: *seed,
                    key: *key,
                }));
            }
        }
        tasks
    }

    /// What an account received, by asset, and for what. Assets that were received for the same
    /// share the list of it.
    fn receipts(&self, inside: &mut Inside, account: AccountId, tasks: &mut Vec<Task>) {
        let mut received: BTreeMap<AssetId, Vec<usize>> = BTreeMap::new();
        // What was given for the same, each with its order.
        let mut classes: Vec<Vec<(usize, Option<usize>)>> = Vec::new();
        let mut class_of: BTreeMap<Rc<BTreeSet<AssetId>>, usize> = BTreeMap::new();
        let given = inside.netting.given_by(account, self.view);
        for (order, asset) in given.into_iter().enumerate() {
            let index = inside.given_of.get(&(account, asset)).copied().flatten();
            let others = inside.netting.received_for((account, asset), self.view);
            let class = *class_of.entry(Rc::clone(&others)).or_insert_with(|| {
                for other in &*others {
                    received.entry(*other).or_default().push(classes.len());
                }
                classes.push(Vec::new());
                classes.len() - 1
            });
            if let Some(givens) = classes.get_mut(class) {
                givens.push((order, index));
            }
        }
        let mut lists: BTreeMap<Vec<usize>, Rc<[Option<usize>]>> = BTreeMap::new();
        let mut received: Vec<(AssetId, Vec<usize>)> = received.into_iter().collect();
        received.sort_by_key(|(asset, _)| self.view.asset(*asset));
        for (asset, of_classes) in received {
            let list = lists.entry(of_classes).or_insert_with_key(|of_classes| {
                let of_classes = of_classes.iter().filter_map(|class| classes.get(*class));
                let mut givens: Vec<_> = of_classes.flatten().collect();
                givens.sort_unstable();
                givens.into_iter().map(|(_, index)| *index).collect()
            });
            tasks.push(Task::Receive {
                key: (account, asset),
                givens: Rc::clone(list),
            });
        }
    }

    /// What came back stays in the pot; what did not is swapped.
    fn close(&mut self, walk: &mut Walk, inside: &mut Inside, index: usize) -> bool {
        let Some(given) = inside.givens.get(index) else {
            return true;
        };
        if self.is_poison() || !is_tainted(&given.lots) {
            return true;
        }
        let key = (given.account, given.asset);
        let all = sum(&given.lots);
        let returned = given.returned.min(all);
        let (mut gone, back) = self.cut(&given.lots, all - returned, returned);
        if is_tainted(&back) {
            let back_amount = returned;
            let fresh_pot = match self.place(walk, inside, key) {
                Place::Asked => return false,
                Place::Kept => None,
                Place::Clean(pot) => Some(pot),
                Place::Lost(_) => {
                    // It cannot be put back where nobody knows what is.
                    append(&mut gone, &back);
                    self.swap_away(walk, inside, index, gone);
                    return true;
                }
            };
            let flow = inside.flow(key);
            let returned = self.last_units(inside, key, returned);
            if let Some(pot) = fresh_pot {
                walk.keep(key, pot);
            }
            let clean = walk
                .pot(key)
                .map_or(U256::ZERO, |pot| pot.clean_of_last(returned, flow));
            let fits = clean.min(back_amount);
            let (stays, excess) = self.cut(&back, fits, back_amount - fits);
            append(&mut gone, &excess);
            if let Some(pot) = walk.pot(key) {
                pot.replace_last(returned, &stays);
            }
            walk.drop_clean(key);
            inside.tinted(key, tainted_of(&stays));
            inside.touched.insert(key.0);
        }
        self.swap_away(walk, inside, index, gone);
        true
    }

    fn swap_away(&self, walk: &mut Walk, inside: &mut Inside, index: usize, gone: Vec<Lot>) {
        let tx = inside.tx;
        let gone = if self.is_ordered() {
            gone
        } else {
            by_seed(&gone)
        };
        if let Some(given) = inside.givens.get_mut(index) {
            walk.end(given.asset, &gone, DestinationKind::Swapped(tx));
            given.lots = gone;
        }
    }

    fn is_ordered(&self) -> bool {
        matches!(self.plan.policy, Policy::Fifo | Policy::Lifo)
    }

    /// How many of the last units of a pot came in this transaction, where so many are asked for.
    /// Under LIFO a fee may have taken some of them.
    fn last_units(&self, inside: &Inside, key: Key, units: U256) -> U256 {
        match self.plan.policy {
            Policy::Lifo => units.min(inside.flow(key).stacked),
            _ => units,
        }
    }

    /// Cuts lots in two: in their order, or where units have none, in proportion.
    fn cut(&self, lots: &[Lot], first: U256, second: U256) -> (Vec<Lot>, Vec<Lot>) {
        let is_ordered = self.is_ordered();
        let (mut before, mut behind) = (Vec::new(), Vec::new());
        let (mut first_left, mut second_left) = (first, second);
        for lot in lots {
            let part = if is_ordered {
                lot.amount.min(first_left)
            } else {
                let parts = apportion(lot.amount, &[first_left, second_left]);
                parts.first().copied().unwrap_or(U256::ZERO)
            };
            let rest = lot.amount - part;
            first_left = first_left.saturating_sub(part);
            second_left = second_left.saturating_sub(rest);
            push(
                &mut before,
                Lot {
                    amount: part,
                    ..*lot
                },
            );
            push(
                &mut behind,
                Lot {
                    amount: rest,
                    ..*lot
                },
            );
        }
        (before, behind)
    }

    /// What an account received of an asset takes over its part of the taint that was given.
    fn receive(
        &mut self,
        walk: &mut Walk,
        inside: &mut Inside,
        key: Key,
        givens: &[Option<usize>],
    ) -> bool {
        let units = inside.netting.gain(key);
        let given = |index: &Option<usize>| index.and_then(|index| inside.givens.get(index));
        let tainted = |index| given(index).is_some_and(|given| is_tainted(&given.lots));
        if !givens.iter().any(tainted) {
            return true;
        }
        let lots: Vec<Vec<Lot>> = givens
            .iter()
            .map(|index| given(index).map(|given| given.lots.clone()))
            .map(Option::unwrap_or_default)
            .collect();
        let poison = self.is_poison();
        self.tint(walk, inside, key, units, Via::Swap, |clean| {
            if poison {
                whole(&lots.concat(), units)
            } else {
                pattern(&lots, clean)
            }
        })
    }

    /// What an account has more of becomes a seed's.
    fn gain(&mut self, walk: &mut Walk, inside: &mut Inside, seed: u32, key: Key) -> bool {
        let units = inside.netting.gain(key);
        let owner = Some(Owner {
            seed,
            visit: walk.record.next_visit(),
            hops: 0,
        });
        let is_marked = match walk.pot(key) {
            Some(Pot::Marked(marked)) => marked.has(seed),
            _ => false,
        };
        let sown = |clean| if is_marked { U256::ZERO } else { clean };
        let tint = |clean| {
            vec![Lot {
                amount: sown(clean),
                owner,
            }]
        };
        self.tint(walk, inside, key, units, Via::Seed, tint)
    }

    /// Makes the clean part of the last units of a pot what `pattern` says, given how much that
    /// is: a seed's, or what took over taint. False when something must be known first.
    fn tint(
        &mut self,
        walk: &mut Walk,
        inside: &mut Inside,
        key: Key,
        units: U256,
        via: Via,
        pattern: impl FnOnce(U256) -> Vec<Lot>,
    ) -> bool {
        let (account, asset) = key;
        let flow = inside.flow(key);
        let last = self.last_units(inside, key, units);
        let mut pot = None;
        let mut end = self.stop(walk, account);
        if end.is_none() {
            match self.place(walk, inside, key) {
                Place::Asked => return false,
                Place::Kept => {}
                Place::Clean(clean) => pot = Some(clean),
                Place::Lost(why) => end = Some(DestinationKind::Unseen(why)),
            }
        }
        let kept = pot.as_ref().or(walk.pot(key).map(|pot| &*pot));
        let clean = match kept {
            Some(kept) => kept.clean_of_last(last, flow),
            None => flow.fresh.min(units),
        };
        if matches!(kept, Some(Pot::Mixture(mixture)) if mixture.taintable() < flow.fresh.min(units))
        {
            let gap = Gap::Overfull(account, asset, inside.tx);
            walk.record.gap(inside.position, gap);
        }
        let lots = pattern(clean);
        let tainted = if self.is_poison() && !tainted_of(&lots).is_zero() {
            units
        } else {
            tainted_of(&lots)
        };
        let parent = best(&lots).filter(|_| via == Via::Swap);
        if via == Via::Seed && tainted < units {
            let gap = Gap::SeededTwice(account, asset, Some(inside.tx));
            walk.record.gap(inside.position, gap);
        }
        if tainted.is_zero() {
            return true;
        }
        if via == Via::Swap {
            walk.record.received(asset, &lots);
            if end.is_none() && self.is_below_minimum(asset, tainted) {
                end = Some(DestinationKind::Bound(LimitHit::Amount));
            }
        } else {
            for share in shares_of(&lots) {
                walk.record.seeded(share.seed, asset, share.amount);
            }
        }
        if let Some(DestinationKind::Unseen(why)) = end {
            let gap = Gap::Balance(account, asset, Some(inside.tx), why);
            walk.record.gap(inside.position, gap);
        }
        let visit = Visit {
            account,
            asset,
            tx: Some(inside.tx),
            transfer: None,
            via,
            amount: units,
            shares: shares_of(&lots),
            parent: parent.map(|parent| parent.visit),
            hops: parent.map_or(0, |parent| walk.hops(inside.tx, parent)),
        };
        let lots = walk.record.reach(visit, &lots);
        inside.touched.insert(account);
        if let Some(kind) = end {
            walk.end(asset, &lots, kind);
            return true;
        }
        if let Some(mut pot) = pot {
            if let Pot::Marked(marked) = &mut pot {
                marked.put(units, &[]);
            }
            walk.keep(key, pot);
        }
        if let Some(pot) = walk.pot(key) {
            pot.replace_last(last, &lots);
        }
        inside.tinted(key, tainted);
        true
    }
}

fn sum(lots: &[Lot]) -> U256 {
    clean_of(lots).saturating_add(tainted_of(lots))
}

/// What `clean` units become that were received for everything in `givens`.
fn pattern(givens: &[Vec<Lot>], clean: U256) -> Vec<Lot> {
    let parts = apportion(clean, &vec![U256::ONE; givens.len()]);
    let mut pattern = Vec::new();
    for (part, lots) in parts.into_iter().zip(givens) {
        let lots = join_seeds(lots);
        let weights: Vec<U256> = lots.iter().map(|lot| lot.amount).collect();
        if weights.is_empty() {
            push(&mut pattern, Lot::clean(part));
        }
        for (amount, lot) in apportion(part, &weights).into_iter().zip(lots) {
            push(&mut pattern, Lot { amount, ..lot });
        }
    }
    pattern
}

/// Under poison each seed that gave something marks all that was received.
fn whole(lots: &[Lot], amount: U256) -> Vec<Lot> {
    let mut whole: Vec<Lot> = Vec::new();
    for owner in lots.iter().filter_map(|lot| lot.owner) {
        let is_there = |lot: &Lot| lot.owner.is_some_and(|other| other.seed == owner.seed);
        if !whole.iter().any(is_there) {
            whole.push(Lot {
                amount,
                owner: Some(owner),
            });
        }
    }
    whole
}
