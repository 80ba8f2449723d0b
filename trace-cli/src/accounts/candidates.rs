//! Withdrawals from mixers that may be what was followed into them.

use std::collections::{BTreeMap, BTreeSet};

use heuristics::account::clustering::AccountClusters;
use heuristics::account::mixer::{
    Deposit, Reveal, Withdrawal, address_match, linked_addresses, multi_denomination, torn_mining,
    unique_gas_price,
};
use trace_core::claim::Rule;
use trace_core::label::{Label, Labels};
use trace_core::model::Position;
use trace_core::model::account::{Address, B256};
use trace_core::taint::account::Seed;

use super::document::{Possible, Report};
use crate::document::{Kind, PossibleDeposit, PossibleWithdrawal, RevealEntry, SeedKind, SeedName};

/// The rules that may give a withdrawal away.
const GIVE_AWAY: [Rule; 5] = [
    address_match::RULE,
    unique_gas_price::RULE,
    linked_addresses::RULE,
    multi_denomination::RULE,
    torn_mining::RULE,
];

/// The withdrawals that may be what a report followed into mixers: those that something gives
/// away, and the others of a pool where there are at most `candidates_max` behind the deposit.
pub(super) fn of(report: &Report, clusters: &AccountClusters, candidates_max: usize) -> Possible {
    let record = &clusters.found().record;
    let index = Index::of(clusters);
    let mixed = mixed(report);
    let deposits = record.deposits().iter();
    let deposits: Vec<&Deposit> = deposits
        .filter(|deposit| mixed.contains(&(deposit.pool.to_string(), deposit.hash)))
        .collect();
    let mut told = Vec::new();
    let mut followed: BTreeSet<usize> = BTreeSet::new();
    for deposit in &deposits {
        let candidates = index.behind(deposit);
        let revealed = index.revealed(deposit);
        let is_untold = |(_, number): &&(Position, usize)| {
            let withdrawal = record.withdrawals().get(*number);
            withdrawal.is_some_and(|it| index.untold.contains(&it.hash))
        };
        let all_followed = candidates.len() <= candidates_max;
        told.push(PossibleDeposit {
            transaction: deposit.hash.to_string(),
            height: deposit.position.height,
            pool: deposit.pool.to_string(),
            from: deposit.from.to_string(),
            candidates: candidates.len(),
            revealed: revealed.len(),
            untold: candidates.iter().filter(is_untold).count(),
            all_followed,
        });
        followed.extend(revealed);
        if all_followed {
            followed.extend(candidates.iter().map(|(_, number)| *number));
        }
    }
    let froms: BTreeSet<Address> = deposits.iter().map(|deposit| deposit.from).collect();
    let withdrawals = followed.iter().filter_map(|number| {
        let withdrawal = record.withdrawals().get(*number)?;
        let reveals = index.reveals_of(withdrawal);
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

/// Withdrawals by pool, and what gives them away.
struct Index<'a> {
    /// Their places and numbers, in the order of the chain.
    by_pool: BTreeMap<Address, Vec<(Position, usize)>>,
    numbers: BTreeMap<(B256, Address), usize>,
    by_depositor: BTreeMap<Address, Vec<&'a Reveal>>,
    by_withdrawal: BTreeMap<B256, Vec<&'a Reveal>>,
    /// Transactions about which a rule that gives withdrawals away could not tell.
    untold: BTreeSet<B256>,
}

impl<'a> Index<'a> {
    fn of(clusters: &'a AccountClusters) -> Self {
        let unknown = clusters.found().unknown.iter();
        let unknown = unknown.filter(|it| GIVE_AWAY.contains(&it.rule));
        let mut index = Self {
            untold: unknown.map(|it| it.transaction).collect(),
            by_pool: BTreeMap::new(),
            numbers: BTreeMap::new(),
            by_depositor: BTreeMap::new(),
            by_withdrawal: BTreeMap::new(),
        };
        let withdrawals = clusters.found().record.withdrawals().iter();
        for (
            number,
            Withdrawal {
                pool,
                hash,
                position,
                ..
            },
        ) in withdrawals.enumerate()
        {
            let of_pool = index.by_pool.entry(*pool).or_default();
            of_pool.push((*position, number));
            index.numbers.insert((*hash, *pool), number);
        }
        for reveal in &clusters.found().reveals {
            index
                .by_depositor
                .entry(reveal.from)
                .or_default()
                .push(reveal);
            let hash = reveal.withdrawal.hash;
            index.by_withdrawal.entry(hash).or_default().push(reveal);
        }
        index
    }

    /// The withdrawals of a deposit's pool behind it.
    fn behind(&self, deposit: &Deposit) -> &[(Position, usize)] {
        let of_pool = self
            .by_pool
            .get(&deposit.pool)
            .map_or(&[][..], Vec::as_slice);
        let first = of_pool.partition_point(|(position, _)| *position <= deposit.position);
        of_pool.get(first..).unwrap_or_default()
    }

    /// Those of them that something ties to whoever made the deposit.
    fn revealed(&self, deposit: &Deposit) -> BTreeSet<usize> {
        let reveals = self.by_depositor.get(&deposit.from).into_iter().flatten();
        let behind = reveals.filter(|reveal| reveal.withdrawal.position > deposit.position);
        behind
            .filter_map(|reveal| self.numbers.get(&(reveal.withdrawal.hash, deposit.pool)))
            .copied()
            .collect()
    }

    fn reveals_of(&self, withdrawal: &Withdrawal) -> impl Iterator<Item = &'a Reveal> {
        let pool = withdrawal.pool;
        let reveals = self
            .by_withdrawal
            .get(&withdrawal.hash)
            .into_iter()
            .flatten();
        reveals
            .copied()
            .filter(move |reveal| reveal.pools.contains(&pool))
    }
}

/// Makes labels of the pools that a walk over the chain recognised, so that following stops there
/// and says why.
pub(super) fn name_pools(labels: &mut Labels<Address>, clusters: &AccountClusters) {
    for pool in &clusters.found().pools {
        if labels.of(&pool.address).is_empty() {
            labels.add(Label {
                address: pool.address,
                name: "a contract that speaks as a mixer".to_owned(),
                categories: vec!["mixer".to_owned()],
                actor: None,
                source: "its events, by the rules for mixers".to_owned(),
                confidence: None,
                last_modified: None,
                defines_cluster: false,
                list: "the chain".to_owned(),
                line: 0,
            });
        }
    }
}

fn entry(reveal: &Reveal) -> RevealEntry {
    RevealEntry {
        rule: reveal.rule.into(),
        from: reveal.from.to_string(),
        rests_on: reveal.transactions().map(|hash| hash.to_string()).collect(),
        left: reveal.left,
        confidence: reveal.confidence.to_string(),
    }
}
