//! A walk along the chain, between two of its steps.

use std::collections::{BTreeMap, BTreeSet};

use super::inside::Inside;
use super::lot::{Lot, Owner, best};
use super::pot::Pot;
use super::record::Record;
use super::{DestinationKind, Gap};
use crate::model::account::{Asset, U256};
use crate::model::{Position, TxNumber};
use crate::taint::Direction;
use crate::view::Unknown;
use crate::view::account::{AccountId, AssetId};

/// A pot's place: whose, of what.
pub(super) type Key = (AccountId, AssetId);

/// Everything that a walk knows.
#[derive(Clone, Debug, Default)]
pub(super) struct Walk {
    /// The accounts that hold taint, and those that are seeds.
    pub(super) holders: BTreeMap<AccountId, Holder>,
    /// The seeds that accounts are.
    pub(super) watched: BTreeMap<AccountId, Vec<Watch>>,
    /// The transactions whose turn comes, the first one first.
    pub(super) turns: BTreeMap<u64, Turn>,
    /// The seeds by the turn before which their holdings are seeded.
    pub(super) sowings: BTreeMap<u64, Vec<u32>>,
    /// The seeds that transactions are, or one of their transfers.
    pub(super) seeds_at: BTreeMap<TxNumber, Vec<(u32, Option<u32>)>>,
    /// Accounts of which it was not found yet where they go on, and the edge from which to look.
    pub(super) open: Vec<(AccountId, Position)>,
    /// The transaction that is being gone through.
    pub(super) inside: Option<Inside>,
    pub(super) record: Record,
    /// Transactions looked at.
    pub(super) transactions: u64,
    /// The accounts that have come to hold taint and are no seeds.
    pub(super) reached: BTreeSet<AccountId>,
    /// The height at which following begins: of the first seed, backwards of the last.
    pub(super) first_height: Option<u32>,
}

/// An account that holds taint or is a seed.
#[derive(Clone, Debug, Default)]
pub(super) struct Holder {
    pub(super) pots: BTreeMap<AssetId, Pot>,
    pub(super) ahead: Ahead,
}

/// Where an account goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ahead {
    /// It was not looked for yet.
    #[default]
    Open,
    /// In the transaction at this place.
    Due(Position),
    /// Nowhere up to the tip, or backwards down to the first block.
    Nothing,
    /// Above the bound on heights, or backwards below it: behind this edge.
    Beyond(Position),
    /// It cannot be known.
    Lost(Unknown),
}

/// A seed that is an account.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    pub(super) seed: u32,
    pub(super) asset: Option<Asset>,
    pub(super) from_height: u32,
}

/// A transaction whose turn comes.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub(super) tx: TxNumber,
    pub(super) at: Position,
    /// The accounts for which it is the next one; none where it is only a seed.
    pub(super) accounts: Vec<AccountId>,
}

impl Walk {
    pub(super) fn pot(&mut self, (account, asset): Key) -> Option<&mut Pot> {
        self.holders.get_mut(&account)?.pots.get_mut(&asset)
    }

    /// A pot that came to hold taint.
    pub(super) fn keep(&mut self, (account, asset): Key, pot: Pot) {
        if !self.watched.contains_key(&account) {
            self.reached.insert(account);
        }
        self.holders
            .entry(account)
            .or_default()
            .pots
            .insert(asset, pot);
    }

    /// A pot from which all taint is gone need not be known any longer.
    pub(super) fn drop_clean(&mut self, (account, asset): Key) {
        if let Some(holder) = self.holders.get_mut(&account)
            && holder.pots.get(&asset).is_some_and(Pot::is_clean)
        {
            holder.pots.remove(&asset);
        }
    }

    pub(super) fn turn(&mut self, way: Direction, at: Position, tx: TxNumber) -> &mut Turn {
        let new = || Turn {
            tx,
            at,
            accounts: Vec::new(),
        };
        self.turns.entry(way.turn(at)).or_insert_with(new)
    }

    /// Ends the taint of lots that leave a pot.
    pub(super) fn end(&mut self, asset: AssetId, lots: &[Lot], kind: DestinationKind) {
        if let Some(from) = best(lots) {
            self.record.end(from.visit, asset, kind, lots);
        }
    }

    /// Transactions on the path to what comes from a lot in a transaction.
    pub(super) fn hops(&self, tx: TxNumber, owner: Owner) -> u32 {
        let from = self.record.visits.get(owner.visit.0 as usize);
        let is_same = from.is_some_and(|visit| visit.tx == Some(tx));
        owner.hops.saturating_add(u32::from(!is_same))
    }

    /// What comes clean only changes the balance of a pot that holds taint.
    pub(super) fn put_clean(&mut self, inside: &mut Inside, key: Key, amount: U256) {
        let Some(pot) = self.pot(key).filter(|pot| pot.counts_clean()) else {
            inside.came(key, amount, U256::ZERO);
            return;
        };
        // What is not in the pot cannot become tainted there either.
        let fits = amount.min(pot.room());
        pot.put(fits, &[Lot::clean(fits)]);
        inside.came(key, fits, U256::ZERO);
        if fits < amount {
            let (account, asset) = key;
            let gap = Gap::Overfull(account, asset, inside.tx);
            self.record.gap(inside.position, gap);
        }
    }

    /// What leaves clean whatever the policy.
    pub(super) fn take_clean(&mut self, inside: &mut Inside, key: Key, amount: U256) {
        inside.went(key, amount, amount);
        let is_enough = self.pot(key).is_none_or(|pot| pot.take_clean(amount));
        if !is_enough {
            let (account, asset) = key;
            let gap = Gap::Overdrawn(account, asset, inside.tx);
            self.record.gap(inside.position, gap);
        }
    }

    /// A seed that is a transfer must bring something to somebody (backwards: take it).
    pub(super) fn check_seeds(&mut self, inside: &Inside) {
        for (seed, index) in &inside.seeds {
            let Some(index) = index else { continue };
            let transfer = inside.transfers.get(*index as usize);
            if transfer.is_none_or(|transfer| transfer.to.is_none()) {
                let gap = Gap::Seed(*seed, Unknown::NotFound);
                self.record.gap(inside.position, gap);
            }
        }
    }

    /// A transaction has been gone through: every account that took part must be found its next
    /// one.
    pub(super) fn leave(&mut self, way: Direction, inside: &Inside) {
        let edge = way.behind(inside.position);
        let due = inside.due.iter().copied();
        let all: BTreeSet<AccountId> = due.chain(inside.touched.iter().copied()).collect();
        for account in all {
            let Some(holder) = self.holders.get_mut(&account) else {
                continue;
            };
            if holder.pots.is_empty() && !self.watched.contains_key(&account) {
                self.holders.remove(&account);
            } else if holder.ahead == Ahead::Open || holder.ahead == Ahead::Due(inside.position) {
                holder.ahead = Ahead::Open;
                self.open.push((account, edge));
            }
        }
    }
}
