//! Which withdrawal belongs to which deposit.
//!
//! By an id where both events carry one: a word as wide as a hash that one deposit and one
//! withdrawal share and no other. Else by what they have in common: the asset, the recipient,
//! an amount less a fee, and the time between. A pair is only made where the deposit fits no
//! other withdrawal and the withdrawal no other deposit; else it is said how many fit.

use std::collections::{BTreeMap, BTreeSet};

use trace_core::model::ChainId;
use trace_core::model::account::{Asset, B256, U256};

use super::{Crossing, Direction};

/// An asset that is the same on several chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Common {
    /// A number of the caller's that all its forms share.
    pub number: u32,
    /// Into how many digits its unit is divided on this chain.
    pub decimals: u8,
}

/// What two sides of a crossing may differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How much less may come out, in millionths.
    pub fee_max_millionths: u32,
    /// How much more, in millionths: pools that are short of an asset pay for getting it.
    pub gain_max_millionths: u32,
    /// Seconds between the blocks, where both are known.
    pub seconds_max: u64,
    /// Whether who is paid must be who paid, or be named by the deposit.
    pub recipient: bool,
}

impl Default for Limits {
    /// One percent less, none more, one day, to a recipient that the deposit names. The first
    /// three are ours: fees differ from bridge to bridge.
    fn default() -> Self {
        Self {
            fee_max_millionths: 10_000,
            gain_max_millionths: 0,
            seconds_max: 86_400,
            recipient: true,
        }
    }
}

/// By what a pair was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// By an id.
    Id,
    /// By what both sides have in common.
    Fit,
}

/// What became of a deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pairing {
    /// The withdrawal at this index belongs to it.
    Paired(usize, By),
    /// So many withdrawals fit, or the one that fits fits so many deposits.
    Ambiguous(usize),
    /// None fits, among those given.
    Unpaired,
}

/// The pairing of each of `deposits`, in their order. What is no deposit, or no withdrawal, is
/// left alone. `common` says which assets of which chains are one.
///
/// Cost: each deposit is compared with the withdrawals of its asset.
pub fn pair(
    deposits: &[Crossing],
    withdrawals: &[Crossing],
    common: &BTreeMap<(ChainId, Asset), Common>,
    limits: Limits,
) -> Vec<Pairing> {
    let mut pairings: Vec<Pairing> = by_id(deposits, withdrawals);
    let taken: BTreeSet<usize> = pairings
        .iter()
        .filter_map(|pairing| match pairing {
            Pairing::Paired(withdrawal, _) => Some(*withdrawal),
            _ => None,
        })
        .collect();
    let mut by_asset: BTreeMap<u32, Vec<(usize, &Crossing, u8)>> = BTreeMap::new();
    for (index, withdrawal) in withdrawals.iter().enumerate() {
        if let Some(of) = common.get(&(withdrawal.chain, withdrawal.asset))
            && withdrawal.direction == Direction::Out
            && !taken.contains(&index)
        {
            let alike = by_asset.entry(of.number).or_default();
            alike.push((index, withdrawal, of.decimals));
        }
    }
    let fits = |deposit: &Crossing| -> Vec<usize> {
        let Some(of) = common.get(&(deposit.chain, deposit.asset)) else {
            return Vec::new();
        };
        let alike = by_asset.get(&of.number).into_iter().flatten();
        let fit = alike.filter(|(_, withdrawal, decimals)| {
            limits.fit(deposit, of.decimals, withdrawal, *decimals)
        });
        fit.map(|(index, ..)| *index).collect()
    };
    let mut fitting: Vec<Vec<usize>> = Vec::with_capacity(deposits.len());
    let mut wanted: BTreeMap<usize, usize> = BTreeMap::new();
    for (deposit, pairing) in deposits.iter().zip(&pairings) {
        let is_open = *pairing == Pairing::Unpaired && deposit.direction == Direction::In;
        let fit = if is_open { fits(deposit) } else { Vec::new() };
        for withdrawal in &fit {
            *wanted.entry(*withdrawal).or_default() += 1;
        }
        fitting.push(fit);
    }
    for (pairing, fit) in pairings.iter_mut().zip(fitting) {
        *pairing = match fit.as_slice() {
            [] => continue,
            [only] => match wanted.get(only).copied().unwrap_or(1) {
                1 => Pairing::Paired(*only, By::Fit),
                several => Pairing::Ambiguous(several),
            },
            several => Pairing::Ambiguous(several.len()),
        };
    }
    pairings
}

fn by_id(deposits: &[Crossing], withdrawals: &[Crossing]) -> Vec<Pairing> {
    let named = |all: &[Crossing], direction| {
        let mut by_id: BTreeMap<B256, Vec<usize>> = BTreeMap::new();
        for (index, crossing) in all.iter().enumerate() {
            let ids: BTreeSet<B256> = crossing.ids.iter().copied().collect();
            for id in ids.into_iter().filter(|_| crossing.direction == direction) {
                by_id.entry(id).or_default().push(index);
            }
        }
        by_id
    };
    let (ins, outs) = (
        named(deposits, Direction::In),
        named(withdrawals, Direction::Out),
    );
    let mut pairings = vec![Pairing::Unpaired; deposits.len()];
    for (id, deposit) in &ins {
        if let ([deposit], Some([withdrawal])) =
            (deposit.as_slice(), outs.get(id).map(Vec::as_slice))
            && let Some(pairing) = pairings.get_mut(*deposit)
        {
            *pairing = Pairing::Paired(*withdrawal, By::Id);
        }
    }
    pairings
}

impl Limits {
    fn fit(self, deposit: &Crossing, of: u8, withdrawal: &Crossing, to: u8) -> bool {
        let recipient = withdrawal.account;
        let is_recipient = deposit.account == recipient || deposit.named.contains(&recipient);
        (!self.recipient || is_recipient)
            && deposit.chain != withdrawal.chain
            && self.in_time(deposit.time, withdrawal.time)
            && self.amounts_fit((deposit.amount, of), (withdrawal.amount, to))
    }

    /// Whether one time is behind the other and near enough, or one of them is not known.
    pub(super) fn in_time(self, before: Option<u64>, after: Option<u64>) -> bool {
        let seconds = before
            .zip(after)
            .map(|(before, after)| after.checked_sub(before));
        seconds.is_none_or(|seconds| seconds.is_some_and(|seconds| seconds <= self.seconds_max))
    }

    /// Whether what was got can come of what was given, each with its decimals. Amounts too large
    /// to be compared do not fit.
    pub(super) fn amounts_fit(self, given: (U256, u8), got: (U256, u8)) -> bool {
        self.compare(given, got).unwrap_or(false)
    }

    fn compare(self, (given, of): (U256, u8), (got, to): (U256, u8)) -> Option<bool> {
        let million = U256::from(1_000_000);
        let scale = |decimals: u8| U256::from(10).checked_pow(U256::from(decimals));
        let given = given.checked_mul(scale(to)?)?;
        let got = got.checked_mul(scale(of)?)?.checked_mul(million)?;
        let share = |millionths: U256| given.checked_mul(millionths);
        let least = share(million.saturating_sub(U256::from(self.fee_max_millionths)))?;
        let most = share(million.saturating_add(U256::from(self.gain_max_millionths)))?;
        Some((least..=most).contains(&got))
    }
}
