//! A report over accounts for a person, to be read or pasted into another one.

mod cluster;
mod comparison;
mod conditions;
mod place;
mod possible;

use std::collections::BTreeMap;
use std::io;

use trace_core::model::account::Asset;
use trace_core::taint::{Direction, Policy};

use super::super::document::{Amount, Destination, Kind, Report, Totals, shown};
use super::super::wording;
use crate::export::text::table::{Table, columns};
use crate::export::text::{as_of, count_of, cut_off, labels, section, unknown};
use crate::wording::plain;
use conditions::conditions;

pub(in crate::accounts) use cluster::cluster;
pub(super) use comparison::comparison;

/// Writes a report.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn report(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
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
    conditions(&report.conditions, report.program, to)
}

/// What following found, without how.
fn findings(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    for totals in &report.totals {
        asset(report, totals, to)?;
    }
    writeln!(to, "{}", report.conservation.statement)?;
    holders(report, to)?;
    place::destinations(report, to)?;
    place::transactions(report, to)
}

fn heading(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    let seeded: Vec<String> = report
        .totals
        .iter()
        .filter(|totals| !totals.seeded.is_zero())
        .map(|totals| format!("{} {}", shown(totals.seeded, totals.asset), totals.asset))
        .collect();
    match report.direction {
        Direction::Forward => writeln!(to, "Where this went:")?,
        Direction::Back => writeln!(to, "Where this came from:")?,
    }
    for amount in seeded {
        writeln!(to, "  {amount}")?;
    }
    writeln!(to)?;
    as_of(&report.as_of, to)?;
    let meaning = Policy::ALL
        .into_iter()
        .find(|policy| policy.name() == report.policy)
        .map_or("", wording::policy);
    writeln!(to, "Policy  {}: {meaning}", report.policy)?;
    writeln!(to, "Visited {}", count_of(report.transactions_visited))?;
    writeln!(
        to,
        "Amounts of the chain's own coin (native) are in units of 10^18 wei; all others are in the\n\
         smallest unit of the asset, which is named by its contract."
    )
}

fn seeds(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    section("Seeds", to)?;
    let mut table = Table::new(columns(["", "Seed", "Asset", "Amount"]), &[0, 3]);
    for (number, seed) in (1..).zip(&report.seeds) {
        let from = match seed.from_height {
            Some(height) if height > 0 => match report.direction {
                Direction::Forward => {
                    format!("\nwhat it held before height {height} and received from there on")
                }
                Direction::Back => {
                    format!("\nwhat it holds and what left it from height {height} on")
                }
            },
            _ => String::new(),
        };
        let amounts = seed.totals.iter().filter(|totals| !totals.seeded.is_zero());
        let (mut assets, mut values) = (Vec::new(), Vec::new());
        for totals in amounts {
            assets.push(totals.asset.to_string());
            values.push(shown(totals.seeded, totals.asset));
        }
        table.row([
            format!("{number}"),
            format!("{}{from}", plain(&seed.seed)),
            assets.join("\n"),
            values.join("\n"),
        ]);
    }
    table.write(to)
}

fn asset(report: &Report, totals: &Totals, to: &mut dyn io::Write) -> io::Result<()> {
    let asset = totals.asset;
    let title = match report.direction {
        Direction::Forward => format!("Where it is, in {asset}"),
        Direction::Back => format!("Where it came from, in {asset}"),
    };
    section(&title, to)?;
    let conserving = report.conservation.holds.is_some();
    // Seeds that have some of it, where there are others.
    let parts: Vec<(usize, &Totals)> = (1..)
        .zip(&report.seeds)
        .filter(|_| report.seeds.len() > 1)
        .filter_map(|(number, seed)| {
            let mut totals = seed.totals.iter();
            Some((number, totals.find(|totals| totals.asset == asset)?))
        })
        .collect();
    let mut header = columns(["", "Amount", if conserving { "%" } else { "" }]);
    header.extend(parts.iter().map(|(number, _)| format!("of seed {number}")));
    let numbers: Vec<usize> = (1..header.len()).collect();
    let mut table = Table::new(header, &numbers);
    let of_seeds = |sum: &dyn Fn(&Totals) -> Amount| -> Vec<String> {
        let parts = parts.iter();
        let parts = parts.map(|(_, totals)| shown(sum(totals), asset));
        parts.collect()
    };
    for (index, (kind, sum)) in totals.by_kind().iter().enumerate() {
        if sum.is_zero() {
            continue;
        }
        let share = sum.per_mille(totals.came()).to_string();
        let share = format!("{share:0>2}");
        let (whole, tenth) = share.split_at(share.len() - 1);
        let mut row = vec![
            wording::kind(*kind).to_owned(),
            shown(*sum, asset),
            if conserving {
                format!("{whole}.{tenth}")
            } else {
                String::new()
            },
        ];
        let part = |totals: &Totals| {
            let part = totals.by_kind().get(index);
            part.map_or(Amount::default(), |(_, amount)| *amount)
        };
        row.extend(of_seeds(&part));
        table.row(row);
    }
    let mut last = vec![
        "together".to_owned(),
        shown(totals.placed(), asset),
        String::new(),
    ];
    last.extend(of_seeds(&Totals::placed));
    table.row(last);
    table.write(to)?;
    if !totals.received.is_zero() {
        let received = shown(totals.received, asset);
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

/// Who holds something, and how it is called.
type Holder = (Kind, Asset, Option<String>, String);

fn holders(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    if report.destinations.is_empty() {
        return Ok(());
    }
    section("By account and cluster", to)?;
    let header = columns(["", "Name", "Account or cluster", "Asset", "Amount"]);
    let mut table = Table::new(header, &[4]);
    let mut holders: BTreeMap<Holder, Amount> = BTreeMap::new();
    for place in &report.destinations {
        if matches!(place.kind, Kind::Fee | Kind::Swapped) {
            continue;
        }
        let sum = holders.entry(holder(place)).or_default();
        *sum = sum.plus(place.amount);
    }
    for ((kind, asset, called, address), sum) in holders {
        table.row([
            wording::kind(kind).to_owned(),
            plain(&called.unwrap_or_default()),
            address,
            asset.to_string(),
            shown(sum, asset),
        ]);
    }
    table.write(to)?;
    writeln!(
        to,
        "{}",
        match report.conditions.clusters {
            "none" => "Clusters were not made.",
            _ => "A cluster bears the smallest address in it; it was made from the whole ledger.",
        }
    )
}

fn holder(place: &Destination) -> Holder {
    let party = place.party();
    let called = place.label.clone();
    let called = called.or_else(|| party?.called().map(str::to_owned));
    let address = party.map(|party| party.cluster.as_ref().unwrap_or(&party.address).clone());
    (
        place.kind,
        place.asset(),
        called,
        address.unwrap_or_default(),
    )
}

/// Whether a place is listed one by one. Fees, and what was given for something else, are told
/// with their transactions.
fn is_listed(kind: Kind) -> bool {
    !matches!(kind, Kind::Fee | Kind::Swapped)
}
