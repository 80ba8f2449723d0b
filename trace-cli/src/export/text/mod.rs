//! A report for a person, to be read or pasted into another one.

mod checks;
mod cluster;
mod comparison;
mod conditions;
pub(crate) mod explanation;
mod ingestion;
mod measurement;
mod place;
pub(crate) mod table;
mod verification;

use std::io;

use trace_core::taint::{Direction, Policy};

use crate::document::{Amount, AsOf, Holder, Kind, LabelEntry, Report, RuleName};
use crate::wording::{self, count, plain};
use conditions::conditions;
pub(crate) use conditions::{limits, rule_limits, stops};
use table::{Table, columns};

pub(crate) use cluster::cluster;
pub(super) use comparison::comparison;
pub(crate) use explanation::explanation;
pub(crate) use ingestion::ingestion;
pub(crate) use measurement::measurement;
pub(crate) use verification::{ledger_verified, recording_verified};

/// Writes a report.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn report(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    heading(report, to)?;
    seeds(report, to)?;
    totals(report, to)?;
    holders(report, to)?;
    place::destinations(report, to)?;
    place::passages(report, to)?;
    labels(&report.labels, to)?;
    let gaps = report.gaps.iter().map(|gap| (gap.at.as_str(), gap.why));
    unknown(gaps, to)?;
    let limits = report.limits_hit.iter().map(|limit| limit.meaning);
    cut_off(limits, to)?;
    conditions(&report.conditions, report.program, to)
}

fn heading(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    let seeded = report.totals.seeded.btc();
    match report.direction {
        Direction::Forward => writeln!(to, "Where {seeded} BTC went")?,
        Direction::Back => writeln!(to, "Where {seeded} BTC came from")?,
    }
    writeln!(to)?;
    as_of(&report.as_of, to)?;
    let meaning = Policy::ALL
        .into_iter()
        .find(|policy| policy.name() == report.policy)
        .map_or("", wording::policy);
    writeln!(to, "Policy  {}: {meaning}", report.policy)?;
    writeln!(to, "Visited {}", count_of(report.transactions_visited))
}

pub(crate) fn count_of(transactions: u64) -> String {
    count(
        usize::try_from(transactions).unwrap_or(usize::MAX),
        "transaction",
    )
}

pub(crate) fn as_of(as_of: &AsOf, to: &mut dyn io::Write) -> io::Result<()> {
    let AsOf {
        chain,
        height,
        hash,
    } = as_of;
    writeln!(to, "Chain   {chain}\nAs of   block {height}, {hash}")
}

/// The heading of a section.
pub(crate) fn section(title: &str, to: &mut dyn io::Write) -> io::Result<()> {
    writeln!(to, "\n{title}\n{}", "-".repeat(title.chars().count()))
}

fn seeds(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    section("Seeds", to)?;
    let mut table = Table::new(columns(["", "Seed", "Outputs", "BTC"]), &[0, 2, 3]);
    for (number, seed) in (1..).zip(&report.seeds) {
        let from = match seed.from_height {
            Some(height) if height > 0 => format!("\nwhat it received from height {height} on"),
            _ => String::new(),
        };
        table.row([
            format!("{number}"),
            format!("{}{from}", plain(&seed.seed)),
            seed.outputs.len().to_string(),
            seed.amount.btc().to_string(),
        ]);
    }
    table.write(to)
}

fn totals(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    let title = match report.direction {
        Direction::Forward => "Where it is",
        Direction::Back => "Where it came from",
    };
    section(title, to)?;
    let conserving = report.conservation.holds.is_some();
    let several = report.seeds.len() > 1;
    let mut header = columns(["", "BTC", if conserving { "%" } else { "" }]);
    if several {
        header.extend((1..=report.seeds.len()).map(|number| format!("of seed {number}")));
    }
    let numbers: Vec<usize> = (1..header.len()).collect();
    let mut table = Table::new(header, &numbers);
    let of_seeds = |amounts: &mut dyn Iterator<Item = Amount>| -> Vec<String> {
        let shown = amounts.map(|amount| amount.btc().to_string());
        shown.take(if several { usize::MAX } else { 0 }).collect()
    };
    for (index, (kind, sum)) in report.totals.by_kind().iter().enumerate() {
        if *sum == Amount::default() {
            continue;
        }
        let share = sum.per_mille(report.totals.seeded);
        let share = format!("{}.{}", share / 10, share % 10);
        let mut row = vec![
            wording::kind(*kind).to_owned(),
            sum.btc().to_string(),
            if conserving { share } else { String::new() },
        ];
        let mut parts = report.seeds.iter().map(|seed| {
            let part = seed.totals.by_kind().get(index);
            part.map_or(Amount::default(), |(_, amount)| *amount)
        });
        row.extend(of_seeds(&mut parts));
        table.row(row);
    }
    let mut last = vec![
        "together".to_owned(),
        report.totals.placed().btc().to_string(),
        String::new(),
    ];
    let mut together = report.seeds.iter().map(|seed| seed.totals.placed());
    last.extend(of_seeds(&mut together));
    table.row(last);
    table.write(to)?;
    writeln!(to, "{}", report.conservation.statement)
}

