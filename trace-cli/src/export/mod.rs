//! From a document to bytes, one way a file.

pub(crate) mod attribute;
mod csv;
pub(crate) mod dot;
pub(crate) mod graphml;
mod json;
mod picture;
#[cfg(test)]
mod tests;
pub(crate) mod text;

use std::io;

use trace_core::taint::Direction;

use crate::arguments::Format;
use crate::document::{Comparison, Path, Report, Stage, Step};
use crate::picture::Diagram;

pub(crate) use json::{json, json_line};
pub(crate) use text::{
    cluster, explanation, ingestion, ledger_verified, measurement, recording_verified,
};

/// What is written in a way of its own of each kind of chain.
pub(crate) trait Drawn: Stage {
    /// How a way is to be read.
    fn ways(direction: Direction) -> &'static str;

    /// What an arrival is to a place.
    fn by(direction: Direction) -> &'static str;

    /// The way to a place, for a person, in lines.
    fn way(path: &Path<Self>) -> Vec<String>;

    /// The transactions on the ways, for a person.
    fn transactions(report: &Report<Self>, to: &mut dyn io::Write) -> io::Result<()>;

    fn graphml(report: &Report<Self>, to: &mut dyn io::Write) -> io::Result<()>;

    fn dot(report: &Report<Self>, to: &mut dyn io::Write) -> io::Result<()>;

    fn diagram(report: &Report<Self>) -> Diagram;
}

impl Drawn for Step {
    fn ways(_: Direction) -> &'static str {
        "A way is told by the numbers that its transactions have in the next table."
    }

    fn by(_: Direction) -> &'static str {
        "by"
    }

    fn way(path: &Path<Self>) -> Vec<String> {
        vec![text::passage::way(path)]
    }

    fn transactions(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
        text::passage::passages(report, to)
    }

    fn graphml(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
        graphml::report(report, to)
    }

    fn dot(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
        dot::report(report, to)
    }

    fn diagram(report: &Report) -> Diagram {
        picture::diagram(report)
    }
}

/// Writes a report in one of the formats.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn report<S: Drawn>(
    format: Format,
    report: &Report<S>,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::report(report, to),
        Format::Json => json(report, to),
        Format::Csv => csv::report(report, to),
        Format::Graphml => S::graphml(report, to),
        Format::Dot => S::dot(report, to),
    }
}

/// Writes a comparison in one of the formats; `None` where a format can only show one policy.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn comparison(
    format: Format,
    comparison: &Comparison,
    to: &mut dyn io::Write,
) -> Option<io::Result<()>> {
    match format {
        Format::Text => Some(text::comparison(comparison, to)),
        Format::Json => Some(json(comparison, to)),
        Format::Csv => Some(csv::comparison(comparison, to)),
        Format::Graphml | Format::Dot => None,
    }
}
