//! A measurement of rules, for a person.

use std::io;

use super::table::{Table, columns};
use super::{as_of, section};
use crate::document::{Measurement, RateEntry};

/// Writes a measurement.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn measurement(measurement: &Measurement, to: &mut dyn io::Write) -> io::Result<()> {
    writeln!(to, "How often the change rules are wrong\n")?;
    as_of(&measurement.as_of, to)?;
    section("Transactions", to)?;
    let mut table = Table::new(columns(["", ""]), &[1]);
    for (name, count) in [
        ("looked at", measurement.transactions),
        ("with a choice", measurement.with_choice),
        (
            "change goes back to an input's address",
            measurement.evident,
        ),
        ("change revealed later", measurement.revealed),
        ("more than one output revealed", measurement.several),
        ("cannot be told", measurement.unknown),
    ] {
        table.row([name.to_owned(), count.to_string()]);
    }
    table.write(to)?;
    let evidence = match measurement.evidence {
        "spent-together" => {
            "Revealed: an output is later spent together with an address of the inputs."
        }
        _ => "Revealed: an output is in one cluster with the inputs, by common spending alone.",
    };
    writeln!(to, "{evidence}")?;
    section("Rules", to)?;
    let header = columns(["Rule", "Answered", "Right", "Wrong, %", "95 % interval", ""]);
    let mut table = Table::new(header, &[1, 2, 3, 4]);
    for rule in &measurement.rules {
        let RateEntry {
            ppm,
            low_ppm,
            high_ppm,
        } = rule.error;
        let interval = low_ppm.zip(high_ppm);
        table.row([
            format!("{} (version {})", rule.rule, rule.version),
            rule.answered.to_string(),
            rule.right.to_string(),
            ppm.map_or_else(|| "-".to_owned(), percent),
            interval.map_or_else(String::new, |(low, high)| {
                format!("{} to {}", percent(low), percent(high))
            }),
            if rule.looks_ahead { "looks ahead" } else { "" }.to_owned(),
        ]);
    }
    table.write(to)?;
    writeln!(
        to,
        "A rule that looks ahead sees the spending that reveals the change; its figures are no \
         forecast.\nMade by {}.",
        measurement.program
    )
}

/// Parts per million as percent with two decimals, rounded down.
fn percent(ppm: u64) -> String {
    format!("{}.{:02}", ppm / 10_000, ppm % 10_000 / 100)
}
