//! What was read into a ledger, for a person.

use std::io;

use crate::document::Ingestion;

/// Writes what was read.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn ingestion(found: &Ingestion, to: &mut dyn io::Write) -> io::Result<()> {
    let Ingestion {
        blocks,
        transactions,
        ..
    } = found;
    writeln!(
        to,
        "Added {blocks} blocks with {transactions} transactions."
    )?;
    match &found.tip {
        Some(tip) => writeln!(
            to,
            "The ledger ends at block {} of {}, {}.",
            tip.height, tip.chain, tip.hash
        ),
        None => writeln!(to, "The ledger is empty."),
    }
}
