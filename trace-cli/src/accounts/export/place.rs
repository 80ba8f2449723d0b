//! The places at which value ended, each with its way, and what ended on those ways.

use std::collections::BTreeMap;
use std::io;

use trace_core::model::Position;

use crate::accounts::document::{Destination, Report, Step};
use crate::document::{Amount, Ended, Kind, Path, Stage, Unit};
use crate::export::text::section;
use crate::export::text::table::{Table, columns};
use crate::wording::{self, plain};

/// Arrivals on a way that are shown, at most; of a longer way both ends.
const SHOWN_MAX: usize = 12;

/// Every place but fees and what was given for something else, in the order of the chain.
pub(super) fn destinations(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    let mut listed = report
        .destinations
        .iter()
        .filter(|place| place.kind.is_listed())
        .peekable();
    if listed.peek().is_none() {
        return Ok(());
    }
    section("Every place, in the order of the chain", to)?;
    writeln!(
        to,
        "A way is told by the accounts on it and by the blocks in which it came to them. Where an\n\
         account exchanged one asset for another the way says so.\n"
    )?;
    let mut table = Table::parted(columns(["Block", "Place", "Amount"]), &[0, 2]);
    for place in listed {
        let (height, unit) = (place.height(), place.unit());
        table.row([
            height.map_or_else(|| "-".to_owned(), |height| height.to_string()),
            description(report, place),
            format!("{}\n{}", unit.number(place.amount), unit.name()),
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
    lines.extend(place.why.map(str::to_owned));
    if let Some(hash) = place.hash() {
        lines.push(format!("in {hash}"));
    }
    lines.extend(place.party().map(|party| party.address.clone()));
    lines.extend(place.arrival().map(|arrival| format!("by {arrival}")));
    if report.seeds.len() > 1 {
        let parts = place.shares.iter().map(|share| {
            let number = share.seed.saturating_add(1);
            format!("{} of seed {number}", place.unit().number(share.amount))
        });
        lines.push(parts.collect::<Vec<_>>().join(", "));
    }
    lines.extend(way(&place.path));
    lines.join("\n")
}

/// The accounts on a path, one a line.
fn way(path: &Path<Step>) -> Vec<String> {
    let shortened = Path {
        steps: std::rc::Rc::clone(&path.steps),
        last: path.last,
        steps_max: path.steps_max.min(SHOWN_MAX),
    };
    let mut lines = Vec::new();
    for (number, step) in shortened.shown().into_iter().enumerate() {
        if number == shortened.head() && shortened.left_out() > 0 {
            lines.push(format!("… {} more …", shortened.left_out()));
        }
        let place = step.position;
        let height = place.map_or_else(String::new, |at| format!(", block {}", at.height));
        lines.push(format!("{} {}{height}", step.via(), step.party.address));
    }
    lines
}

/// In which place of the chain what ended, by kind and asset.
type Row = (Option<Position>, Kind, Unit, String);

/// Fees, and what was given for something else, by transaction.
pub(super) fn transactions(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    let mut ended: BTreeMap<Row, Amount> = BTreeMap::new();
    for place in &report.destinations {
        if let Some(Ended { hash, position }) = place.ended.filter(|_| !place.kind.is_listed()) {
            let name = hash.map_or_else(String::new, |hash| hash.to_string());
            let sum = ended
                .entry((position, place.kind, place.unit(), name))
                .or_default();
            *sum = sum.plus(place.amount);
        }
    }
    if ended.is_empty() {
        return Ok(());
    }
    section("Fees, and what was exchanged", to)?;
    let header = columns(["Block", "Transaction", "", "Asset", "Amount"]);
    let mut table = Table::new(header, &[0, 4]);
    for ((position, kind, unit, name), sum) in ended {
        table.row([
            position.map_or_else(String::new, |position| position.height.to_string()),
            name,
            wording::kind(kind).to_owned(),
            unit.name(),
            unit.number(sum),
        ]);
    }
    table.write(to)?;
    writeln!(to, "Only the part is shown that is of what was followed.")
}
