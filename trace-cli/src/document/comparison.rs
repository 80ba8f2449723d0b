//! All policies side by side.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use trace_core::model::Chain;
use trace_core::model::account::Asset;
use trace_core::taint::Direction;

use super::{
    Amount, AsOf, Conditions, Conservation, Destination, GapNote, Kind, LabelEntry, LimitNote,
    Report, Seed, Shown, Stage, Totals, TrailChecks, Unit,
};

/// The answer of `trace follow --compare` and `trace back --compare`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Comparison {
    pub(crate) schema: &'static str,
    pub(crate) program: &'static str,
    /// `forward` or `back`.
    #[serde(rename = "direction")]
    direction_name: &'static str,
    #[serde(skip)]
    pub(crate) direction: Direction,
    pub(crate) as_of: AsOf,
    pub(crate) conditions: Conditions,
    pub(crate) policies: Vec<UnderPolicy>,
    /// Every destination under any policy, in the order of the chain.
    pub(crate) destinations: Vec<Compared>,
    pub(crate) labels: Vec<LabelEntry>,
}

/// What is said under one policy.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct UnderPolicy {
    pub(crate) policy: &'static str,
    /// One for each asset, ascending.
    pub(crate) totals: Vec<Totals>,
    pub(crate) conservation: Conservation,
    pub(crate) seeds: Vec<SeedTotals>,
    pub(crate) gaps: Vec<GapNote>,
    pub(crate) limits_hit: Vec<LimitNote>,
    pub(crate) transactions_visited: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) checks: Option<TrailChecks>,
}

/// Where one seed ended under one policy.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SeedTotals {
    pub(crate) seed: String,
    pub(crate) totals: Vec<Totals>,
}

/// One place, and how much each policy says is there.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Compared {
    pub(crate) kind: Kind,
    pub(crate) address: Option<String>,
    pub(crate) arrival: Option<String>,
    /// The transaction in which it ended.
    pub(crate) transaction: Option<String>,
    pub(crate) height: Option<u32>,
    pub(crate) cluster: Option<String>,
    pub(crate) label: Option<String>,
    pub(crate) cluster_label: Option<String>,
    /// The kind of mix.
    pub(crate) mix: Option<&'static str>,
    pub(crate) asset: Shown<Asset>,
    pub(crate) chain: Shown<Chain>,
    pub(crate) amounts: Amounts,
}

/// Amounts in the order of the policies.
#[derive(Clone, Debug)]
pub(crate) struct Amounts(pub(crate) Vec<(&'static str, Amount)>);

impl Comparison {
    /// Puts the answers under several policies to the same question side by side; `None` if
    /// there is none.
    pub(crate) fn of<S: Stage>(reports: &[Report<S>]) -> Option<Self> {
        let first = reports.first()?;
        let mut places: BTreeMap<_, Compared> = BTreeMap::new();
        let mut labels: BTreeMap<_, LabelEntry> = BTreeMap::new();
        for report in reports {
            for place in &report.destinations {
                let none = || Compared::without_amounts(place, reports);
                let row = places.entry(S::order(place)).or_insert_with(none);
                row.amounts.add(report.policy, place.amount);
            }
            for entry in &report.labels {
                labels.insert((entry.list.clone(), entry.line), entry.clone());
            }
        }
        Some(Self {
            schema: "trace/compare/2",
            program: first.program,
            direction_name: first.direction_name(),
            direction: first.direction,
            as_of: first.as_of.clone(),
            conditions: first.conditions.clone(),
            policies: reports.iter().map(UnderPolicy::of).collect(),
            destinations: places.into_values().collect(),
            labels: labels.into_values().collect(),
        })
    }
}

impl Comparison {
    /// What sort of place a kind is, for a person.
    pub(crate) fn words(&self, kind: Kind) -> &'static str {
        crate::wording::kind(kind, self.direction, self.as_of.is_of_coins())
    }
}

impl UnderPolicy {
    fn of<S: Stage>(report: &Report<S>) -> Self {
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
            checks: report.checks,
        }
    }
}

impl Compared {
    fn without_amounts<S: Stage>(place: &Destination<S>, reports: &[Report<S>]) -> Self {
        let policies = reports.iter().map(|report| report.policy);
        let Unit { asset, chain } = place.unit();
        let party = place.party();
        let of_cluster = party.and_then(|party| party.cluster_label.as_ref());
        Self {
            kind: place.kind,
            address: party.map(|party| party.address.clone()),
            arrival: place.arrival().map(|arrival| arrival.to_string()),
            transaction: place.hash().map(|hash| hash.to_string()),
            height: place.height(),
            cluster: party.and_then(|party| party.cluster.clone()),
            label: place.label.clone(),
            cluster_label: of_cluster.map(|(_, name)| name.clone()),
            mix: place.mix,
            asset: Shown(asset),
            chain: Shown(chain),
            amounts: Amounts(policies.map(|policy| (policy, Amount::default())).collect()),
        }
    }

    pub(crate) fn unit(&self) -> Unit {
        let (Shown(asset), Shown(chain)) = (self.asset, self.chain);
        Unit { asset, chain }
    }
}

impl Amounts {
    fn add(&mut self, policy: &str, amount: Amount) {
        for (known, sum) in &mut self.0 {
            if *known == policy {
                *sum = sum.plus(amount);
            }
        }
    }
}

impl Serialize for Amounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (policy, amount) in &self.0 {
            map.serialize_entry(policy, amount)?;
        }
        map.end()
    }
}
