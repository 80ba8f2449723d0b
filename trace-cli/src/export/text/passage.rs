//! The transactions through which value went over coins, and the ways over them.

use std::collections::BTreeMap;
use std::io;

use super::section;
use super::table::{Table, columns};
use crate::document::{Amount, Path, Report, Step};

/// Numbers on a way that are shown, at most; of a longer way both ends.
const SHOWN_MAX: usize = 16;

/// The numbers of the transactions on a path.
pub(in crate::export) fn way(path: &Path<Step>) -> String {
    let mut numbers = Vec::new();
    let mut index = Some(path.last);
    while let Some(step) = index.and_then(|index| path.steps.get(index)) {
        if let (Some(_), Some(from)) = (step.parent, step.from) {
            numbers.push(from.saturating_add(1));
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
        [joined(head), between, joined(tail)].join(" ")
    } else {
        joined(&numbers)
    };
    format!("way: seed {shown}")
}

fn joined(numbers: &[usize]) -> String {
    let texts: Vec<String> = numbers.iter().map(usize::to_string).collect();
    texts.join(" ")
}

/// The transactions through which value went.
pub(in crate::export) fn passages(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    if report.passages.is_empty() {
        return Ok(());
    }
    section("Transactions followed", to)?;
    let mut fees = BTreeMap::new();
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
