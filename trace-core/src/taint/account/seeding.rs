//! Which holdings, receipts, transactions and transfers the seeds are.

use std::collections::BTreeSet;

use super::lot::{Lot, Owner, shares_of};
use super::pot::{Pot, needs_balance};
use super::step::Step;
use super::walk::{Walk, Watch};
use super::{Gap, Plan, Seed, Surroundings, Via, Visit};
use crate::model::Position;
use crate::model::account::{B256, U256};
use crate::taint::Direction;
use crate::view::account::{AccountId, AccountQuestion, AccountView, AssetId, start_of};
use crate::view::{Answer, Unknown};

impl Walk {
    /// A walk that is about to begin.
    ///
    /// # Errors
    /// What must be known first.
    pub(super) fn begin(
        plan: &Plan,
        view: &(impl AccountView + ?Sized),
    ) -> Result<Self, BTreeSet<AccountQuestion>> {
        let mut walk = Self::default();
        let mut questions = BTreeSet::new();
        let (way, tip) = (plan.direction, view.tip().height);
        for (number, seed) in (0..).zip(&plan.seeds) {
            let found = match seed {
                Seed::Account {
                    address,
                    asset,
                    from_height,
                } => {
                    let found = view.find_account(address);
                    if let Answer::Known(account) = found {
                        let watch = Watch {
                            seed: number,
                            asset: *asset,
                            from_height: *from_height,
                        };
                        walk.watched.entry(account).or_default().push(watch);
                        walk.holders.entry(account).or_default();
                        let (when, edge) = way.sowing(*from_height, tip);
                        walk.sowings.entry(when).or_default().push(number);
                        walk.starts_at(way, edge.height);
                    }
                    let from = match way {
                        Direction::Forward => *from_height,
                        Direction::Back => plan.bounds.height_min.unwrap_or(0),
                    };
                    known(found, AccountQuestion::History(*address, from))
                }
                Seed::Transaction(hash) => walk.seed_at(way, number, (*hash, None), view),
                Seed::Transfer { transaction, index } => {
                    walk.seed_at(way, number, (*transaction, Some(*index)), view)
                }
            };
            match found {
                Ok(()) => {}
                Err(Missing::Ask(question)) => {
                    questions.insert(question);
                }
                // An account that a whole chain does not know holds nothing.
                Err(Missing::Unknown(Unknown::NotFound))
                    if view.is_complete() && matches!(seed, Seed::Account { .. }) => {}
                Err(Missing::Unknown(why)) => {
                    walk.record.gap(start_of(0), Gap::Seed(number, why));
                }
            }
        }
        if questions.is_empty() {
            Ok(walk)
        } else {
            Err(questions)
        }
    }

    fn seed_at(
        &mut self,
        way: Direction,
        seed: u32,
        (hash, index): (B256, Option<u32>),
        view: &(impl AccountView + ?Sized),
    ) -> Result<(), Missing> {
        let found = view.find_transaction(&hash);
        if let Answer::Known(tx) = found {
            let at = known_position(view.position(tx))?;
            self.seeds_at.entry(tx).or_default().push((seed, index));
            self.turn(way, at, tx);
            self.starts_at(way, at.height);
        }
        known(found, AccountQuestion::Transaction(hash))
    }

    fn starts_at(&mut self, way: Direction, height: u32) {
        let first = self.first_height.unwrap_or(height);
        self.first_height = Some(match way {
            Direction::Forward => first.min(height),
            Direction::Back => first.max(height),
        });
    }
}

/// What a seed is of an account's: seed, account, asset.
type Holding = (u32, AccountId, AssetId);

/// Why a seed is not there yet.
enum Missing {
    Ask(AccountQuestion),
    Unknown(Unknown),
}

fn known<T: Copy>(answer: Answer<T>, question: AccountQuestion) -> Result<(), Missing> {
    match answer {
        Answer::Known(_) => Ok(()),
        Answer::NotFetched => Err(Missing::Ask(question)),
        Answer::Unknown(why) => Err(Missing::Unknown(why)),
    }
}

fn known_position<T>(answer: Answer<T>) -> Result<T, Missing> {
    match answer {
        Answer::Known(known) => Ok(known),
        Answer::NotFetched => Err(Missing::Unknown(Unknown::NotFound)),
        Answer::Unknown(why) => Err(Missing::Unknown(why)),
    }
}

