//! Destinations as comma-separated values, one a line.

use std::io;

use csv::Writer;

use crate::document::{Comparison, Path, Report, Stage, Unit};

/// Writes the destinations of a report. Amounts are in the smallest unit of the asset; the path is
/// the arrivals from the seed on, parted by spaces, `…` where some are left out and `-` where an
/// account held it already.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn report<S: Stage>(report: &Report<S>, to: &mut dyn io::Write) -> io::Result<()> {
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
        "mix",
        "why",
        "path",
    ])?;
    for place in &report.destinations {
        let party = place.party();
        let of_cluster = party.and_then(|party| party.cluster_label.as_ref());
        let Unit { asset, chain } = place.unit();
        csv.write_record([
            place.kind.name().to_owned(),
            shown(place.label.as_deref()),
            shown(party.map(|party| &party.address)),
            shown(party.and_then(|party| party.cluster.as_ref())),
            shown(of_cluster.map(|(_, name)| name)),
            shown(place.arrival()),
            shown(place.height()),
            shown(place.hash()),
            place.amount.0.to_string(),
            asset.to_string(),
            chain.to_string(),
            place.hops().to_string(),
            shown(place.place().map(Stage::via)),
            shown(place.mix),
            shown(place.why),
            path(&place.path),
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
        "cluster_label",
        "arrival",
        "height",
        "transaction",
        "asset",
        "chain",
        "mix",
    ]
    .map(str::to_owned)
    .into();
    let policies = comparison.policies.iter();
    header.extend(policies.map(|under| under.policy.replace('-', "_")));
    csv.write_record(header)?;
    for place in &comparison.destinations {
        let Unit { asset, chain } = place.unit();
        let mut row = vec![
            place.kind.name().to_owned(),
            shown(place.label.as_ref()),
            shown(place.address.as_ref()),
            shown(place.cluster.as_ref()),
            shown(place.cluster_label.as_ref()),
            shown(place.arrival.as_ref()),
            shown(place.height),
            shown(place.transaction.as_ref()),
            asset.to_string(),
            chain.to_string(),
            shown(place.mix),
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

fn path<S: Stage>(path: &Path<S>) -> String {
    let named = path.shown().into_iter().map(|step| match step.arrival() {
        Some(arrival) => arrival.to_string(),
        None => "-".to_owned(),
    });
    let mut arrivals: Vec<String> = named.collect();
    if path.left_out() > 0 {
        arrivals.insert(path.head().min(arrivals.len()), "…".to_owned());
    }
    arrivals.join(" ")
}
