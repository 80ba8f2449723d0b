//! A picture of the flow: from the seeds at the left to where the value is at the right.
//!
//! An output is a box, a transaction a bar, and the wider an arrow the more went along it.
//! Nothing is computed with fractions: the same report is the same picture everywhere.

mod caption;
mod coordinates;
mod draw;
mod fold;
mod layers;
mod spread;
mod svg;
#[cfg(test)]
mod tests;

use std::io;

use crate::document::Report;

/// Draws a report as SVG, with at most `boxes_max` boxes. What is too small to be drawn then
/// is folded together and its sum stated.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn svg(report: &Report, boxes_max: usize, to: &mut dyn io::Write) -> io::Result<()> {
    let flow = crate::flow::of(report);
    let scene = fold::scene(&flow, boxes_max);
    let layers = layers::of(&scene);
    let plan = coordinates::of(&scene, &layers);
    draw::svg(report, &scene, &plan, to)
}
