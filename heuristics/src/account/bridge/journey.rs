//! Who crosses again with what they crossed with.
//!
//! Yousaf, Kappos and Meiklejohn 2019, section 6: a *pass-through* goes on from the chain that was
//! reached, to a third one; a *U-turn* goes back to where it came from.

use std::collections::BTreeMap;

use trace_core::model::ChainId;
use trace_core::model::account::Asset;

use super::{Common, Crossing, Limits, Pairing};

/// Where a second crossing goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Turn {
    /// Back to the chain that the first one left.
    Back,
    /// On to another one.
    On,
}

/// Two crossings of one account, the second with what came of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Journey {
    /// The index of the first deposit.
    pub first: usize,
    /// The index of the second deposit.
    pub second: usize,
    /// Where it goes.
    pub turn: Turn,
}

/// Every deposit that was paid out to an account, with each later one of this account that takes
/// what it got further, by asset, amount and time as `limits` say; in the order of the deposits.
/// `pairings` are those of `deposits`.
///
/// That it is the same money is likely, not proved: an account may hold more of the asset.
pub fn journeys(
    deposits: &[Crossing],
    withdrawals: &[Crossing],
    pairings: &[Pairing],
    common: &BTreeMap<(ChainId, Asset), Common>,
    limits: Limits,
) -> Vec<Journey> {
    let paired: Vec<(usize, &Crossing, &Crossing)> = deposits
        .iter()
        .zip(pairings)
        .enumerate()
        .filter_map(|(index, (deposit, pairing))| match pairing {
            Pairing::Paired(withdrawal, _) => Some((index, deposit, withdrawals.get(*withdrawal)?)),
            Pairing::Ambiguous(_) | Pairing::Unpaired => None,
        })
        .collect();
    let mut by_payer: BTreeMap<_, Vec<(usize, &Crossing, &Crossing)>> = BTreeMap::new();
    for (index, deposit, withdrawal) in &paired {
        let payer = (deposit.chain, deposit.account);
        let of_payer = by_payer.entry(payer).or_default();
        of_payer.push((*index, *deposit, *withdrawal));
    }
    let mut journeys = Vec::new();
    for (first, left, reached) in paired {
        let next = by_payer.get(&(reached.chain, reached.account));
        for (second, deposit, end) in next.into_iter().flatten() {
            let assets = [reached, deposit].map(|side| common.get(&(side.chain, side.asset)));
            let [Some(got), Some(given)] = assets else {
                continue;
            };
            let goes_on = got.number == given.number
                && limits.in_time(reached.time, deposit.time)
                && limits.amounts_fit(
                    (reached.amount, got.decimals),
                    (deposit.amount, given.decimals),
                );
            if goes_on {
                let is_back = end.chain == left.chain;
                journeys.push(Journey {
                    first,
                    second: *second,
                    turn: if is_back { Turn::Back } else { Turn::On },
                });
            }
        }
    }
    journeys
}
