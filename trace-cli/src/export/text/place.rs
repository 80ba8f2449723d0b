//! The places at which value ended, each with its way.

use std::io;

use super::section;
use super::table::{Table, columns};
use crate::document::{Destination, Report};
use crate::export::Drawn;
use crate::wording::plain;

/// Every place that is listed, in the order of the chain.
pub(super) fn destinations<S: Drawn>(report: &Report<S>, to: &mut dyn io::Write) -> io::Result<()> {
    let places = report.destinations.iter();
    let mut listed = places.filter(|place| place.kind.is_listed()).peekable();
    if listed.peek().is_none() {
        return Ok(());
    }
    section("Every place, in the order of the chain", to)?;
    writeln!(to, "{}\n", S::ways(report.direction))?;
    let mut table = Table::parted(columns(["Block", "Place", "Amount"]), &[0, 2]);
    for place in listed {
        let unit = place.unit();
        table.row([
            match (place.height(), place.arrival()) {
                (Some(height), _) => height.to_string(),
                // Held already when it was seeded.
                (None, None) => "-".to_owned(),
                (None, Some(_)) => "?".to_owned(),
            },
            description(report, place),
            format!("{}\n{}", unit.number(place.amount), unit.name()),
        ]);
    }
    table.write(to)
}

fn description<S: Drawn>(report: &Report<S>, place: &Destination<S>) -> String {
    let mut lines = Vec::new();
    let mut first = report.words(place.kind).to_owned();
    if let Some(label) = &place.label {
        first = format!("{first}: {}", plain(label));
    } else if let Some(name) = place.party().and_then(|party| party.called()) {
        first = format!("{first}: {}, by its cluster", plain(name));
    }
    lines.push(first);
    if let Some(hash) = place.hash() {
        let mix = place.mix.map(|mix| format!("{mix} mix "));
        lines.push(format!("in {}{hash}", mix.unwrap_or_default()));
    }
    lines.extend(place.why.map(str::to_owned));
    lines.extend(place.party().map(|party| party.address.clone()));
    let by = S::by(report.direction);
    lines.extend(place.arrival().map(|arrival| format!("{by} {arrival}")));
    if report.seeds.len() > 1 {
        let parts = place.shares.iter().map(|share| {
            let number = share.seed.saturating_add(1);
            format!("{} of seed {number}", place.unit().number(share.amount))
        });
        lines.push(parts.collect::<Vec<_>>().join(", "));
    }
    lines.extend(S::way(&place.path));
    lines.join("\n")
}
