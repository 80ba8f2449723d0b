//! An explanation, for a person.

use std::io;

use super::table::{Table, columns};
use super::{as_of, cut_off, rules, section, unknown};
use crate::document::Explanation;

/// Writes an explanation.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn explanation(explanation: &Explanation, to: &mut dyn io::Write) -> io::Result<()> {
    let Explanation { a, b, .. } = explanation;
    let verdict = match (explanation.linked, explanation.links.len()) {
        (Some(true), 0) => "They are the same address.".to_owned(),
        (Some(true), 1) => "One link joins them.".to_owned(),
        (Some(true), links) => format!("A chain of {links} links joins them; none is shorter."),
        (Some(false), _) => "No chain of links joins them.".to_owned(),
        (None, _) => "Whether a chain of links joins them is not known.".to_owned(),
    };
    writeln!(to, "{a}\n{b}\n\n{verdict}\n")?;
    as_of(&explanation.as_of, to)?;
    if !explanation.links.is_empty() {
        section("Links", to)?;
        let mut table = Table::parted(
            columns(["", "From and to", "Rule", "Block", "Transaction"]),
            &[0, 3],
        );
        for (number, link) in (1..).zip(&explanation.links) {
            table.row([
                format!("{number}"),
                format!("{}\n{}", link.from, link.to),
                format!("{} (version {})", link.rule, link.version),
                link.height
                    .map_or_else(|| "?".to_owned(), |height| height.to_string()),
                link.transaction.clone(),
            ]);
        }
        table.write(to)?;
    }
    if explanation.linked != Some(true) {
        section("Transactions in which both take part", to)?;
        for common in &explanation.common {
            let height = common.height;
            let block = height.map_or_else(|| "?".to_owned(), |height| height.to_string());
            writeln!(to, "{}, block {block}: {}.", common.transaction, common.why)?;
        }
        if explanation.common.is_empty() {
            writeln!(to, "There is none.")?;
        }
    }
    let gaps = explanation
        .gaps
        .iter()
        .map(|gap| (gap.at.as_str(), gap.why));
    unknown(gaps, to)?;
    cut_off(explanation.limits_hit.iter().map(|limit| limit.meaning), to)?;
    section("How this was found", to)?;
    rules(&explanation.rules, to)?;
    writeln!(to, "Made by {}.", explanation.program)
}
