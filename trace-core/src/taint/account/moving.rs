//! Value leaves a pot.

use super::arrival::Arrival;
use super::inside::{Given, Inside};
use super::lot::{Lot, append, clean_of, is_tainted, push};
use super::pot::Pot;
use super::script::Act;
use super::step::Step;
use super::walk::{Key, Walk};
use super::{DestinationKind, Gap, LimitHit, Surroundings, Via};
use crate::model::account::U256;
use crate::taint::Direction;
use crate::view::account::{AccountView, NumberedTransfer};

impl<V, S> Step<'_, V, S>
where
    V: AccountView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    /// Does what comes next. False when something must be known first.
    pub(super) fn act(&mut self, walk: &mut Walk, inside: &mut Inside, act: Act) -> bool {
        match act {
            Act::Move(index) => self.move_on(walk, inside, index),
            Act::Convert { give, get } => self.convert(walk, inside, give, get),
        }
    }

    fn move_on(&mut self, walk: &mut Walk, inside: &mut Inside, index: usize) -> bool {
        let Some(transfer) = inside.transfers.get(index).copied() else {
            return true;
        };
        let lots = match inside.carried.take() {
            Some(lots) => lots,
            None => self.leave_by(walk, inside, &transfer),
        };
        let Some(to) = transfer.to else { return true };
        let key = (to, transfer.asset);
        let arrival = Arrival {
            key,
            amount: transfer.amount,
            transfer: index,
            via: Via::Transfer,
        };
        if let Err(lots) = self.arrive(walk, inside, arrival, lots) {
            inside.carried = Some(lots);
            return false;
        }
        if transfer.from != Some(to)
            && let Some(Some(given)) = inside.given_of.get(&key)
            && let Some(given) = inside.givens.get_mut(*given)
        {
            given.returned = given.returned.saturating_add(transfer.amount);
        }
        true
    }

    /// What leaves by a transfer, as far as it goes on by it.
    fn leave_by(
        &mut self,
        walk: &mut Walk,
        inside: &mut Inside,
        transfer: &NumberedTransfer,
    ) -> Vec<Lot> {
        let Some(from) = transfer.from else {
            return vec![Lot::clean(transfer.amount)];
        };
        let key = (from, transfer.asset);
        let lots = self.withdraw(walk, inside, key, transfer.amount);
        if !is_tainted(&lots) {
            if !transfer.kind.is_fee()
                && transfer.to != Some(from)
                && let Some(Some(given)) = inside.given_of.get(&key)
                && let Some(given) = inside.givens.get_mut(*given)
            {
                append(&mut given.lots, &lots);
            }
            return lots;
        }
        let asset = transfer.asset;
        let ends = |walk: &mut Walk, kind| {
            walk.end(asset, &lots, kind);
            vec![Lot::clean(transfer.amount)]
        };
        if transfer.kind.is_fee() {
            return ends(walk, DestinationKind::Fee(inside.tx));
        }
        if transfer.to == Some(from) {
            return lots;
        }
        if let Some(given) = self.given(walk, inside, key)
            && let Some(given) = inside.givens.get_mut(given)
        {
            append(&mut given.lots, &lots);
            if !self.is_poison() {
                return vec![Lot::clean(transfer.amount)];
            }
        }
        match transfer.to {
            Some(_) => lots,
            None => ends(
                walk,
                match self.plan.direction {
                    Direction::Forward => DestinationKind::Burnt(inside.tx),
                    Direction::Back => DestinationKind::Created(inside.tx),
                },
            ),
        }
    }

    /// The index of what is given from a pot, where that is an exchange.
    fn given(&self, walk: &Walk, inside: &mut Inside, key: Key) -> Option<usize> {
        if let Some(given) = inside.given_of.get(&key) {
            return *given;
        }
        let (account, asset) = key;
        let is_exchange = self.may_exchange(walk, account)
            && !inside.netting.received_for(key, self.view).is_empty();
        let given = is_exchange.then_some(inside.givens.len());
        if given.is_some() {
            inside.givens.push(Given {
                account,
                asset,
                lots: Vec::new(),
                returned: U256::ZERO,
            });
        }
        inside.given_of.insert(key, given);
        given
    }

    /// An account's native coin becomes its token, or the reverse, and the contract's pot of
    /// native coin has more or less of what is clean.
    fn convert(&mut self, walk: &mut Walk, inside: &mut Inside, give: usize, get: usize) -> bool {
        let (Some(gone), Some(come)) = (
            inside.transfers.get(give).copied(),
            inside.transfers.get(get).copied(),
        ) else {
            return true;
        };
        let (Some(from), Some(to)) = (gone.from, come.to) else {
            return true;
        };
        let lots = if let Some(lots) = inside.carried.take() {
            lots
        } else {
            if let Some(contract) = gone.to {
                walk.put_clean(inside, (contract, gone.asset), gone.amount);
            }
            if let Some(contract) = come.from {
                walk.take_clean(inside, (contract, come.asset), come.amount);
            }
            let lots = self.withdraw(walk, inside, (from, gone.asset), gone.amount);
            if !self.is_poison() {
                let kind = DestinationKind::Swapped(inside.tx);
                walk.end(gone.asset, &lots, kind);
            }
            lots
        };
        let arrival = Arrival {
            key: (to, come.asset),
            amount: come.amount,
            transfer: get,
            via: Via::Swap,
        };
        match self.arrive(walk, inside, arrival, lots) {
            Ok(()) => true,
            Err(lots) => {
                inside.carried = Some(lots);
                false
            }
        }
    }

    /// Takes an amount out of a pot. What is beyond the bound on hops ends there.
    fn withdraw(&self, walk: &mut Walk, inside: &mut Inside, key: Key, amount: U256) -> Vec<Lot> {
        let (account, asset) = key;
        let Some(pot) = walk.pot(key) else {
            inside.went(key, amount, amount);
            return vec![Lot::clean(amount)];
        };
        let act = inside.at;
        let planned = match (&mut inside.runs, &*pot) {
            (Some(runs), Pot::Mixture(mixture)) => runs.part(act, key, mixture.tainted()),
            _ => None,
        };
        let taken = pot.take(self.plan.policy, amount, planned);
        walk.drop_clean(key);
        inside.went(key, amount, clean_of(&taken.lots));
        inside.touched.insert(account);
        if taken.overdrawn {
            let gap = Gap::Overdrawn(account, asset, inside.tx);
            walk.record.gap(inside.position, gap);
        }
        self.cut_hops(walk, inside, key, amount, taken.lots)
    }

    fn cut_hops(
        &self,
        walk: &mut Walk,
        inside: &Inside,
        (_, asset): Key,
        amount: U256,
        lots: Vec<Lot>,
    ) -> Vec<Lot> {
        let Some(most) = self.plan.bounds.hops_max else {
            return lots;
        };
        let is_beyond = |lot: &Lot| {
            let owner = lot.owner;
            owner.is_some_and(|owner| walk.hops(inside.tx, owner) > most)
        };
        if !lots.iter().any(is_beyond) {
            return lots;
        }
        let beyond: Vec<Lot> = lots.iter().copied().filter(is_beyond).collect();
        let mut kept = Vec::new();
        for lot in &lots {
            if !is_beyond(lot) {
                push(&mut kept, *lot);
            } else if !self.is_poison() {
                push(&mut kept, Lot::clean(lot.amount));
            }
        }
        walk.end(asset, &beyond, DestinationKind::Bound(LimitHit::Hops));
        if kept.is_empty() {
            kept.push(Lot::clean(amount));
        }
        kept
    }
}
