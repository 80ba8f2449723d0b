//! From a document to bytes, one way a file.

pub(crate) mod attribute;
mod csv;
pub(crate) mod dot;
pub(crate) mod graphml;
mod json;
pub(crate) mod picture;
#[cfg(test)]
mod tests;
pub(crate) mod text;

use std::io;

use crate::arguments::Format;
use crate::document::{Comparison, Report};

pub(crate) use json::{json, json_line};
pub(crate) use text::{
    cluster, explanation, ingestion, ledger_verified, measurement, recording_verified,
};

/// Writes a report in one of the formats.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn report(format: Format, report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Text => text::report(report, to),
        Format::Json => json(report, to),
        Format::Csv => csv::report(report, to),
        Format::Graphml => graphml::report(report, to),
        Format::Dot => dot::report(report, to),
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
