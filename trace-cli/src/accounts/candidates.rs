//! Withdrawals from mixers that may be what was followed into them.

use std::collections::BTreeSet;

use heuristics::account::clustering::AccountClusters;
use heuristics::account::mixer::{Deposit, Reveal, Withdrawal};
use trace_core::model::account::{Address, B256};
use trace_core::taint::account::Seed;

use super::document::{
    Kind, Possible, PossibleDeposit, PossibleWithdrawal, Report, RevealEntry, SeedKind, SeedName,
};

/// The withdrawals that may be what a report followed into mixers: those that something gives
/// away, and the others of a pool where there are at most `candidates_max` behind the deposit.
pub(super) fn of(report: &Report, clusters: &AccountClusters, candidates_max: usize) -> Possible {
    let record = &clusters.found().record;
    let reveals = &clusters.found().reveals;
    let mixed = mixed(report);
    let deposits = record.deposits().iter();
    let deposits: Vec<&Deposit> = deposits
        .filter(|deposit| mixed.contains(&(deposit.pool.to_string(), deposit.hash)))
        .collect();
    let mut told = Vec::new();
    let mut followed: BTreeSet<usize> = BTreeSet::new();
    for deposit in &deposits {
        let withdrawals = (0..).zip(record.withdrawals());
        let candidates = withdrawals.filter(|(_, withdrawal)| {
            withdrawal.pool == deposit.pool && withdrawal.position > deposit.position
        });
        let candidates: Vec<(usize, &Withdrawal)> = candidates.collect();
        let is_revealed = |withdrawal: &Withdrawal| {
            let mut reveals = revealing(reveals, withdrawal);
            reveals.any(|reveal| reveal.from == deposit.from)
        };
        let revealed: Vec<usize> = candidates
            .iter()
            .filter(|(_, withdrawal)| is_revealed(withdrawal))
            .map(|(index, _)| *index)
            .collect();
        let all_followed = candidates.len() <= candidates_max;
        told.push(PossibleDeposit {
            transaction: deposit.hash.to_string(),
            height: deposit.position.height,
            pool: deposit.pool.to_string(),
            from: deposit.from.to_string(),
            candidates: candidates.len(),
            revealed: revealed.len(),
            all_followed,
        });
        followed.extend(revealed);
        if all_followed {
            followed.extend(candidates.iter().map(|(index, _)| *index));
        }
    }
    let froms: BTreeSet<Address> = deposits.iter().map(|deposit| deposit.from).collect();
    let withdrawals = followed.iter().filter_map(|index| {
        let withdrawal = record.withdrawals().get(*index)?;
        let reveals = revealing(reveals, withdrawal);
        let reveals = reveals.filter(|reveal| froms.contains(&reveal.from));
        Some(PossibleWithdrawal {
            transaction: withdrawal.hash.to_string(),
            height: withdrawal.position.height,
            pool: withdrawal.pool.to_string(),
            to: withdrawal.to.to_string(),
            relayer: withdrawal.relayer.map(|relayer| relayer.to_string()),
            among: record.among(withdrawal),
            reveals: reveals.map(entry).collect(),
        })
    });
    Possible {
        statement: Possible::STATEMENT,
        deposits: told,
        withdrawals: withdrawals.collect(),
        followed: None,
    }
}

/// The withdrawals as seeds.
pub(super) fn seeds(possible: &Possible) -> (Vec<Seed>, Vec<SeedName>) {
    let hashes = possible.withdrawals.iter();
    // One transaction may take out several.
    let hashes: BTreeSet<(u32, &str)> = hashes
        .map(|withdrawal| (withdrawal.height, withdrawal.transaction.as_str()))
        .collect();
    let seeds = hashes.into_iter().filter_map(|(_, text)| {
        let name = SeedName {
            text: text.to_owned(),
            kind: SeedKind::Transaction,
        };
        Some((Seed::Transaction(super::seeds::hash(text)?), name))
    });
    seeds.unzip()
}

/// The mixers that a report followed value into, and by which transactions.
fn mixed(report: &Report) -> BTreeSet<(String, B256)> {
    let places = report.destinations.iter();
    let mixes = places.filter(|place| place.kind == Kind::Mix);
    let mixes = mixes.filter_map(|place| {
        let step = place.step()?;
        Some((step.party.address.clone(), step.arrival?.hash))
    });
    mixes.collect()
}

fn revealing<'a>(
    reveals: &'a [Reveal],
    withdrawal: &'a Withdrawal,
) -> impl Iterator<Item = &'a Reveal> {
    let is_of = move |reveal: &&Reveal| {
        reveal.withdrawal.hash == withdrawal.hash && reveal.pools.contains(&withdrawal.pool)
    };
    reveals.iter().filter(is_of)
}

fn entry(reveal: &Reveal) -> RevealEntry {
    RevealEntry {
        rule: reveal.rule.into(),
        from: reveal.from.to_string(),
        left: reveal.left,
        confidence: reveal.confidence.to_string(),
    }
}
