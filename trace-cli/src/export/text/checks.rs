//! What of blocks was held against their hashes, for a person.

use std::io;

use super::table::{Table, columns};
use crate::document::Checks;

/// Writes how many blocks hold in what.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn checks(checks: &Checks, to: &mut dyn io::Write) -> io::Result<()> {
    if checks.all_hold() {
        return writeln!(
            to,
            "Headers, transactions, receipts and what moved after them hold against the blocks' hashes."
        );
    }
    writeln!(to, "Blocks held against their hashes:")?;
    let header = columns(["", "hold", "of another form", "not told in full"]);
    let mut table = Table::new(header, &[1, 2, 3]);
    for (name, answers) in [
        ("header", checks.header),
        ("transactions", checks.transactions),
        ("receipts", checks.receipts),
        ("after them", checks.after),
    ] {
        let counts = [answers.holds, answers.other_form, answers.not_told];
        let counts = counts.map(|count| count.to_string());
        table.row(std::iter::once(name.to_owned()).chain(counts));
    }
    table.write(to)?;
    writeln!(to, "What does not hold is the node's word for it.")
}
