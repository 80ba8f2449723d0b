//! Multi-denomination: somebody takes out of several pools just as often as one account put in.
//!
//! *Tutela*, reveal 4; Wang et al., *On how zero-knowledge proof blockchain mixers improve, and
//! worsen user privacy* (arXiv 2201.09035) has a like one. An account's portfolio is how often it
//! put into each pool, and a recipient's how often it took out of each. A recipient of two pools
//! or more is matched with every account that has the same portfolio and could have paid for it:
//! in each pool its first deposit was before the first withdrawal, the second before the second,
//! and so on.
//!
//! It depends on all deposits and withdrawals up to the tip: what comes later may end a match.
//! Small portfolios (once into each of two pools) match by accident; `transactions_min` asks for
//! more. Whoever spreads over several accounts is missed. Where more accounts fit than
//! `candidates_max` it cannot tell.

use std::collections::{BTreeMap, BTreeSet};

use trace_core::claim::{Reason, Rule};
use trace_core::model::Position;
use trace_core::model::account::{Address, B256};

use super::{Deposit, Record, Reveal, Revealed, Withdrawal};
use crate::account::Confidence;

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "mixer-multi-denomination",
    version: 2,
};

/// What counts as a portfolio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Different pools.
    pub pools_min: usize,
    /// Deposits in all.
    pub transactions_min: usize,
    /// Accounts with one portfolio above which it cannot tell.
    pub candidates_max: usize,
}

impl Default for Limits {
    /// Two pools and no more deposits than that (*Tutela*), one candidate.
    fn default() -> Self {
        Self {
            pools_min: 2,
            transactions_min: 2,
            candidates_max: 1,
        }
    }
}

/// By pool, ascending.
type Portfolio<'a, T> = BTreeMap<Address, Vec<&'a T>>;

/// Every recipient with those who put in what it took out, ordered by its last withdrawal.
pub fn reveals(record: &Record, limits: Limits) -> Revealed {
    let put_in = portfolios(record.deposits(), |deposit| (deposit.from, deposit.pool));
    let taken = portfolios(record.withdrawals(), |taken| (taken.to, taken.pool));
    let mut alike: BTreeMap<Vec<(Address, usize)>, Vec<Address>> = BTreeMap::new();
    for (account, portfolio) in &put_in {
        let of_shape = alike.entry(shape(portfolio)).or_default();
        of_shape.push(*account);
    }
    let mut revealed = Revealed::default();
    let mut unknown = Vec::new();
    for portfolio in taken.values() {
        let count: usize = portfolio.values().map(Vec::len).sum();
        if portfolio.len() < limits.pools_min || count < limits.transactions_min {
            continue;
        }
        let candidates = alike.get(&shape(portfolio)).into_iter().flatten();
        let candidates = candidates.filter_map(|account| put_in.get(account));
        let fit: Vec<_> = candidates
            .filter(|put_in| could_pay(put_in, portfolio))
            .collect();
        if fit.len() <= limits.candidates_max {
            let each = fit
                .iter()
                .filter_map(|put_in| reveal(record, put_in, portfolio, fit.len()));
            revealed.reveals.extend(each);
        } else if let Some(last) = last(portfolio) {
            unknown.push((last.position, last.hash));
        }
    }
    unknown.sort_unstable();
    let unknown = unknown.into_iter();
    revealed.unknown = unknown
        .map(|(_, hash)| (hash, Reason::LimitReached))
        .collect();
    revealed.reveals.sort_by_key(Reveal::position);
    revealed
}

/// The last withdrawal of a portfolio.
fn last<'a>(taken: &Portfolio<'a, Withdrawal>) -> Option<&'a Withdrawal> {
    let all = taken.values().flatten().copied();
    all.max_by_key(|withdrawal| withdrawal.position)
}

/// The transactions of a portfolio, in chain order, each once.
fn hashes<T>(portfolio: &Portfolio<'_, T>, of: impl Fn(&T) -> (Position, B256)) -> Vec<B256> {
    let placed: BTreeSet<(Position, B256)> =
        portfolio.values().flatten().map(|one| of(one)).collect();
    placed.into_iter().map(|(_, hash)| hash).collect()
}

fn portfolios<T>(
    all: &[T],
    of: impl Fn(&T) -> (Address, Address),
) -> BTreeMap<Address, Portfolio<'_, T>> {
    let mut portfolios: BTreeMap<Address, Portfolio<'_, T>> = BTreeMap::new();
    for one in all {
        let (account, pool) = of(one);
        let portfolio = portfolios.entry(account).or_default();
        portfolio.entry(pool).or_default().push(one);
    }
    portfolios
}

fn shape<T>(portfolio: &Portfolio<'_, T>) -> Vec<(Address, usize)> {
    let counts = portfolio.iter().map(|(pool, all)| (*pool, all.len()));
    counts.collect()
}

fn could_pay(put_in: &Portfolio<'_, Deposit>, taken: &Portfolio<'_, Withdrawal>) -> bool {
    let pools = put_in.values().zip(taken.values());
    let mut pairs = pools.flat_map(|(deposits, withdrawals)| deposits.iter().zip(withdrawals));
    pairs.all(|(deposit, withdrawal)| deposit.position < withdrawal.position)
}

fn reveal(
    record: &Record,
    put_in: &Portfolio<'_, Deposit>,
    taken: &Portfolio<'_, Withdrawal>,
    candidates: usize,
) -> Option<Reveal> {
    let last = last(taken)?;
    let deposit = put_in.get(&last.pool)?.last()?;
    let rule = (RULE, Confidence::thousandths(500));
    Some(Reveal {
        pools: taken.keys().copied().collect(),
        deposits: hashes(put_in, |deposit| (deposit.position, deposit.hash)),
        withdrawals: hashes(taken, |withdrawal| (withdrawal.position, withdrawal.hash)),
        ..Reveal::new(rule, record, deposit, last, candidates)
    })
}
