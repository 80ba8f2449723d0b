//! All policies side by side, for a person.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use trace_core::model::account::Asset;
use trace_core::taint::Direction;

use super::super::super::document::{Amount, Compared, Comparison, Kind, shown};
use super::super::super::wording;
use super::{Totals, conditions, is_listed};
use crate::document::UnderPolicy;
use crate::export::text::table::Table;
use crate::export::text::{as_of, cut_off, labels, section, unknown};
use crate::wording::plain;

/// What is said under one policy.
type Under = UnderPolicy<Vec<Totals>>;

/// Writes a comparison.
///
/// # Errors
/// When the bytes cannot be written.
pub(in crate::accounts::export) fn comparison(
    comparison: &Comparison,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let verb = match comparison.direction {
        "back" => "came from",
        _ => "went",
    };
    writeln!(to, "Where it {verb}, under every policy\n")?;
    as_of(&comparison.as_of, to)?;
    let assets: BTreeSet<Asset> = comparison
        .policies
        .iter()
        .flat_map(|under| under.totals.iter().map(|totals| totals.asset))
        .collect();
    for asset in assets {
        totals(comparison, asset, to)?;
        places(comparison, asset, to)?;
    }
    let mut statements: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for under in &comparison.policies {
        let policies = statements.entry(under.conservation.statement).or_default();
        policies.push(under.policy);
    }
    for (statement, policies) in statements {
        writeln!(to, "{}: {statement}", policies.join(", "))?;
    }
    labels(&comparison.labels, to)?;
    let gaps: BTreeSet<_> = comparison
        .policies
        .iter()
        .flat_map(|under| &under.gaps)
        .map(|gap| (gap.at.as_str(), gap.why))
        .collect();
    unknown(gaps.into_iter(), to)?;
    let limits: BTreeSet<_> = comparison
        .policies
        .iter()
        .flat_map(|under| &under.limits_hit)
        .map(|limit| limit.meaning)
        .collect();
    cut_off(limits.into_iter(), to)?;
    conditions(&comparison.conditions, comparison.program, to)
}

fn header(comparison: &Comparison, before: &[&str]) -> (Vec<String>, Vec<usize>) {
    let mut header: Vec<String> = before.iter().map(|name| (*name).to_owned()).collect();
    let policies = comparison.policies.iter();
    header.extend(policies.map(|under| under.policy.to_owned()));
    let numbers = (before.len()..header.len()).collect();
    (header, numbers)
}

fn totals(comparison: &Comparison, asset: Asset, to: &mut dyn io::Write) -> io::Result<()> {
    let verb = match comparison.direction {
        "back" => "came from",
        _ => "is",
    };
    section(&format!("Where it {verb}, in {asset}"), to)?;
    let (header, numbers) = header(comparison, &[""]);
    let mut table = Table::new(header, &numbers);
    let row = |name: &str, sum: &dyn Fn(&Under) -> Amount| {
        let sums: Vec<Amount> = comparison.policies.iter().map(sum).collect();
        let mut row = vec![name.to_owned()];
        row.extend(sums.iter().map(|sum| shown(*sum, asset)));
        sums.iter().any(|sum| !sum.is_zero()).then_some(row)
    };
    let direction = match comparison.direction {
        "back" => Direction::Back,
        _ => Direction::Forward,
    };
    for kind in Kind::all(direction) {
        let sum = |under: &Under| {
            let totals = under.totals.iter().find(|totals| totals.asset == asset);
            let mut sums = totals.into_iter().flat_map(Totals::by_kind);
            let sum = sums.find(|(known, _)| *known == kind);
            sum.map_or(Amount::default(), |(_, sum)| *sum)
        };
        if let Some(row) = row(wording::kind(kind), &sum) {
            table.row(row);
        }
    }
    let together = |under: &Under| {
        let totals = under.totals.iter().filter(|totals| totals.asset == asset);
        totals.map(Totals::placed).sum()
    };
    if let Some(row) = row("together", &together) {
        table.row(row);
    }
    table.write(to)
}

/// The kind, the name and the address of whoever holds something.
type Row<'a> = (Kind, Option<&'a str>, Option<&'a str>);

fn places(comparison: &Comparison, asset: Asset, to: &mut dyn io::Write) -> io::Result<()> {
    let mut holders: BTreeMap<Row<'_>, Vec<Amount>> = BTreeMap::new();
    let places = comparison.destinations.iter();
    for place in places.filter(|place| place.asset == asset && is_listed(place.kind)) {
        let sums = holders.entry(holder(place)).or_default();
        sums.resize(comparison.policies.len(), Amount::default());
        for (sum, (_, amount)) in sums.iter_mut().zip(&place.amounts.0) {
            *sum = sum.plus(*amount);
        }
    }
    if holders.is_empty() {
        return Ok(());
    }
    let (header, numbers) = header(comparison, &["", "Name, and account or cluster"]);
    let mut table = Table::new(header, &numbers);
    for ((kind, name, address), sums) in holders {
        let called = [name, address].into_iter().flatten().map(plain);
        let mut row = vec![
            wording::kind(kind).to_owned(),
            called.collect::<Vec<_>>().join("\n"),
        ];
        row.extend(sums.into_iter().map(|sum| shown(sum, asset)));
        table.row(row);
    }
    table.write(to)
}

fn holder(place: &Compared) -> Row<'_> {
    let of_cluster = place.cluster.as_deref().or(place.address.as_deref());
    (place.kind, place.label.as_deref(), of_cluster)
}
