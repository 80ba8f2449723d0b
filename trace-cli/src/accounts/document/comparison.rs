//! All policies side by side.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Amount, Conditions, Destination, Kind, Report, Totals};
use crate::document::{Amounts, AsOf, LabelEntry, SeedTotals, UnderPolicy};
use trace_core::model::account::Asset;

/// The answer of `trace follow --compare`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Comparison {
    pub(crate) schema: &'static str,
    pub(crate) program: &'static str,
    /// `forward` or `back`.
    pub(crate) direction: &'static str,
    pub(crate) as_of: AsOf,
    pub(crate) conditions: Conditions,
    pub(crate) policies: Vec<UnderPolicy<Vec<Totals>>>,
    /// Every place under any policy, in the order of the chain.
    pub(crate) destinations: Vec<Compared>,
    pub(crate) labels: Vec<LabelEntry>,
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
    #[serde(serialize_with = "super::cluster::as_text")]
    pub(crate) asset: Asset,
    pub(crate) chain: String,
    pub(crate) amounts: Amounts<Amount>,
}

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
                let row = places.entry(place.order()).or_insert_with(none);
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
            policies: reports.iter().map(under).collect(),
            destinations: places.into_values().collect(),
            labels: labels.into_values().collect(),
        })
    }
}

fn under(report: &Report) -> UnderPolicy<Vec<Totals>> {
    let seeds = report.seeds.iter().map(|seed| SeedTotals {
        seed: seed.seed.clone(),
        totals: seed.totals.clone(),
    });
    UnderPolicy {
        policy: report.policy,
        totals: report.totals.clone(),
        conservation: report.conservation,
        seeds: seeds.collect(),
        gaps: report.gaps.clone(),
        limits_hit: report.limits_hit.clone(),
        transactions_visited: report.transactions_visited,
    }
}

impl Compared {
    fn without_amounts(place: &Destination, reports: &[Report]) -> Self {
        let policies = reports.iter().map(|report| report.policy);
        let arrival = place.step().and_then(|step| step.arrival);
        Self {
            kind: place.kind,
            address: place.party().map(|party| party.address.clone()),
            arrival: arrival.map(|arrival| arrival.to_string()),
            transaction: place.hash().map(|hash| hash.to_string()),
            height: place.height(),
            cluster: place.party().and_then(|party| party.cluster.clone()),
            label: place.label.clone(),
            asset: place.asset(),
            chain: place.chain.to_string(),
            amounts: Amounts::none(policies),
        }
    }
}
