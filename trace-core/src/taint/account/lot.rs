//! Value that lies together in a pot, or moves together.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Share;
use crate::model::account::U256;
use crate::taint::VisitId;

/// Whose a tainted lot is, and how it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    /// Index of the seed.
    pub(super) seed: u32,
    /// The arrival that brought it to where it lies.
    pub(super) visit: VisitId,
    /// The hops of that.
    pub(super) hops: u32,
}

/// An amount of one seed, or of none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lot {
    pub(super) amount: U256,
    /// `None` where it is clean.
    pub(super) owner: Option<Owner>,
}

impl Lot {
    pub(super) fn clean(amount: U256) -> Self {
        Self {
            amount,
            owner: None,
        }
    }
}

/// Adds a lot behind others, joined to the last one if that is alike.
pub(super) fn push(lots: &mut Vec<Lot>, lot: Lot) {
    if lot.amount.is_zero() {
        return;
    }
    match lots.last_mut() {
        Some(last) if last.owner == lot.owner => {
            last.amount = last.amount.saturating_add(lot.amount);
        }
        _ => lots.push(lot),
    }
}

/// Adds lots behind others.
pub(super) fn append(lots: &mut Vec<Lot>, more: &[Lot]) {
    for lot in more {
        push(lots, *lot);
    }
}

pub(super) fn is_tainted(lots: &[Lot]) -> bool {
    lots.iter().any(|lot| lot.owner.is_some())
}

/// The clean part of what lots that do not overlap come to.
pub(super) fn clean_of(lots: &[Lot]) -> U256 {
    let clean = lots.iter().filter(|lot| lot.owner.is_none());
    clean.fold(U256::ZERO, |sum, lot| sum.saturating_add(lot.amount))
}

/// The tainted part of what lots that do not overlap come to.
pub(super) fn tainted_of(lots: &[Lot]) -> U256 {
    let tainted = lots.iter().filter(|lot| lot.owner.is_some());
    tainted.fold(U256::ZERO, |sum, lot| sum.saturating_add(lot.amount))
}

/// The tainted parts by seed, ascending.
pub(super) fn shares_of(lots: &[Lot]) -> Vec<Share> {
    let mut sums: BTreeMap<u32, U256> = BTreeMap::new();
    for lot in lots {
        if let Some(owner) = lot.owner
            && !lot.amount.is_zero()
        {
            let sum = sums.entry(owner.seed).or_default();
            *sum = sum.saturating_add(lot.amount);
        }
    }
    let shares = sums.into_iter();
    shares
        .map(|(seed, amount)| Share { seed, amount })
        .collect()
}

/// Of the arrivals from which lots come, among those with the fewest hops the one of which there
/// is most, of those the first.
pub(super) fn best(lots: &[Lot]) -> Option<Owner> {
    let mut by_visit: BTreeMap<VisitId, (Owner, U256)> = BTreeMap::new();
    for lot in lots.iter().filter(|lot| !lot.amount.is_zero()) {
        if let Some(owner) = lot.owner {
            let (_, amount) = by_visit.entry(owner.visit).or_insert((owner, U256::ZERO));
            *amount = amount.saturating_add(lot.amount);
        }
    }
    let brought = by_visit.into_values();
    let best = brought.min_by_key(|(owner, amount)| (owner.hops, Reverse(*amount), owner.visit));
    best.map(|(owner, _)| owner)
}

/// One lot for each seed, ascending, and the clean rest behind them: what lots are where their
/// order says nothing.
pub(super) fn by_seed(lots: &[Lot]) -> Vec<Lot> {
    let mut sorted = Vec::new();
    for share in shares_of(lots) {
        let is_mine = |lot: &&Lot| lot.owner.is_some_and(|owner| owner.seed == share.seed);
        let mine: Vec<Lot> = lots.iter().filter(is_mine).copied().collect();
        sorted.push(Lot {
            amount: share.amount,
            owner: best(&mine),
        });
    }
    push(&mut sorted, Lot::clean(clean_of(lots)));
    sorted
}

/// The lots without regard to how they came: neighbours of one seed are one, which is taken to
/// have come on the shortest way, of several such ways by the first.
pub(super) fn join_seeds(lots: &[Lot]) -> Vec<Lot> {
    let mut joined: Vec<Lot> = Vec::new();
    let seed = |lot: &Lot| lot.owner.map(|owner| owner.seed);
    for lot in lots {
        match joined.last_mut() {
            Some(last) if seed(last) == seed(lot) => {
                last.amount = last.amount.saturating_add(lot.amount);
                let rank = |owner: Owner| (owner.hops, owner.visit);
                last.owner = last
                    .owner
                    .into_iter()
                    .chain(lot.owner)
                    .min_by_key(|o| rank(*o));
            }
            _ => joined.push(*lot),
        }
    }
    joined
}
