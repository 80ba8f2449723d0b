//! What was read into a ledger, for a person.

use std::io;

use crate::document::{Allocation, Ingestion};

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
    if let Some(checks) = &found.checks {
        super::checks::checks(checks, to)?;
    }
    if let Some(Allocation {
        accounts,
        state_root,
    }) = &found.genesis
    {
        writeln!(
            to,
            "The genesis block gives {accounts} accounts what the genesis file says, and commits to its state {}.",
            state_root.0
        )?;
    }
    if let Some(left) = &found.left {
        writeln!(
            to,
            "The branch that ended at block {}, {}, is stale; it stays in the ledger.",
            left.height, left.hash
        )?;
    }
    match &found.tip {
        Some(tip) => writeln!(
            to,
            "The ledger ends at block {} of {}, {}.",
            tip.height, tip.chain, tip.hash
        ),
        None => writeln!(to, "The ledger is empty."),
    }
}
