//! A report for a person, to be read or pasted into another one.

mod checks;
mod cluster;
mod comparison;
mod conditions;
pub(crate) mod explanation;
mod ingestion;
mod measurement;
pub(super) mod passage;
mod place;
mod possible;
mod sums;
pub(crate) mod table;
mod verification;

use std::io;

use trace_core::taint::{Direction, Policy};

use super::Drawn;
use crate::accounts;
use crate::document::{AsOf, LabelEntry, Report, RuleName, Stage, TrailChecks};
use crate::wording::{self, count, plain};
use conditions::conditions;
pub(crate) use conditions::rule_limits;
use sums::{holders, seeds, sums, title};
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
pub(super) fn report<S: Drawn>(report: &Report<S>, to: &mut dyn io::Write) -> io::Result<()> {
    heading(report, to)?;
    seeds(report, to)?;
    findings(report, to)?;
    if let Some(possible) = &report.possible {
        possible::possible(possible, to)?;
    }
    labels(&report.labels, to)?;
    let gaps = report.gaps.iter().map(|gap| (gap.at.as_str(), gap.why));
    unknown(gaps, to)?;
    let limits = report.limits_hit.iter().map(|limit| limit.meaning);
    cut_off(limits, to)?;
    let held = report.checks.map(TrailChecks::in_words);
    conditions(
        &report.conditions,
        report.as_of.is_of_coins(),
        held.as_slice(),
        report.program,
        to,
    )
}

/// What following found, without how.
fn findings<S: Drawn>(report: &Report<S>, to: &mut dyn io::Write) -> io::Result<()> {
    for totals in &report.totals {
        sums(report, totals, to)?;
    }
    writeln!(to, "{}", report.conservation.statement)?;
    holders(report, to)?;
    place::destinations(report, to)?;
    S::transactions(report, to)
}

fn heading<S: Stage>(report: &Report<S>, to: &mut dyn io::Write) -> io::Result<()> {
    let verb = verb(report.direction);
    let seeded = report.totals.iter();
    let seeded = seeded.filter(|totals| report.totals.len() == 1 || !totals.seeded.is_zero());
    let seeded = seeded.map(|totals| totals.unit.shown(totals.seeded));
    match &seeded.collect::<Vec<_>>()[..] {
        [] => writeln!(to, "Where nothing {verb}")?,
        [one] => writeln!(to, "Where {one} {verb}")?,
        several => {
            writeln!(to, "Where this {verb}:")?;
            for amount in several {
                writeln!(to, "  {amount}")?;
            }
        }
    }
    writeln!(to)?;
    as_of(&report.as_of, to)?;
    let of_coins = report.as_of.is_of_coins();
    let meaning = Policy::ALL
        .into_iter()
        .find(|policy| policy.name() == report.policy)
        .map_or(
            "",
            if of_coins {
                wording::policy
            } else {
                accounts::wording::policy
            },
        );
    writeln!(to, "Policy  {}: {meaning}", report.policy)?;
    writeln!(to, "Visited {}", count_of(report.transactions_visited))?;
    if !of_coins {
        units(to)?;
    }
    Ok(())
}

/// What value did: it went, or it came.
fn verb(direction: Direction) -> &'static str {
    match direction {
        Direction::Forward => "went",
        Direction::Back => "came from",
    }
}

/// How amounts over accounts are to be read.
pub(crate) fn units(to: &mut dyn io::Write) -> io::Result<()> {
    writeln!(
        to,
        "Amounts of the chain's own coin (native) are in units of 10^18 wei; all others are in the\n\
         smallest unit of the asset, which is named by its contract."
    )
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
