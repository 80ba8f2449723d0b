//! An explanation, for a person.

use std::io;

use super::table::{Table, columns};
use super::{as_of, cut_off, rule_limits, rules, section, unknown};
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
    rule_limits(explanation.rule_limits.as_ref(), to)?;
    writeln!(to, "Made by {}.", explanation.program)
}

/// Transactions that show a link that are told of it, at most; the document has all.
const SHOWN_MAX: usize = 12;

/// The transactions that show a link beside its own, one a line.
fn rests_on(link: &LinkEntry) -> Vec<String> {
    let others = link.rests_on.iter();
    let others: Vec<&String> = others.filter(|hash| **hash != link.transaction).collect();
    let mut lines: Vec<String> = others
        .iter()
        .take(SHOWN_MAX)
        .map(|hash| format!("rests on {hash}"))
        .collect();
    if others.len() > SHOWN_MAX {
        lines.push(format!("and on {} more", others.len() - SHOWN_MAX));
    }
    lines
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
        for line in rests_on(link) {
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
