//! What was found whole, for a person.

use std::io;

use crate::document::{Held, LedgerVerified, RecordingVerified};

/// Writes what a ledger holds.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn ledger_verified(found: &LedgerVerified, to: &mut dyn io::Write) -> io::Result<()> {
    writeln!(to, "Every checksum and every invariant holds.")?;
    if let Some(tip) = &found.tip {
        writeln!(to, "Chain         {}", tip.chain)?;
        writeln!(to, "Tip           block {}, {}", tip.height, tip.hash)?;
    }
    let (counts, without_sums, checks) = match found.held {
        Held::Coins {
            inputs,
            outputs,
            addresses,
            blocks_without_sums,
        } => (
            vec![
                ("Inputs", inputs),
                ("Outputs", outputs),
                ("Addresses", addresses),
            ],
            blocks_without_sums,
            None,
        ),
        Held::Accounts {
            transfers,
            accounts,
            assets,
            allocated,
            checks,
        } => (
            vec![
                ("Transfers", transfers),
                ("Accounts", accounts),
                ("Assets", assets),
                ("Allocated", allocated),
            ],
            0,
            Some(checks),
        ),
    };
    let all = [
        ("Blocks", u64::from(found.blocks)),
        ("Transactions", found.transactions),
    ];
    for (name, count) in all.into_iter().chain(counts) {
        writeln!(to, "{name:<13} {count}")?;
    }
    if without_sums > 0 {
        writeln!(
            to,
            "The sums of {without_sums} blocks could not be checked: values that they spend are not known."
        )?;
    }
    match checks {
        Some(checks) => super::checks::checks(&checks, to),
        None => Ok(()),
    }
}

/// Writes what a recording holds.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn recording_verified(
    found: &RecordingVerified,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    writeln!(to, "Every hash holds.")?;
    let replies = found.replies.to_string();
    let bytes = found.plain_bytes.to_string();
    for (name, value) in [
        ("Chain", &found.chain),
        ("Recorded of", &found.origin),
        ("Holds", &found.holds),
        ("Replies", &replies),
        ("Bytes", &bytes),
        ("Hash", &found.hash),
    ] {
        writeln!(to, "{name:<13} {value}")?;
    }
    Ok(())
}
