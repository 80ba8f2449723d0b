//! An explanation, for a person.

use std::io;

use super::table::{Table, columns};
use super::{as_of, cut_off, rules, section, unknown};
use crate::document::{Explanation, LinkEntry};

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
    links("Links", &explanation.links, to)?;
    links("Links that do not join", &explanation.reported, to)?;
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

/// Links in a table.
pub(crate) fn links(title: &str, links: &[LinkEntry], to: &mut dyn io::Write) -> io::Result<()> {
    if links.is_empty() {
        return Ok(());
    }
    section(title, to)?;
    let header = columns(["", "From and to", "Rule", "Block", "Transaction"]);
    let mut table = Table::parted(header, &[0, 3]);
    for (number, link) in (1..).zip(links) {
        let mut ends = format!("{}\n{}", link.from, link.to);
        for line in link.evidence.as_deref().into_iter().chain(link.standing) {
            ends = format!("{ends}\n{line}");
        }
        let mut rule = format!("{} (version {})", link.rule, link.version);
        if let Some(confidence) = &link.confidence {
            rule = format!("{rule}\nconfidence {confidence}");
        }
        table.row([
            format!("{number}"),
            ends,
            rule,
            link.height
                .map_or_else(|| "?".to_owned(), |height| height.to_string()),
            link.transaction.clone(),
        ]);
    }
    table.write(to)
}
