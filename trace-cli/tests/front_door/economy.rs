//! The shipped economy, held to its truth.

use std::collections::BTreeMap;

use serde_json::Value;
use testdata::economy::{DestinationKind, Followed, Outcome};

use super::{Ingested, json, labels, trace, truth};

/// The destinations of an answer in the words of the truth: kind, where, address, label, mix,
/// amount.
fn told(answer: &Value) -> Vec<(String, String, Value, Value, Value, u64)> {
    let places = answer["destinations"].as_array().unwrap();
    places
        .iter()
        .map(|place| {
            let kind = place["kind"].as_str().unwrap().to_owned();
            let at = if kind == "fee" {
                "transaction"
            } else {
                "arrival"
            };
            let label = if kind == "service" {
                place["label"].clone()
            } else {
                Value::Null
            };
            let mix = if kind == "mix" {
                place["transaction"].clone()
            } else {
                Value::Null
            };
            let amount = place["amount"].as_str().unwrap().parse().unwrap();
            let at = place[at].as_str().unwrap().to_owned();
            (kind, at, place["address"].clone(), label, mix, amount)
        })
        .collect()
}

fn expected(outcome: &Outcome) -> Vec<(String, String, Value, Value, Value, u64)> {
    let places = outcome.destinations.iter();
    places
        .map(|place| {
            let kind = match place.kind {
                DestinationKind::Unspent => "unspent",
                DestinationKind::Service => "service",
                DestinationKind::Mix => "mix",
                DestinationKind::Fee => "fee",
            };
            let value = |text: &Option<String>| text.clone().map_or(Value::Null, Value::String);
            (
                kind.to_owned(),
                place.at.clone(),
                value(&place.address),
                value(&place.label),
                value(&place.mix),
                place.amount_sat,
            )
        })
        .collect()
}

fn check(policy: &str, answer: &Value, outcome: &Outcome) {
    assert_eq!(told(answer), expected(outcome), "{policy}");
    let totals = answer["totals"].get(0).unwrap();
    for (kind, sat) in [
        ("unspent", outcome.totals.unspent_sat),
        ("service", outcome.totals.service_sat),
        ("mix", outcome.totals.mix_sat),
        ("fee", outcome.totals.fee_sat),
        ("bound", 0),
        ("unseen", 0),
    ] {
        assert_eq!(totals[kind], sat.to_string(), "{policy}, {kind}");
    }
}

#[test]
fn stolen_coins_are_where_the_truth_has_them_under_every_policy() {
    let (ledger, truth) = (Ingested::new(), truth());
    let theft = &truth.theft;
    for (policy, Followed { stopping, .. }) in &theft.policies {
        let asked = format!(
            "follow {} {} --policy {policy} --format json",
            theft.txid,
            ledger.flag()
        );
        let stop = theft.stop_categories.join(",");
        let run = trace(&format!("{asked} --labels {} --stop {stop}", labels()));
        assert_eq!((run.code, &*run.err), (0, ""));
        check(policy, &json(&run.out), stopping);
    }
}

#[test]
fn all_policies_side_by_side_say_what_each_says_alone() {
    let (ledger, truth) = (Ingested::new(), truth());
    let asked = format!(
        "follow {} {} --labels {}",
        truth.theft.txid,
        ledger.flag(),
        labels()
    );
    let compared = trace(&format!("{asked} --compare --format json"));
    assert_eq!(compared.code, 0, "{}", compared.err);
    let compared = json(&compared.out);
    for policy in truth.theft.policies.keys() {
        let alone = trace(&format!("{asked} --policy {policy} --format json"));
        let alone = json(&alone.out);
        let mut amounts: BTreeMap<(String, String), String> = BTreeMap::new();
        for place in alone["destinations"].as_array().unwrap() {
            let at = if place["kind"] == "fee" {
                "transaction"
            } else {
                "arrival"
            };
            let key = (place["kind"].to_string(), place[at].to_string());
            amounts.insert(key, place["amount"].as_str().unwrap().to_owned());
        }
        for place in compared["destinations"].as_array().unwrap() {
            let at = if place["kind"] == "fee" {
                "transaction"
            } else {
                "arrival"
            };
            let key = (place["kind"].to_string(), place[at].to_string());
            let alone = amounts.remove(&key).unwrap_or_else(|| "0".to_owned());
            assert_eq!(place["amounts"][policy], alone, "{policy} {key:?}");
        }
        assert!(amounts.is_empty(), "{policy}: {amounts:?}");
        let under = compared["policies"].as_array().unwrap();
        let under = under
            .iter()
            .find(|under| under["policy"] == **policy)
            .unwrap();
        assert_eq!(under["totals"], alone["totals"]);
    }
}

