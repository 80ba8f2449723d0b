//! The ways to where value ended, and what ended on them.

use std::collections::BTreeMap;
use std::io;

use trace_core::model::Position;

use crate::accounts::document::{Report, Step};
use crate::document::{Amount, Ended, Kind, Path, Stage, Unit};
use crate::export::text::section;
use crate::export::text::table::{Table, columns};

/// Arrivals on a way that are shown, at most; of a longer way both ends.
const SHOWN_MAX: usize = 12;

/// The accounts on a path, one a line.
pub(super) fn way(path: &Path<Step>) -> Vec<String> {
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
            report.words(kind).to_owned(),
            unit.name(),
            unit.number(sum),
        ]);
    }
    table.write(to)?;
    writeln!(to, "Only the part is shown that is of what was followed.")
}
