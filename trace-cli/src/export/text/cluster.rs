//! A cluster, for a person.

use std::collections::BTreeSet;
use std::io;

use super::explanation::links;
use super::table::{Table, columns};
use super::{as_of, cut_off, labels, rule_limits, rules, section, units, unknown};
use crate::document::{ClusterReport, Holdings, Money};
use crate::wording::plain;

/// Writes a cluster.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn cluster(report: &ClusterReport, to: &mut dyn io::Write) -> io::Result<()> {
    let totals = &report.totals;
    let of_coins = report.as_of.is_of_coins();
    let [noun, arrivals] = if of_coins {
        ["addresses", "outputs"]
    } else {
        ["accounts", "transfers to them"]
    };
    writeln!(to, "The cluster of {}\n", report.address)?;
    as_of(&report.as_of, to)?;
    writeln!(to, "Cluster {}", report.cluster)?;
    if !of_coins {
        units(to)?;
    }
    section("Together", to)?;
    let mut table = Table::new(columns(["", ""]), &[1]);
    table.row([noun.to_owned(), totals.addresses.to_string()]);
    let Holdings { received, held, .. } = &totals.holdings;
    table.row([arrivals.to_owned(), totals.holdings.arrivals.to_string()]);
    table.row(["received".to_owned(), lines(received)]);
    table.row(["held".to_owned(), known_lines(held.as_deref())]);
    table.write(to)?;
    let ends = [("First", &totals.first_seen), ("Last", &totals.last_seen)];
    for (name, seen) in ends {
        if let Some(seen) = seen {
            let (height, transaction) = (seen.height, &seen.transaction);
            writeln!(to, "{name} seen in block {height}, {transaction}")?;
        }
    }
    let (title, header) = if of_coins {
        (
            "Addresses, in the order of first appearance",
            ["Address", "Label", "Outputs", "Received", "Held"],
        )
    } else {
        (
            "Accounts",
            ["Account", "Label", "Transfers", "Received", "Held"],
        )
    };
    section(title, to)?;
    let mut table = if of_coins {
        Table::new(columns(header), &[2, 3, 4])
    } else {
        Table::parted(columns(header), &[2, 3, 4])
    };
    let deposits: BTreeSet<&String> = report.deposit_addresses.iter().collect();
    for member in &report.members {
        let is_deposit = deposits.contains(&member.address);
        let deposit = is_deposit.then(|| "a deposit address".to_owned());
        let label = member.label.as_deref().map(plain);
        let name: Vec<String> = label.into_iter().chain(deposit).collect();
        table.row([
            member.address.clone(),
            name.join("\n"),
            member.holdings.arrivals.to_string(),
            lines(&member.holdings.received),
            known_lines(member.holdings.held.as_deref()),
        ]);
    }
    table.write(to)?;
    if report.members_left_out > 0 {
        let left_out = report.members_left_out;
        writeln!(to, "{left_out} more are not listed (--members-max).")?;
    }
    links("Links that do not join", &report.reported, to)?;
    labels(&report.labels, to)?;
    let gaps = report.gaps.iter().map(|gap| (gap.at.as_str(), gap.why));
    unknown(gaps, to)?;
    cut_off(report.limits_hit.iter().map(|limit| limit.meaning), to)?;
    section("How this was found", to)?;
    rules(&report.rules, to)?;
    rule_limits(report.rule_limits.as_ref(), to)?;
    writeln!(to, "Made by {}.", report.program)
}

fn known_lines(amounts: Option<&[Money]>) -> String {
    amounts.map_or_else(|| "not known".to_owned(), lines)
}

fn lines(amounts: &[Money]) -> String {
    let amounts = amounts.iter().map(|money| money.shown());
    amounts.collect::<Vec<_>>().join("\n")
}
