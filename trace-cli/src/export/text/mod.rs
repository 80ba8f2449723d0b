//! A report for a person, to be read or pasted into another one.

mod checks;
mod cluster;
mod comparison;
mod conditions;
pub(crate) mod explanation;
mod ingestion;
mod measurement;
pub(super) mod place;
mod possible;
pub(crate) mod table;
mod verification;

use std::io;

use trace_core::model::Chain;
use trace_core::taint::{Direction, Policy};

use super::Drawn;
use crate::accounts;
use crate::document::{
    Amount, AsOf, Holder, LabelEntry, Report, RuleName, Seed, Stage, Totals, TrailChecks, Unit,
};
use crate::wording::{self, count, plain};
use conditions::conditions;
pub(crate) use conditions::rule_limits;
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
        is_of_coins(&report.as_of),
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
    S::places(report, to)
}

fn is_of_coins(as_of: &AsOf) -> bool {
    matches!(as_of.chain, Chain::Bitcoin(_))
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
    let of_coins = is_of_coins(&report.as_of);
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

fn seeds<S: Stage>(report: &Report<S>, to: &mut dyn io::Write) -> io::Result<()> {
    section("Seeds", to)?;
    let header = columns(["", "Seed", "Arrivals", "Amount"]);
    let mut table = Table::new(header, &[0, 2, 3]);
    for (number, seed) in (1..).zip(&report.seeds) {
        let from = from_height(seed, report.direction, is_of_coins(&report.as_of));
        let amounts = seed.totals.iter();
        let amounts = amounts.filter(|totals| !totals.seeded.is_zero());
        let amounts = amounts.map(|totals| totals.unit.shown(totals.seeded));
        table.row([
            format!("{number}"),
            format!("{}{from}", plain(&seed.seed)),
            seed.arrivals.len().to_string(),
            amounts.collect::<Vec<_>>().join("\n"),
        ]);
    }
    table.write(to)
}

fn from_height(seed: &Seed, direction: Direction, of_coins: bool) -> String {
    let Some(height) = seed.from_height.filter(|height| *height > 0) else {
        return String::new();
    };
    match direction {
        _ if of_coins => format!("\nwhat it received from height {height} on"),
        Direction::Forward => {
            format!("\nwhat it held before height {height} and received from there on")
        }
        Direction::Back => format!("\nwhat it holds and what left it from height {height} on"),
    }
}

/// What became of one asset.
fn sums<S: Stage>(report: &Report<S>, totals: &Totals, to: &mut dyn io::Write) -> io::Result<()> {
    let unit = totals.unit;
    section(&title(report.direction, unit), to)?;
    let conserving = report.conservation.holds.is_some();
    // Seeds that have some of it, where there are others.
    let parts: Vec<(usize, &Totals)> = (1..)
        .zip(&report.seeds)
        .filter(|_| report.seeds.len() > 1)
        .filter_map(|(number, seed)| {
            let mut totals = seed.totals.iter();
            Some((number, totals.find(|totals| totals.unit == unit)?))
        })
        .collect();
    let mut header = columns(["", "Amount", if conserving { "%" } else { "" }]);
    header.extend(parts.iter().map(|(number, _)| format!("of seed {number}")));
    let numbers: Vec<usize> = (1..header.len()).collect();
    let mut table = Table::new(header, &numbers);
    let row = |name: &str, share: String, sum: &dyn Fn(&Totals) -> Amount| {
        let own = [name.to_owned(), unit.number(sum(totals)), share];
        let of_seeds = parts.iter();
        let of_seeds = of_seeds.map(|(_, totals)| unit.number(sum(totals)));
        own.into_iter().chain(of_seeds).collect::<Vec<_>>()
    };
    for (kind, sum) in totals.by_kind() {
        if !sum.is_zero() {
            let share = sum.percent_of(totals.came());
            let share = if conserving { share } else { String::new() };
            let sum = |totals: &Totals| totals.of_kind(*kind);
            table.row(row(wording::kind(*kind), share, &sum));
        }
    }
    table.row(row("together", String::new(), &Totals::placed));
    table.write(to)?;
    if !totals.received.is_zero() {
        let received = unit.number(totals.received);
        let verb = match report.direction {
            Direction::Forward => "received",
            Direction::Back => "given",
        };
        writeln!(
            to,
            "Of this {received} was {verb} in exchange for other assets."
        )?;
    }
    Ok(())
}

fn title(direction: Direction, unit: Unit) -> String {
    match direction {
        Direction::Forward => format!("Where it is, in {}", unit.name()),
        Direction::Back => format!("Where it came from, in {}", unit.name()),
    }
}

fn holders<S: Stage>(report: &Report<S>, to: &mut dyn io::Write) -> io::Result<()> {
    if !report
        .destinations
        .iter()
        .any(|place| place.kind.is_listed())
    {
        return Ok(());
    }
    section("By address and cluster", to)?;
    let header = columns([
        "",
        "Name",
        "Address, cluster or transaction",
        "Places",
        "Amount",
    ]);
    let mut table = Table::new(header, &[3, 4]);
    for (holder, places, sum) in Holder::group(&report.destinations) {
        table.row([
            wording::kind(holder.kind).to_owned(),
            plain(&holder.called.unwrap_or_default()),
            holder.address.unwrap_or_default(),
            places.to_string(),
            holder.unit.shown(sum),
        ]);
    }
    table.write(to)?;
    let of_coins = is_of_coins(&report.as_of);
    let clusters = match report.conditions.clusters {
        "none" => "Clusters were not made.",
        "ledger" if of_coins => {
            "A cluster bears the address of it that comes first in the whole chain; it was made \
             from the whole ledger."
        }
        "ledger" => {
            "A cluster bears the smallest address in it; it was made from the whole ledger."
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
