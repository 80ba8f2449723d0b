//! Destinations as comma-separated values, one a line.

use std::io;

use csv::Writer;

use crate::document::{Comparison, Destination, Path, Report};

/// Writes the destinations of a report. Amounts are in satoshis; the path is the outpoints
/// from the seed on, parted by spaces, with `…` where some are left out.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn report(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    let mut csv = Writer::from_writer(to);
    csv.write_record([
        "kind",
        "label",
        "address",
        "cluster",
        "cluster_label",
        "outpoint",
        "height",
        "transaction",
        "amount_sat",
        "hops",
        "mix",
        "why",
        "path",
    ])?;
    for place in &report.destinations {
        let party = place.party();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        csv.write_record([
            place.kind.name().to_owned(),
            text(place.label.as_deref()),
            text(party.map(|party| party.address.as_str())),
            text(party.and_then(|party| party.cluster.as_deref())),
            text(party.and_then(|party| Some(party.cluster_label.as_ref()?.1.as_str()))),
            place.outpoint().unwrap_or_default(),
            number(place.height),
            transaction(place),
            place.amount.0.to_string(),
            place.hops().to_string(),
            text(place.mix()),
            text(place.why()),
            path(&place.path),
        ])?;
    }
    csv.flush()
}

/// Writes what each policy says of every place. Amounts are in satoshis.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn comparison(comparison: &Comparison, to: &mut dyn io::Write) -> io::Result<()> {
    let mut csv = Writer::from_writer(to);
    let mut header: Vec<String> = [
        "kind",
        "label",
        "address",
        "cluster",
        "outpoint",
        "height",
        "transaction",
    ]
    .map(str::to_owned)
    .into();
    let policies = comparison.policies.iter();
    header.extend(policies.map(|under| format!("{}_sat", under.policy.replace('-', "_"))));
    csv.write_record(header)?;
    for place in &comparison.destinations {
        let mut row = vec![
            place.kind.name().to_owned(),
            place.label.clone().unwrap_or_default(),
            place.address.clone().unwrap_or_default(),
            place.cluster.clone().unwrap_or_default(),
            place.outpoint.clone().unwrap_or_default(),
            number(place.height),
            place.transaction.clone().unwrap_or_default(),
        ];
        let amounts = place.amounts.0.iter();
        row.extend(amounts.map(|(_, amount)| amount.0.to_string()));
        csv.write_record(row)?;
    }
    csv.flush()
}

fn number(height: Option<u32>) -> String {
    height.map_or_else(String::new, |height| height.to_string())
}

fn transaction(place: &Destination) -> String {
    let transaction = place.transaction;
    transaction.map_or_else(String::new, |txid| txid.to_string())
}

fn path(path: &Path) -> String {
    let mut outpoints: Vec<String> = path
        .shown()
        .iter()
        .map(|step| step.outpoint.to_string())
        .collect();
    if path.left_out() > 0 {
        outpoints.insert(path.head().min(outpoints.len()), "…".to_owned());
    }
    outpoints.join(" ")
}
