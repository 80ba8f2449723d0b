//! All policies side by side, for a person.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use trace_core::taint::Direction;

use super::table::{Table, columns};
use super::{as_of, conditions, cut_off, labels, section, title, units, unknown, verb};
use crate::document::{Amount, Compared, Comparison, Kind, Totals, UnderPolicy, Unit};
use crate::wording::plain;

/// Writes a comparison.
///
/// # Errors
/// When the bytes cannot be written.
pub(in crate::export) fn comparison(
    comparison: &Comparison,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    // The last one: poison, the first, counts twice what two seeds name.
    let Some(last) = comparison.policies.last() else {
        return Ok(());
    };
    let verb = verb(comparison.direction);
    writeln!(to, "Where it {verb}, under every policy\n")?;
    as_of(&comparison.as_of, to)?;
    if !comparison.as_of.is_of_coins() {
        units(to)?;
    }
    seeds(last, to)?;
    let units = comparison.policies.iter();
    let units = units.flat_map(|under| under.totals.iter().map(|totals| totals.unit));
    for unit in units.collect::<BTreeSet<Unit>>() {
        totals(comparison, unit, to)?;
        places(comparison, unit, to)?;
    }
    section("Whether it adds up", to)?;
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
    let of_coins = comparison.as_of.is_of_coins();
    let held = comparison.policies.iter();
    let held = held.filter_map(|under| Some((under.policy, under.checks?.in_words())));
    let held: Vec<String> = held
        .map(|(policy, words)| format!("{policy}: {words}"))
        .collect();
    conditions(
        &comparison.conditions,
        of_coins,
        &held,
        comparison.program,
        to,
    )
}

fn seeds(under: &UnderPolicy, to: &mut dyn io::Write) -> io::Result<()> {
    section("Seeds", to)?;
    let mut table = Table::new(columns(["", "Seed", "Amount"]), &[0, 2]);
    for (number, seed) in (1..).zip(&under.seeds) {
        let amounts = seed.totals.iter();
        let amounts = amounts.filter(|totals| !totals.seeded.is_zero());
        let amounts = amounts.map(|totals| totals.unit.shown(totals.seeded));
        table.row([
            format!("{number}"),
            plain(&seed.seed),
            amounts.collect::<Vec<_>>().join("\n"),
        ]);
    }
    table.write(to)
}

fn header(comparison: &Comparison, before: &[&str]) -> (Vec<String>, Vec<usize>) {
    let mut header: Vec<String> = before.iter().map(|name| (*name).to_owned()).collect();
    let policies = comparison.policies.iter();
    header.extend(policies.map(|under| under.policy.to_owned()));
    let numbers = (before.len()..header.len()).collect();
    (header, numbers)
}

fn totals(comparison: &Comparison, unit: Unit, to: &mut dyn io::Write) -> io::Result<()> {
    section(&title(comparison.direction, unit), to)?;
    let (header, numbers) = header(comparison, &[""]);
    let mut table = Table::new(header, &numbers);
    let row = |name: &str, sum: &dyn Fn(&Totals) -> Amount| {
        let sums = comparison.policies.iter().map(|under| {
            let totals = under.totals.iter().find(|totals| totals.unit == unit);
            totals.map_or(Amount::default(), sum)
        });
        let sums: Vec<Amount> = sums.collect();
        let mut row = vec![name.to_owned()];
        row.extend(sums.iter().map(|sum| unit.number(*sum)));
        sums.iter().any(|sum| !sum.is_zero()).then_some(row)
    };
    for kind in Kind::all(comparison.direction) {
        if let Some(row) = row(comparison.words(*kind), &|totals| totals.of_kind(*kind)) {
            table.row(row);
        }
    }
    if let Some(row) = row("together", &Totals::placed) {
        table.row(row);
    }
    let exchanged = match comparison.direction {
        Direction::Forward => "of it received in exchange",
        Direction::Back => "of it given in exchange",
    };
    if let Some(row) = row(exchanged, &|totals| totals.received) {
        table.row(row);
    }
    table.write(to)
}

/// The kind, the name and the address of whoever holds something.
type Row<'a> = (Kind, Option<&'a str>, Option<&'a str>);

fn places(comparison: &Comparison, unit: Unit, to: &mut dyn io::Write) -> io::Result<()> {
    let mut holders: BTreeMap<Row<'_>, Vec<Amount>> = BTreeMap::new();
    let places = comparison.destinations.iter();
    for place in places.filter(|place| place.unit() == unit && place.kind.is_listed()) {
        let sums = holders.entry(holder(place)).or_default();
        sums.resize(comparison.policies.len(), Amount::default());
        for (sum, (_, amount)) in sums.iter_mut().zip(&place.amounts.0) {
            *sum = sum.plus(*amount);
        }
    }
    if holders.is_empty() {
        return Ok(());
    }
    section(&format!("By address and cluster, in {}", unit.name()), to)?;
    let (header, numbers) = header(comparison, &["", "Name, and address, cluster or mix"]);
    let mut table = Table::new(header, &numbers);
    for ((kind, name, address), sums) in holders {
        let called = [name, address].into_iter().flatten().map(plain);
        let mut row = vec![
            comparison.words(kind).to_owned(),
            called.collect::<Vec<_>>().join("\n"),
        ];
        row.extend(sums.into_iter().map(|sum| unit.number(sum)));
        table.row(row);
    }
    table.write(to)
}

fn holder(place: &Compared) -> Row<'_> {
    if let (Some(kind), Some(mix)) = (place.mix, place.transaction.as_deref()) {
        return (place.kind, Some(kind), Some(mix));
    }
    let called = place.label.as_deref().or(place.cluster_label.as_deref());
    let of_cluster = place.cluster.as_deref().or(place.address.as_deref());
    (place.kind, called, of_cluster)
}
