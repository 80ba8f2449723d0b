//! A cluster, for a person.

use std::io;

use super::table::{Table, columns};
use super::{as_of, cut_off, labels, rules, section, unknown};
use crate::document::ClusterReport;
use crate::wording::plain;

/// Writes a cluster.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn cluster(report: &ClusterReport, to: &mut dyn io::Write) -> io::Result<()> {
    let totals = &report.totals;
    writeln!(to, "The cluster of {}\n", report.address)?;
    as_of(&report.as_of, to)?;
    writeln!(to, "Cluster {}", report.cluster)?;
    section("Together", to)?;
    let mut table = Table::new(columns(["", ""]), &[1]);
    table.row(["addresses".to_owned(), totals.addresses.to_string()]);
    table.row(["outputs".to_owned(), totals.outputs.to_string()]);
    table.row([
        "received, BTC".to_owned(),
        totals.received.btc().to_string(),
    ]);
    table.row(["unspent, BTC".to_owned(), totals.unspent.btc().to_string()]);
    table.write(to)?;
    let ends = [("First", &totals.first_seen), ("Last", &totals.last_seen)];
    for (name, seen) in ends {
        if let Some(seen) = seen {
            writeln!(
                to,
                "{name} seen in block {}, {}",
                seen.height, seen.transaction
            )?;
        }
    }
    section("Addresses, in the order of first appearance", to)?;
    let header = columns([
        "Address",
        "Label",
        "Outputs",
        "Received, BTC",
        "Unspent, BTC",
    ]);
    let mut table = Table::new(header, &[2, 3, 4]);
    for member in &report.members {
        table.row([
            member.address.clone(),
            plain(member.label.as_deref().unwrap_or_default()),
            member.outputs.to_string(),
            member.received.btc().to_string(),
            member.unspent.btc().to_string(),
        ]);
    }
    table.write(to)?;
    if report.members_left_out > 0 {
        writeln!(
            to,
            "{} more are not listed (--members-max).",
            report.members_left_out
        )?;
    }
    labels(&report.labels, to)?;
    let gaps = report.gaps.iter().map(|gap| (gap.at.as_str(), gap.why));
    unknown(gaps, to)?;
    cut_off(report.limits_hit.iter().map(|limit| limit.meaning), to)?;
    section("How this was found", to)?;
    rules(&report.rules, to)?;
    writeln!(to, "Made by {}.", report.program)
}
