//! From a document over accounts to bytes, one way a file.

mod csv;
mod dot;
mod graph;
mod graphml;
pub(super) mod picture;
mod text;

use std::io;

use super::document::{Comparison, Report};
use crate::arguments::Format;
use crate::export::json;

pub(super) use text::cluster;

/// Writes a report in one of the formats.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn report(format: Format, report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Json => json(report, to),
        Format::Csv => csv::report(report, to),
        Format::Text => text::report(report, to),
        Format::Graphml => graphml::report(report, to),
        Format::Dot => dot::report(report, to),
    }
}

/// Writes a comparison in one of the formats; a graph is refused before anything is followed.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn comparison(
    format: Format,
    comparison: &Comparison,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Json => json(comparison, to),
        Format::Csv => csv::comparison(comparison, to),
        Format::Text | Format::Graphml | Format::Dot => text::comparison(comparison, to),
    }
}
