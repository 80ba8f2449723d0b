//! The places at which value ended, each with its way, and the transactions on those ways.

use std::io;

use super::section;
use super::table::{Table, columns};
use crate::document::{Amount, Destination, Kind, Path, Report, Step};
use crate::wording::{self, plain};

/// Numbers on a way that are shown, at most; of a longer way both ends.
const SHOWN_MAX: usize = 16;

/// Every place but fees, in the order of the chain.
pub(in crate::export) fn destinations(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    if !report
        .destinations
        .iter()
        .any(|place| place.kind.is_listed())
    {
        return Ok(());
    }
    section("Every place, in the order of the chain", to)?;
    writeln!(
        to,
        "A way is told by the numbers that its transactions have in the next table.\n"
    )?;
    let mut table = Table::parted(columns(["Block", "Place", "Amount"]), &[0, 2]);
    for place in report
        .destinations
        .iter()
        .filter(|place| place.kind.is_listed())
    {
        let height = place.height();
        table.row([
            height.map_or_else(|| "?".to_owned(), |height| height.to_string()),
            description(report, place),
            place.unit().shown(place.amount),
        ]);
    }
    table.write(to)
}

fn description(report: &Report, place: &Destination) -> String {
    let mut lines = Vec::new();
    let mut first = wording::kind(place.kind).to_owned();
    if let Some(label) = &place.label {
        first = format!("{first}: {}", plain(label));
    } else if let Some(name) = place.party().and_then(|party| party.called()) {
        first = format!("{first}: {}, by its cluster", plain(name));
    }
    lines.push(first);
    if let (Some(mix), Some(txid)) = (place.mix, place.hash()) {
        lines.push(format!("{mix} mix {txid}"));
    }
    if let (Kind::Coinbase, Some(txid)) = (place.kind, place.hash()) {
        lines.push(format!("coinbase {txid}"));
    }
    lines.extend(place.why.map(str::to_owned));
    if let Some(party) = place.party() {
        lines.push(party.address.clone());
    }
    lines.extend(place.arrival().map(|outpoint| outpoint.to_string()));
    if report.seeds.len() > 1 {
        let parts = place.shares.iter().map(|share| {
            let number = share.seed.saturating_add(1);
            format!("{} of seed {number}", place.unit().number(share.amount))
        });
        lines.push(parts.collect::<Vec<_>>().join(", "));
    }
    lines.push(way(&place.path));
    lines.join("\n")
}

/// The numbers of the transactions on a path.
fn way(path: &Path<Step>) -> String {
    let mut numbers = Vec::new();
    let mut index = Some(path.last);
    while let Some(step) = index.and_then(|index| path.steps.get(index)) {
        if let (Some(_), Some(from)) = (step.parent, step.from) {
            numbers.push(from.saturating_add(1).to_string());
        }
        index = step.parent;
    }
    numbers.reverse();
    if numbers.is_empty() {
        return "way: the seed itself".to_owned();
    }
    let shown = if numbers.len() > SHOWN_MAX {
        let half = SHOWN_MAX / 2;
        let (head, tail) = numbers.split_at(half);
        let (left_out, tail) = tail.split_at(tail.len().saturating_sub(half));
        let between = format!("… {} more …", left_out.len());
        [head.join(" "), between, tail.join(" ")].join(" ")
    } else {
        numbers.join(" ")
    };
    format!("way: seed {shown}")
}

/// The transactions through which value went.
pub(in crate::export) fn passages(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    if report.passages.is_empty() {
        return Ok(());
    }
    section("Transactions followed", to)?;
    let mut fees = std::collections::BTreeMap::new();
    for place in report
        .destinations
        .iter()
        .filter(|place| !place.kind.is_listed())
    {
        if let Some(txid) = place.hash() {
            let (sum, _): &mut (Amount, _) = fees
                .entry(txid)
                .or_insert((Amount::default(), place.unit()));
            *sum = sum.plus(place.amount);
        }
    }
    let header = columns(["", "Block", "Transaction", "Fee"]);
    let mut table = Table::new(header, &[0, 1, 3]);
    for (number, passage) in (1..).zip(&report.passages) {
        let height = passage.height;
        let fee = fees.get(&passage.txid);
        table.row([
            format!("{number}"),
            height.map_or_else(|| "?".to_owned(), |height| height.to_string()),
            passage.txid.to_string(),
            fee.map_or_else(String::new, |(fee, unit)| unit.shown(*fee)),
        ]);
    }
    table.write(to)?;
    writeln!(
        to,
        "Of a fee only the part is shown that was paid from what was followed."
    )
}
