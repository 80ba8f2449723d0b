//! One transaction's turn.

use std::collections::BTreeSet;

use super::inside::Inside;
use super::netting::Netting;
use super::pot::{Pot, needs_balance};
use super::runs::Runs;
use super::walk::{Ahead, Key, Turn, Walk};
use super::{DestinationKind, Gap, Plan, Pools, Standing, Surroundings};
use crate::model::Position;
use crate::model::account::{Address, Asset, Outcome, U256};
use crate::taint::{Direction, Policy};
use crate::view::account::{AccountId, AccountQuestion, AccountView, AssetId, start_of};
use crate::view::{Answer, Unknown};

/// What a step needs besides the walk.
pub(super) struct Step<'a, V: ?Sized, S: ?Sized> {
    pub(super) plan: &'a Plan,
    pub(super) view: &'a V,
    pub(super) surroundings: &'a S,
    /// What must be known to go on.
    pub(super) questions: &'a mut BTreeSet<AccountQuestion>,
}

/// The pot at a place, in the midst of a transaction.
pub(super) enum Place {
    /// It holds taint already.
    Kept,
    /// It does not yet: this is what it holds.
    Clean(Pot),
    /// It cannot be known what it holds, and the policy must know.
    Lost(Unknown),
    /// That was asked for.
    Asked,
}

impl<V, S> Step<'_, V, S>
where
    V: AccountView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    pub(super) fn is_poison(&self) -> bool {
        self.plan.policy == Policy::Poison
    }

    /// Begins a transaction. `None` where it cannot be known what it moves.
    pub(super) fn enter(&self, walk: &mut Walk, turn: Turn) -> Option<Inside> {
        let position = turn.at;
        if !turn.accounts.is_empty() {
            walk.transactions += 1;
        }
        if self.view.outcome(turn.tx) == Answer::Known(Outcome::Unknown) {
            walk.record.gap(position, Gap::Outcome(turn.tx));
        }
        let mut transfers = Vec::new();
        let why = match self.view.transfers(turn.tx, &mut transfers) {
            Answer::Known(()) => None,
            Answer::Unknown(why) => Some(why),
            // Its number comes from the view, which therefore has it.
            Answer::NotFetched => Some(Unknown::NotFound),
        };
        let seeds = walk.seeds_at.get(&turn.tx).cloned().unwrap_or_default();
        if let Some(why) = why {
            walk.record.gap(position, Gap::Transaction(turn.tx, why));
            for account in turn.accounts {
                if let Some(holder) = walk.holders.get_mut(&account) {
                    holder.ahead = Ahead::Lost(why);
                }
            }
            for (seed, _) in seeds {
                walk.record.gap(position, Gap::Seed(seed, why));
            }
            return None;
        }
        let way = self.plan.direction;
        let (acts, fees_at) = way.read(&mut transfers, self.view);
        let netting = Netting::new(way, &acts, &transfers, self.view);
        let is_tiho = self.plan.policy == Policy::Tiho;
        let runs = is_tiho.then(|| Runs::new(&acts, &transfers));
        let inside = Inside::new(turn, seeds, transfers, (acts, fees_at), netting, runs);
        walk.check_seeds(&inside);
        Some(inside)
    }

    /// Goes through a transaction. False when something must be known first.
    pub(super) fn go_through(&mut self, walk: &mut Walk, inside: &mut Inside) -> bool {
        let (fees_at, end) = (inside.fees_at, inside.acts.len());
        self.go_to(walk, inside, fees_at)
            && self.finish_exchanges(walk, inside)
            && self.go_to(walk, inside, end)
    }

    /// Does everything before an act. False when something must be known first.
    fn go_to(&mut self, walk: &mut Walk, inside: &mut Inside, end: usize) -> bool {
        while inside.at < end
            && let Some(act) = inside.acts.get(inside.at).copied()
        {
            if !self.act(walk, inside, act) {
                return false;
            }
            inside.at += 1;
        }
        true
    }

    /// The pot at a place.
    pub(super) fn place(&mut self, walk: &mut Walk, inside: &Inside, key: Key) -> Place {
        if walk.pot(key).is_some() {
            return Place::Kept;
        }
        let policy = self.plan.policy;
        if !needs_balance(policy) {
            return Place::Clean(Pot::new(policy, None));
        }
        let (account, asset) = key;
        let edge = self.plan.direction.before(inside.position);
        match self.view.balance(account, asset, edge) {
            Answer::Known(before) => {
                let flow = inside.flow(key);
                let now = before
                    .checked_add(flow.came)
                    .and_then(|sum| sum.checked_sub(flow.went));
                match now {
                    Some(now) => Place::Clean(Pot::new(policy, Some(now))),
                    None => Place::Lost(Unknown::Contradictory),
                }
            }
            Answer::Unknown(why) => Place::Lost(why),
            Answer::NotFetched => match (self.view.address(account), self.view.asset(asset)) {
                (Some(address), Some(of)) => {
                    self.ask_balance(account, address, of, edge);
                    Place::Asked
                }
                _ => Place::Lost(Unknown::NotFound),
            },
        }
    }

    /// The height from which on everything that an account does must be known to follow it from
    /// an edge.
    pub(super) fn history_from(&self, edge: Position) -> u32 {
        match self.plan.direction {
            Direction::Forward => edge.height,
            Direction::Back => self.plan.bounds.height_min.unwrap_or(0).min(edge.height),
        }
    }

    /// Asks for what leads to a balance: one at the end of a block before, and what happened
    /// since, which must be known anyhow to follow the account. False where all that is known.
    pub(super) fn ask_balance(
        &mut self,
        account: AccountId,
        address: Address,
        asset: Asset,
        edge: Position,
    ) -> bool {
        let from = self.history_from(edge);
        let is_open = self.view.next(account, start_of(from)) == Answer::NotFetched;
        if is_open {
            self.questions
                .insert(AccountQuestion::History(address, from));
        }
        let last = from.checked_sub(1);
        if let Some(height) = last {
            let question = AccountQuestion::Balance(address, asset, height);
            self.questions.insert(question);
        }
        is_open || last.is_some()
    }

    /// The place at which following stops that an account is, if it is one.
    pub(super) fn stop(&self, walk: &Walk, account: AccountId) -> Option<DestinationKind> {
        if walk.watched.contains_key(&account) {
            return None;
        }
        match self.surroundings.standing(self.view, account) {
            Standing::Plain => None,
            Standing::Service(label) => Some(DestinationKind::Service(label)),
            Standing::Mixer(label) => Some(DestinationKind::Mix(label)),
            Standing::Pool => match self.plan.pools {
                Pools::Stop => Some(DestinationKind::Pool),
                Pools::Spread => None,
            },
        }
    }

    /// Whether what an account gives and gets may be an exchange of its own.
    pub(super) fn may_exchange(&self, walk: &Walk, account: AccountId) -> bool {
        match self.surroundings.standing(self.view, account) {
            Standing::Plain => true,
            Standing::Service(_) => walk.watched.contains_key(&account),
            Standing::Mixer(_) | Standing::Pool => false,
        }
    }

    /// Whether an arrival's tainted part is too small to be followed.
    pub(super) fn is_below_minimum(&self, asset: AssetId, tainted: U256) -> bool {
        let asset = self.view.asset(asset);
        let least = asset.and_then(|asset| self.plan.bounds.amount_min.get(&asset));
        least.is_some_and(|least| tainted < *least)
    }
}
