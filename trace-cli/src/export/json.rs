//! A document as JSON.

use std::io;

use serde::Serialize;

/// Writes a document, indented, with an end of line behind it.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn json(document: &impl Serialize, to: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, document)?;
    to.write_all(b"\n")
}

/// Writes a document in one line.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn json_line(document: &impl Serialize, to: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer(&mut *to, document)?;
    to.write_all(b"\n")
}