fn holders(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    if report.destinations.is_empty() {
        return Ok(());
    }
    section("By address and cluster", to)?;
    let header = columns([
        "",
        "Name",
        "Address, cluster or transaction",
        "Places",
        "BTC",
    ]);
    let mut table = Table::new(header, &[3, 4]);
    for (holder, places, sum) in Holder::group(&report.destinations) {
        table.row([
            wording::kind(holder.kind).to_owned(),
            plain(&holder.called.unwrap_or_default()),
            holder.address.unwrap_or_default(),
            places.to_string(),
            sum.btc().to_string(),
        ]);
    }
    table.write(to)?;
    let clusters = match report.conditions.clusters {
        "none" => "Clusters were not made.",
        "ledger" => {
            "A cluster bears the address of it that comes first in the whole chain; it was made \
             from the whole ledger."
        }
        _ => {
            "A cluster bears the address of it that comes first in the chain; clusters were made \
             from the transactions followed and from nothing else."
        }
    };
    writeln!(to, "{clusters}")
}

pub(crate) fn labels(labels: &[LabelEntry], to: &mut dyn io::Write) -> io::Result<()> {
    if labels.is_empty() {
        return Ok(());
    }
    section("Labels, and who says so", to)?;
    writeln!(
        to,
        "A label is what somebody says of an address. The chain itself does not show it.\n"
    )?;
    let mut table = Table::new(columns(["Label", "Said of", "Source", "Read in"]), &[]);
    for entry in labels {
        let categories = entry.categories.join(", ");
        let sure = entry.confidence.as_deref();
        let sure = sure.map_or_else(String::new, |sure| format!("\nconfidence: {sure}"));
        table.row([
            plain(&format!("{} ({categories})", entry.label)),
            entry.address.clone(),
            format!("{}{}", plain(&entry.source), plain_lines(&sure)),
            plain(&format!("{}, line {}", entry.list, entry.line)),
        ]);
    }
    table.write(to)
}

/// The lines of a text that we broke ourselves, each made plain.
fn plain_lines(text: &str) -> String {
    text.split('\n').map(plain).collect::<Vec<_>>().join("\n")
}

pub(crate) fn unknown<'a>(
    gaps: impl ExactSizeIterator<Item = (&'a str, &'a str)>,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    section("What is not known", to)?;
    if gaps.len() == 0 {
        return writeln!(to, "Nothing was missing.");
    }
    for (at, why) in gaps {
        writeln!(to, "{at}: {why}.")?;
    }
    Ok(())
}

pub(crate) fn cut_off<'a>(
    limits: impl ExactSizeIterator<Item = &'a str>,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    if limits.len() == 0 {
        return writeln!(to, "No limit was reached.");
    }
    for meaning in limits {
        writeln!(to, "Cut off: {meaning}.")?;
    }
    Ok(())
}

pub(crate) fn rules(rules: &[RuleName], to: &mut dyn io::Write) -> io::Result<()> {
    let named = rules.iter();
    let named = named.map(|rule| format!("{} (version {})", rule.name, rule.version));
    let named: Vec<String> = named.collect();
    if named.is_empty() {
        return Ok(());
    }
    writeln!(to, "Addresses were joined by: {}.", named.join(", "))
}

/// Whether a place is listed one by one. Fees are named with their transactions instead.
fn is_listed(kind: Kind) -> bool {
    kind != Kind::Fee
}
