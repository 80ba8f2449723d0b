//! A cluster of accounts, for a person.

use std::io;

use crate::accounts::document::{ClusterReport, Holding, shown};
use crate::export::text::explanation::links;
use crate::export::text::table::{Table, columns};
use crate::export::text::{as_of, labels, rule_limits, rules, section, unknown};
use crate::wording::plain;

/// Writes a cluster.
///
/// # Errors
/// When the bytes cannot be written.
pub(in crate::accounts) fn cluster(
    report: &ClusterReport,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    writeln!(to, "The cluster of {}\n", report.address)?;
    as_of(&report.as_of, to)?;
    writeln!(to, "Cluster {}", report.cluster)?;
    section("Together", to)?;
    let mut table = Table::new(columns(["Held", "Amount"]), &[1]);
    for Holding { asset, amount, .. } in &report.held {
        table.row([asset.to_string(), shown(*amount, *asset)]);
    }
    table.write(to)?;
    for (name, seen) in [("First", &report.first_seen), ("Last", &report.last_seen)] {
        let (height, transaction) = (seen.height, &seen.transaction);
        writeln!(to, "{name} seen in block {height}, {transaction}")?;
    }
    section("Accounts", to)?;
    let mut table = Table::parted(columns(["Account", "Label", "Held", "Amount"]), &[3]);
    for member in &report.members {
        let deposit = report.deposit_addresses.contains(&member.address);
        let label = member.label.as_deref().map(plain);
        let deposit = deposit.then(|| "a deposit address".to_owned());
        let name: Vec<String> = label.into_iter().chain(deposit).collect();
        let held = member.held.iter();
        let (assets, amounts): (Vec<_>, Vec<_>) = held
            .map(|held| {
                let amount = shown(held.amount, held.asset);
                (held.asset.to_string(), amount)
            })
            .unzip();
        table.row([
            member.address.clone(),
            name.join("\n"),
            assets.join("\n"),
            amounts.join("\n"),
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
    section("How this was found", to)?;
    rules(&report.rules, to)?;
    rule_limits(report.rule_limits.as_ref(), to)?;
    writeln!(
        to,
        "Amounts of the chain's own coin (native) are in units of 10^18 wei; all others are in the\n\
         smallest unit of the asset. Made by {}.",
        report.program
    )
}
