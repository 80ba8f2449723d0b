//! What is written above and below the flow.

use std::io;

use trace_core::taint::Direction;

use super::coordinates::Frame;
use super::fold::{Scene, Sum};
use super::svg::Svg;
use crate::document::{Amount, Kind, Report};
use crate::wording;

/// Room around everything.
pub(super) const MARGIN: i64 = 24;
/// The height of a line below the flow.
pub(super) const LEGEND_LINE: i64 = 22;

/// What the picture is of.
pub(super) fn title(report: &Report) -> String {
    let seeded = report.totals.seeded.btc();
    let verb = match report.direction {
        Direction::Forward => "went",
        Direction::Back => "came from",
    };
    format!("Where {seeded} BTC {verb}")
}

/// What is written above the flow.
pub(super) fn heading(svg: &mut Svg<'_>, report: &Report) -> io::Result<()> {
    let bold = [
        ("font-size", "20"),
        ("font-weight", "bold"),
        ("fill", "#1b2733"),
    ];
    svg.text(MARGIN, 36, &bold, &title(report))?;
    let as_of = &report.as_of;
    let lines = [
        format!("policy: {}", report.policy),
        format!(
            "{}, as of block {} ({})",
            as_of.chain, as_of.height, as_of.hash
        ),
        report.conservation.statement.to_owned(),
    ];
    for (line, y) in lines.iter().zip([56, 72, 88]) {
        svg.text(MARGIN, y, &[("fill", "#44525f")], line)?;
    }
    Ok(())
}

/// What is lost in the picture, and how to read it.
pub(super) fn notes(report: &Report, scene: &Scene<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let Sum { count, amount } = scene.fees;
    if count > 0 {
        let fees = wording::count(count, "transaction");
        notes.push(format!(
            "Not drawn: fees of {fees}, {} BTC in all.",
            amount.btc()
        ));
    }
    let Sum { count, amount } = scene.left_out;
    if count > 0 {
        let places = wording::count(count, "place");
        notes.push(format!(
            "Not drawn, being smaller than what is: {places} with {} BTC in all.",
            amount.btc()
        ));
    }
    if !report.gaps.is_empty() {
        let gaps = wording::count(report.gaps.len(), "thing");
        notes.push(format!("Not known: {gaps}, listed in the report."));
    }
    for limit in &report.limits_hit {
        notes.push(format!("Cut off: {}.", limit.meaning));
    }
    notes.push(
        "A box is an output, a bar a transaction, an arrow as wide as what went along.".to_owned(),
    );
    notes
}

/// The kinds that occur, each with its sum.
pub(super) fn legend(report: &Report) -> Vec<(Kind, String)> {
    let sums = report.totals.by_kind().iter();
    sums.filter(|(kind, sum)| *kind != Kind::Fee && *sum > Amount::default())
        .map(|(kind, sum)| {
            (
                *kind,
                format!("{}: {} BTC", wording::kind(*kind), sum.btc()),
            )
        })
        .collect()
}

/// What is written below the flow.
pub(super) fn footer(
    svg: &mut Svg<'_>,
    legend: &[(Kind, String)],
    notes: &[String],
    top: i64,
) -> io::Result<()> {
    let mut y = top;
    for (kind, text) in legend {
        let (fill, stroke) = colours(*kind);
        let frame = Frame {
            left: MARGIN,
            top: y - 10,
            width: 18,
            height: 12,
        };
        svg.rectangle(frame, &[("fill", fill), ("stroke", stroke), ("rx", "2")])?;
        svg.text(MARGIN + 26, y, &[("fill", "#1b2733")], text)?;
        y += LEGEND_LINE;
    }
    for note in notes {
        svg.text(MARGIN, y, &[("fill", "#44525f")], note)?;
        y += LEGEND_LINE;
    }
    Ok(())
}

/// The colours of a kind: fill and edge.
pub(super) fn colours(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Unspent | Kind::Coinbase => ("#fde9b8", "#c98a00"),
        Kind::Service => ("#cfe3f7", "#2166ac"),
        Kind::Mix => ("#e5d3ef", "#7b3294"),
        Kind::Bound => ("#e3e6e8", "#6b7780"),
        Kind::Unseen => ("#c9ced2", "#3b444b"),
        Kind::Fee => ("#f2f2f2", "#999999"),
    }
}
