//! All policies side by side.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{
    Amount, AsOf, Conditions, Conservation, Destination, GapNote, Kind, LabelEntry, LimitNote,
    Report, Seed, Totals,
};

/// The answer of `trace follow --compare` and `trace back --compare`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Comparison {
    pub(crate) schema: &'static str,
    pub(crate) program: &'static str,
    /// `forward` or `back`.
    pub(crate) direction: &'static str,
    pub(crate) as_of: AsOf,
    pub(crate) conditions: Conditions,
    pub(crate) policies: Vec<UnderPolicy>,
    /// Every destination under any policy, in the order of the chain.
    pub(crate) destinations: Vec<Compared>,
    pub(crate) labels: Vec<LabelEntry>,
}

/// What is said under one policy.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct UnderPolicy<T = Totals> {
    pub(crate) policy: &'static str,
    pub(crate) totals: T,
    pub(crate) conservation: Conservation,
    pub(crate) seeds: Vec<SeedTotals<T>>,
    pub(crate) gaps: Vec<GapNote>,
    pub(crate) limits_hit: Vec<LimitNote>,
    pub(crate) transactions_visited: u64,
}

/// Where one seed ended under one policy.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SeedTotals<T = Totals> {
    pub(crate) seed: String,
    pub(crate) totals: T,
}

/// One place, and how much each policy says is there.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Compared {
    pub(crate) kind: Kind,
    pub(crate) address: Option<String>,
    pub(crate) outpoint: Option<String>,
    /// The fee's transaction, the mix, or the coinbase.
    pub(crate) transaction: Option<String>,
    pub(crate) height: Option<u32>,
    pub(crate) cluster: Option<String>,
    pub(crate) label: Option<String>,
    pub(crate) amounts: Amounts,
}

/// Amounts in the order of the policies.
#[derive(Clone, Debug)]
pub(crate) struct Amounts<A = Amount>(pub(crate) Vec<(&'static str, A)>);

impl Comparison {
    /// Puts the answers under several policies to the same question side by side; `None` if
    /// there is none.
    pub(crate) fn of(reports: &[Report]) -> Option<Self> {
        let first = reports.first()?;
        let mut places: BTreeMap<_, Compared> = BTreeMap::new();
        let mut labels: BTreeMap<_, LabelEntry> = BTreeMap::new();
        for report in reports {
            for place in &report.destinations {
                let none = || Compared::without_amounts(place, reports);
                let row = places.entry(place.order).or_insert_with(none);
                row.amounts.add(report.policy, place.amount);
            }
            for entry in &report.labels {
                labels.insert((entry.list.clone(), entry.line), entry.clone());
            }
        }
        Some(Self {
            schema: "trace/compare/1",
            program: first.program,
            direction: first.direction_name(),
            as_of: first.as_of.clone(),
            conditions: first.conditions.clone(),
            policies: reports.iter().map(UnderPolicy::of).collect(),
            destinations: places.into_values().collect(),
            labels: labels.into_values().collect(),
        })
    }
}

impl Comparison {
    /// What value did: it went, or it came.
    pub(crate) fn verb(&self) -> &'static str {
        if self.direction == "back" {
            "came from"
        } else {
            "went"
        }
    }
}

impl UnderPolicy {
    fn of(report: &Report) -> Self {
        let seed = |seed: &Seed| SeedTotals {
            seed: seed.seed.clone(),
            totals: seed.totals.clone(),
        };
        Self {
            policy: report.policy,
            totals: report.totals.clone(),
            conservation: report.conservation,
            seeds: report.seeds.iter().map(seed).collect(),
            gaps: report.gaps.clone(),
            limits_hit: report.limits_hit.clone(),
            transactions_visited: report.transactions_visited,
        }
    }
}

impl Compared {
    fn without_amounts(place: &Destination, reports: &[Report]) -> Self {
        let policies = reports.iter().map(|report| report.policy);
        Self {
            kind: place.kind,
            address: place.party().map(|party| party.address.clone()),
            outpoint: place.outpoint(),
            transaction: place.transaction.map(|txid| txid.to_string()),
            height: place.height,
            cluster: place.party().and_then(|party| party.cluster.clone()),
            label: place.label.clone(),
            amounts: Amounts::none(policies),
        }
    }
}

impl<A: Copy + Default + std::iter::Sum> Amounts<A> {
    /// Nothing yet under any policy.
    pub(crate) fn none(policies: impl Iterator<Item = &'static str>) -> Self {
        Self(policies.map(|policy| (policy, A::default())).collect())
    }

    pub(crate) fn add(&mut self, policy: &str, amount: A) {
        for (known, sum) in &mut self.0 {
            if *known == policy {
                *sum = [*sum, amount].into_iter().sum();
            }
        }
    }
}

impl<A: Serialize> Serialize for Amounts<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (policy, amount) in &self.0 {
            map.serialize_entry(policy, amount)?;
        }
        map.end()
    }
}