impl<V, S> Step<'_, V, S>
where
    V: AccountView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    /// Seeds what accounts hold, where it is time for that and nothing earlier is left to do. The
    /// accounts are then open, and what comes next is not known before they are settled. False
    /// when something must be known first.
    pub(super) fn sow(&mut self, walk: &mut Walk) -> bool {
        let Some((when, seeds)) = walk.sowings.first_key_value() else {
            return true;
        };
        if walk.turns.keys().next().is_some_and(|turn| turn < when) {
            return true;
        }
        let (when, seeds) = (*when, seeds.clone());
        let mut tasks = Vec::new();
        for seed in &seeds {
            match self.holdings(walk, *seed) {
                Some(holdings) => tasks.extend(holdings),
                None => return false,
            }
        }
        let mut known = true;
        for task in &tasks {
            known &= self.know_holding(*task);
        }
        if !known {
            return false;
        }
        for (seed, account, asset) in tasks {
            self.sow_holding(walk, seed, account, asset);
        }
        walk.sowings.remove(&when);
        for seed in seeds {
            if let Some((account, _)) = self.account_of(seed) {
                walk.open.push((account, self.edge_of(seed)));
            }
        }
        walk.open.sort_unstable();
        walk.open.dedup();
        true
    }

    fn account_of(&self, seed: u32) -> Option<(AccountId, &Seed)> {
        let seed = self.plan.seeds.get(seed as usize)?;
        match seed {
            Seed::Account { address, .. } => match self.view.find_account(address) {
                Answer::Known(account) => Some((account, seed)),
                Answer::NotFetched | Answer::Unknown(_) => None,
            },
            Seed::Transaction(_) | Seed::Transfer { .. } => None,
        }
    }

    /// Which holdings a seed is. `None` when something must be known first.
    fn holdings(&mut self, walk: &mut Walk, number: u32) -> Option<Vec<Holding>> {
        let Some((account, seed)) = self.account_of(number) else {
            return Some(Vec::new());
        };
        let Seed::Account { address, asset, .. } = seed else {
            return Some(Vec::new());
        };
        let (address, before) = (*address, self.edge_of(number));
        if before == start_of(0) {
            return Some(Vec::new());
        }
        let assets = match asset {
            Some(asset) => match self.view.find_asset(asset) {
                Answer::Known(asset) => Answer::Known(vec![asset]),
                Answer::NotFetched if self.ask_balance(account, address, *asset, before) => {
                    return None;
                }
                // All that the account ever did is known, and nothing of that is in it.
                Answer::NotFetched => Answer::Known(Vec::new()),
                // What a whole chain does not know nobody holds.
                Answer::Unknown(_) if self.view.is_complete() => Answer::Known(Vec::new()),
                Answer::Unknown(why) => Answer::Unknown(why),
            },
            None => self.view.assets(account, before),
        };
        match assets {
            Answer::Known(assets) => {
                let assets = assets.into_iter();
                Some(assets.map(|asset| (number, account, asset)).collect())
            }
            Answer::NotFetched => {
                self.questions.insert(AccountQuestion::History(address, 0));
                None
            }
            Answer::Unknown(why) => {
                walk.record.gap(before, Gap::Seed(number, why));
                Some(Vec::new())
            }
        }
    }

    /// Whether it is known what an account holds, or why not. Asks, where it is neither.
    fn know_holding(&mut self, (seed, account, asset): Holding) -> bool {
        let before = self.edge_of(seed);
        if self.view.balance(account, asset, before) != Answer::NotFetched {
            return true;
        }
        let (Some(address), Some(name)) = (self.view.address(account), self.view.asset(asset))
        else {
            return true;
        };
        self.ask_balance(account, address, name, before);
        false
    }

    /// Seeds what an account holds of an asset.
    fn sow_holding(&self, walk: &mut Walk, seed: u32, account: AccountId, asset: AssetId) {
        let before = self.edge_of(seed);
        let why = match self.view.balance(account, asset, before) {
            Answer::Known(balance) if balance.is_zero() => return,
            Answer::Known(balance) => {
                return self.sow_balance(walk, seed, (account, asset), balance);
            }
            Answer::Unknown(why) => why,
            Answer::NotFetched => Unknown::NotFound,
        };
        walk.record.gap(before, Gap::Seed(seed, why));
    }

    fn sow_balance(&self, walk: &mut Walk, seed: u32, key: (AccountId, AssetId), balance: U256) {
        let (account, asset) = key;
        let policy = self.plan.policy;
        let owner = Owner {
            seed,
            visit: walk.record.next_visit(),
            hops: 0,
        };
        if walk.pot(key).is_none() {
            let clean = needs_balance(policy).then_some(balance);
            walk.keep(key, Pot::new(policy, clean));
        }
        let sown = walk
            .pot(key)
            .map_or(U256::ZERO, |pot| pot.sow(balance, owner));
        if sown < balance {
            let gap = Gap::SeededTwice(account, asset, None);
            walk.record.gap(self.edge_of(seed), gap);
        }
        if sown.is_zero() {
            return;
        }
        walk.record.seeded(seed, asset, sown);
        let visit = Visit {
            account,
            asset,
            tx: None,
            transfer: None,
            via: Via::Seed,
            amount: balance,
            shares: shares_of(&[Lot {
                amount: sown,
                owner: Some(owner),
            }]),
            parent: None,
            hops: 0,
        };
        walk.record.reach(visit, &[]);
    }

    /// The edge at which what an account holds is seeded.
    fn edge_of(&self, seed: u32) -> Position {
        let from_height = match self.plan.seeds.get(seed as usize) {
            Some(Seed::Account { from_height, .. }) => *from_height,
            _ => 0,
        };
        let tip = self.view.tip().height;
        self.plan.direction.sowing(from_height, tip).1
    }
}
