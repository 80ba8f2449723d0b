//! What is written above and below the flow.

use std::collections::BTreeSet;
use std::io;

use super::coordinates::Frame;
use super::diagram::{Diagram, Legend, Sum};
use super::fold::{Item, Scene};
use super::svg::Svg;
use crate::wording;

/// Room around everything.
pub(super) const MARGIN: i64 = 24;
/// The height of a line below the flow.
pub(super) const LEGEND_LINE: i64 = 22;

/// What is written above the flow.
pub(super) fn heading(svg: &mut Svg<'_>, diagram: &Diagram) -> io::Result<()> {
    let bold = [
        ("font-size", "20"),
        ("font-weight", "bold"),
        ("fill", "#1b2733"),
    ];
    svg.text(MARGIN, 36, &bold, &diagram.title)?;
    for (line, y) in diagram.heading.iter().zip([56, 72, 88]) {
        svg.text(MARGIN, y, &[("fill", "#44525f")], line)?;
    }
    Ok(())
}

/// What is lost in the picture, and how to read it.
pub(super) fn notes(diagram: &Diagram, scene: &Scene<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let possible = |is_possible| if is_possible { ", possible only" } else { "" };
    for ((is_possible, asset), Sum { count, amount }) in &diagram.fees {
        notes.push(format!(
            "Not drawn: fees of {}, {} in all{}.",
            wording::count(*count, "transaction"),
            diagram.amount(*asset, *amount),
            possible(*is_possible)
        ));
    }
    let drawn = drawn(diagram, scene);
    let mut others = 0;
    for ((is_possible, asset), Sum { count, amount }) in &scene.left_out {
        if drawn.contains(asset) {
            notes.push(format!(
                "Not drawn, being smaller than what is: {} with {} in all{}.",
                wording::count(*count, "place"),
                diagram.amount(*asset, *amount),
                possible(*is_possible)
            ));
        } else {
            others += count;
        }
    }
    if others > 0 {
        notes.push(format!(
            "Not drawn, being of assets of which nothing is drawn: {}, listed in the report.",
            wording::count(others, "place")
        ));
    }
    notes.extend(diagram.gaps.iter().cloned());
    notes.extend(diagram.reading.iter().cloned());
    notes
}

/// The lines of the legend, but for assets of which nothing is drawn.
pub(super) fn legend<'a>(diagram: &'a Diagram, scene: &Scene<'_>) -> Vec<&'a Legend> {
    let drawn = drawn(diagram, scene);
    let lines = diagram.legend.iter();
    lines.filter(|line| drawn.contains(&line.asset)).collect()
}

/// The assets of which something is drawn. A single one is always told of.
fn drawn(diagram: &Diagram, scene: &Scene<'_>) -> BTreeSet<usize> {
    let boxes = scene.items.iter().filter_map(|item| match item {
        Item::Box { place, .. } => Some(place.asset),
        Item::Folded { asset, .. } => Some(*asset),
        Item::Bar(_) => None,
    });
    let single = (diagram.assets.len() == 1).then_some(0);
    boxes.chain(single).collect()
}

/// What is written below the flow.
pub(super) fn footer(
    svg: &mut Svg<'_>,
    legend: &[&Legend],
    notes: &[String],
    top: i64,
) -> io::Result<()> {
    let mut y = top;
    for line in legend {
        let (fill, stroke) = line.colours;
        let frame = Frame {
            left: MARGIN,
            top: y - 10,
            width: 18,
            height: 12,
        };
        svg.rectangle(frame, &[("fill", fill), ("stroke", stroke), ("rx", "2")])?;
        svg.text(MARGIN + 26, y, &[("fill", "#1b2733")], &line.text)?;
        y += LEGEND_LINE;
    }
    for note in notes {
        svg.text(MARGIN, y, &[("fill", "#44525f")], note)?;
        y += LEGEND_LINE;
    }
    Ok(())
}
