//! All policies side by side, for a person.

use std::collections::BTreeMap;
use std::io;

use super::table::Table;
use super::{as_of, conditions, cut_off, labels, section, unknown};
use crate::document::{Amount, Compared, Comparison, Kind, UnderPolicy};
use crate::wording::{self, plain};

/// Writes a comparison.
///
/// # Errors
/// When the bytes cannot be written.
pub(in crate::export) fn comparison(
    comparison: &Comparison,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    // The last one: poison, the first, counts an output twice that two seeds name.
    let Some(last) = comparison.policies.last() else {
        return Ok(());
    };
    let (seeded, verb) = (last.totals.seeded.btc(), comparison.verb());
    writeln!(to, "Where {seeded} BTC {verb}, under every policy\n")?;
    as_of(&comparison.as_of, to)?;
    section("Seeds", to)?;
    for seed in &last.seeds {
        writeln!(
            to,
            "{}  {} BTC",
            plain(&seed.seed),
            seed.totals.seeded.btc()
        )?;
    }
    totals(comparison, to)?;
    places(comparison, to)?;
    labels(&comparison.labels, to)?;
    let gaps: std::collections::BTreeSet<_> = comparison
        .policies
        .iter()
        .flat_map(|under| &under.gaps)
        .map(|gap| (gap.at.as_str(), gap.why))
        .collect();
    unknown(gaps.into_iter(), to)?;
    let limits: std::collections::BTreeSet<_> = comparison
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

fn totals(comparison: &Comparison, to: &mut dyn io::Write) -> io::Result<()> {
    section("Where it is, in BTC", to)?;
    let (header, numbers) = header(comparison, &[""]);
    let mut table = Table::new(header, &numbers);
    let kinds = comparison
        .policies
        .first()
        .map(|under| under.totals.by_kind());
    for (index, (kind, _)) in kinds.into_iter().flatten().enumerate() {
        let sum = |under: &UnderPolicy| {
            let sum = under.totals.by_kind().get(index);
            sum.map_or(Amount::default(), |(_, sum)| *sum)
        };
        let sums: Vec<Amount> = comparison.policies.iter().map(sum).collect();
        if sums.iter().any(|sum| *sum > Amount::default()) {
            let mut row = vec![wording::kind(*kind).to_owned()];
            row.extend(sums.iter().map(|sum| shown(*sum)));
            table.row(row);
        }
    }
    let mut last = vec!["together".to_owned()];
    let sums = comparison
        .policies
        .iter()
        .map(|under| under.totals.placed());
    last.extend(sums.map(shown));
    table.row(last);
    table.write(to)?;
    let mut statements: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for under in &comparison.policies {
        let policies = statements.entry(under.conservation.statement).or_default();
        policies.push(under.policy);
    }
    for (statement, policies) in statements {
        writeln!(to, "{}: {statement}", policies.join(", "))?;
    }
    Ok(())
}

/// The kind, the name and the address of whoever holds something.
type Row<'a> = (Kind, Option<&'a str>, Option<&'a str>);

fn places(comparison: &Comparison, to: &mut dyn io::Write) -> io::Result<()> {
    if comparison.destinations.is_empty() {
        return Ok(());
    }
    section("By address and cluster, in BTC", to)?;
    let (header, numbers) = header(comparison, &["", "Name, and address, cluster or mix"]);
    let mut table = Table::new(header, &numbers);
    let mut holders: BTreeMap<Row<'_>, Vec<Amount>> = BTreeMap::new();
    for place in &comparison.destinations {
        let sums = holders.entry(holder(place)).or_default();
        sums.resize(comparison.policies.len(), Amount::default());
        for (sum, (_, amount)) in sums.iter_mut().zip(&place.amounts.0) {
            *sum = sum.plus(*amount);
        }
    }
    for ((kind, name, address), sums) in holders {
        let called = [name, address].into_iter().flatten().map(plain);
        let mut row = vec![
            wording::kind(kind).to_owned(),
            called.collect::<Vec<_>>().join("\n"),
        ];
        row.extend(sums.into_iter().map(shown));
        table.row(row);
    }
    table.write(to)
}

fn holder(place: &Compared) -> Row<'_> {
    let of_cluster = place.cluster.as_deref().or(place.address.as_deref());
    let address = match place.kind {
        Kind::Mix => place.transaction.as_deref(),
        Kind::Fee => None,
        _ => of_cluster,
    };
    (place.kind, place.label.as_deref(), address)
}

fn shown(amount: Amount) -> String {
    amount.btc().to_string()
}