#[test]
fn every_path_leads_from_the_seed_to_its_place() {
    let (ledger, truth) = (Ingested::new(), truth());
    let asked = format!(
        "follow {} {} --format json",
        truth.theft.txid,
        ledger.flag()
    );
    let answer = json(&trace(&asked).out);
    let heights: BTreeMap<&str, u32> = truth
        .transactions
        .iter()
        .map(|transaction| (transaction.txid.as_str(), transaction.height))
        .collect();
    for place in answer["destinations"].as_array().unwrap() {
        let path = place["path"].as_array().unwrap();
        let first = path.first().unwrap()["arrival"].as_str().unwrap();
        assert!(
            truth.theft.outpoints.iter().any(|seed| seed == first),
            "{first}"
        );
        if place["kind"] != "fee" {
            assert_eq!(path.last().unwrap()["arrival"], place["arrival"]);
            assert_eq!(place["hops"], path.len() - 1);
        }
        for step in path {
            let (txid, _) = step["arrival"].as_str().unwrap().split_once(':').unwrap();
            assert_eq!(step["height"], heights[txid]);
        }
    }
}

#[test]
fn a_ledger_a_folder_and_a_recording_give_the_same_bytes() {
    let (ledger, truth) = (Ingested::new(), truth());
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("economy.rec");
    let record = format!(
        "record --source {} --output {}",
        super::economy_source(),
        file.display()
    );
    let recorded = trace(&record);
    assert_eq!(recorded.code, 0, "{recorded:?}");
    for format in ["text", "json", "csv", "graphml", "dot"] {
        let answers = [
            ledger.flag(),
            format!("--source {}", super::economy_source()),
            format!("--source recording:{}", file.display()),
        ]
        .map(|chain| {
            let asked = format!("--labels {} --format {format} --quiet", labels());
            let run = trace(&format!("follow {} {chain} {asked}", truth.theft.txid));
            assert_eq!((run.code, &*run.err), (0, ""));
            run.out
        });
        let [of_ledger, of_folder, of_recording] = &answers;
        assert!(
            of_ledger == of_folder && of_folder == of_recording,
            "{format}"
        );
    }
}

#[test]
fn what_a_theft_came_from_is_found_backwards() {
    let (ledger, truth) = (Ingested::new(), truth());
    let asked = format!("back {} {} --format json", truth.theft.txid, ledger.flag());
    for policy in truth
        .theft
        .policies
        .keys()
        .filter(|policy| *policy != "poison")
    {
        let run = trace(&format!("{asked} --policy {policy}"));
        assert_eq!(run.code, 0, "{}", run.err);
        let answer = json(&run.out);
        assert_eq!(answer["schema"], "trace/back/2");
        assert_eq!(answer["conservation"]["holds"], true);
        assert_eq!(
            answer["totals"][0]["seeded"],
            truth.theft.stolen_sat.to_string()
        );
        let kinds = answer["destinations"].as_array().unwrap().iter();
        for kind in kinds.map(|place| place["kind"].as_str().unwrap()) {
            assert!(["coinbase", "mix"].contains(&kind), "{kind}");
        }
    }
}
