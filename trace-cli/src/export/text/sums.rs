//! What was followed, what became of it, and who has it, for a person.

use std::io;

use trace_core::taint::Direction;

use super::section;
use super::table::{Table, columns};
use crate::document::{Amount, Holder, Report, Seed, Stage, Totals, Unit};
use crate::wording::plain;

/// What was followed.
pub(super) fn seeds<S: Stage>(report: &Report<S>, to: &mut dyn io::Write) -> io::Result<()> {
    section("Seeds", to)?;
    let header = columns(["", "Seed", "Arrivals", "Amount"]);
    let mut table = Table::new(header, &[0, 2, 3]);
    for (number, seed) in (1..).zip(&report.seeds) {
        let from = from_height(seed, report.direction, report.as_of.is_of_coins());
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
pub(super) fn sums<S: Stage>(
    report: &Report<S>,
    totals: &Totals,
    to: &mut dyn io::Write,
) -> io::Result<()> {
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
            table.row(row(report.words(*kind), share, &sum));
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

/// The title of what became of an asset.
pub(super) fn title(direction: Direction, unit: Unit) -> String {
    match direction {
        Direction::Forward => format!("Where it is, in {}", unit.name()),
        Direction::Back => format!("Where it came from, in {}", unit.name()),
    }
}

/// Who has it.
pub(super) fn holders<S: Stage>(report: &Report<S>, to: &mut dyn io::Write) -> io::Result<()> {
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
            report.words(holder.kind).to_owned(),
            plain(&holder.called.unwrap_or_default()),
            holder.address.unwrap_or_default(),
            places.to_string(),
            holder.unit.shown(sum),
        ]);
    }
    table.write(to)?;
    let of_coins = report.as_of.is_of_coins();
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
