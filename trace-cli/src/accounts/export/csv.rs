//! Destinations as comma-separated values, one a line.

use std::io;

use csv::Writer;

use crate::accounts::document::{Comparison, Destination, Report, Step};
use crate::document::Path;

/// Writes the destinations of a report. Amounts are in the smallest unit of the asset; the path is
/// the arrivals from the seed on, parted by spaces, `…` where some are left out and `-` where an
/// account held it.
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
        "arrival",
        "height",
        "transaction",
        "amount",
        "asset",
        "chain",
        "hops",
        "via",
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
            arrival(place.step()),
            shown(place.height()),
            shown(place.hash()),
            place.amount.0.to_string(),
            place.asset().to_string(),
            place.chain.to_string(),
            place.hops().to_string(),
            text(place.step().map(Step::via_name)),
            text(place.why),
            path(place),
        ])?;
    }
    csv.flush()
}

/// Writes what each policy says of every place. Amounts are in the smallest unit of the asset.
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
        "arrival",
        "height",
        "transaction",
        "asset",
        "chain",
    ]
    .map(str::to_owned)
    .into();
    let policies = comparison.policies.iter();
    header.extend(policies.map(|under| under.policy.replace('-', "_")));
    csv.write_record(header)?;
    for place in &comparison.destinations {
        let mut row = vec![
            place.kind.name().to_owned(),
            place.label.clone().unwrap_or_default(),
            place.address.clone().unwrap_or_default(),
            place.cluster.clone().unwrap_or_default(),
            place.arrival.clone().unwrap_or_default(),
            shown(place.height),
            place.transaction.clone().unwrap_or_default(),
            place.asset.to_string(),
            place.chain.clone(),
        ];
        let amounts = place.amounts.0.iter();
        row.extend(amounts.map(|(_, amount)| amount.0.to_string()));
        csv.write_record(row)?;
    }
    csv.flush()
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn arrival(step: Option<&Step>) -> String {
    shown(step.and_then(|step| step.arrival))
}

fn path(place: &Destination) -> String {
    let path: &Path<Step> = &place.path;
    let named = path.shown().into_iter().map(|step| match step.arrival {
        Some(arrival) => arrival.to_string(),
        None => "-".to_owned(),
    });
    let mut arrivals: Vec<String> = named.collect();
    if path.left_out() > 0 {
        arrivals.insert(path.head().min(arrivals.len()), "…".to_owned());
    }
    arrivals.join(" ")
}
