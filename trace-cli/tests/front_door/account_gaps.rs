//! What is not certain, not known or not asked over accounts is said.

use std::collections::BTreeSet;

use serde_json::Value;

use super::account_questions::{follow, labels, ledger, purse, recording, truth};
use super::{Ingested, json, trace};

#[test]
fn what_may_have_come_out_of_mixers_is_followed_apart() {
    let certain = json(&follow("--format json").out);
    let run = follow("--mixes candidates --candidates-max 5 --format json");
    assert_eq!(run.code, 0, "{run:?}");
    let both = json(&run.out);
    for name in ["totals", "destinations", "seeds"] {
        assert_eq!(
            both[name], certain[name],
            "what is possible changed what is certain"
        );
    }
    let possible = &both["possible"];
    let taken_out = |document: &Value| -> BTreeSet<String> {
        let withdrawals = document["withdrawals"].as_array().unwrap().iter();
        let hashes = withdrawals.map(|one| one["transaction"].as_str().unwrap().to_owned());
        hashes.collect()
    };
    // Nobody else took anything out after Mallory's deposits.
    let of_mallory = truth().mixes.iter().filter(|mix| mix.owner == "mallory");
    let of_mallory = of_mallory.filter_map(|mix| mix.withdrawal);
    let of_mallory: BTreeSet<String> = of_mallory.map(|hash| hash.to_string()).collect();
    assert_eq!(of_mallory.len(), 2);
    assert_eq!(taken_out(possible), of_mallory);
    assert_eq!(possible["deposits"][0]["revealed"], 0);
    let followed = &possible["followed"];
    assert_eq!(followed["conservation"]["holds"], true);
    let clean = purse("mallory", "clean");
    let places = followed["destinations"].as_array().unwrap();
    let is_clean = |place: &Value| {
        place["address"]
            .as_str()
            .unwrap()
            .eq_ignore_ascii_case(&clean)
    };
    assert!(
        places
            .iter()
            .any(|place| place["kind"] == "held" && is_clean(place))
    );
    // Nothing gives them away, so they are followed only where that is asked for.
    let given_away = json(&follow("--mixes candidates --format json").out);
    assert!(taken_out(&given_away["possible"]).is_empty());
    assert!(given_away["possible"]["followed"].is_null());

    let (ledger, labels, erin) = (ledger().flag(), labels(), purse("erin", "wallet"));
    let erin = format!("follow {erin}/native {ledger} {labels} --quiet --mixes candidates");
    let document = json(&trace(&format!("{erin} --format json")).out);
    let possible = &document["possible"];
    assert_eq!(taken_out(possible).len(), 1);
    let reveal = &possible["withdrawals"][0]["reveals"][0];
    assert_eq!(reveal["name"], "mixer-address-match");
    let own = truth().mixes.iter().find(|mix| {
        let is_hers = mix.owner == "erin";
        is_hers && mix.withdrawal.is_some()
    });
    let own = own.unwrap();
    let shown = [own.deposit, own.withdrawal.unwrap()].map(|hash| hash.to_string());
    assert_eq!(reveal["rests_on"], serde_json::json!(shown));
    let text = trace(&erin).out;
    assert!(
        text.contains(&format!("rests on {}", own.deposit)),
        "{text}"
    );
    let (before, after) = text.split_once("Possible: what may have come").unwrap();
    assert!(before.contains("to the unit.") && after.contains("possible and not certain"));
}

#[test]
fn bounds_cut_off_and_say_so() {
    let report = json(&follow("--hops-max 2 --format json").out);
    assert_eq!(report["conditions"]["bounds"]["hops_max"], 2);
    let limits = report["limits_hit"].as_array().unwrap();
    assert!(
        limits.iter().any(|limit| limit["limit"] == "hops"),
        "{limits:?}"
    );
    let places = report["destinations"].as_array().unwrap();
    let bound: Vec<_> = places
        .iter()
        .filter(|place| place["kind"] == "bound")
        .collect();
    assert!(!bound.is_empty());
    assert!(bound.iter().all(|place| place["why"].is_string()));
    assert_eq!(report["conservation"]["holds"], true);
    let few = json(&follow("--amount-min native=30000000000000000000 --format json").out);
    let limits = few["limits_hit"].as_array().unwrap();
    assert!(
        limits.iter().any(|limit| limit["limit"] == "amount"),
        "{limits:?}"
    );
}

/// The economy from its fortieth block on.
fn late() -> Ingested {
    let late = Ingested::empty();
    let run = trace(&format!("ingest {} {} --from 40", late.flag(), recording()));
    assert_eq!(run.code, 0, "{run:?}");
    late
}

#[test]
fn a_ledger_that_begins_late_denies_nothing() {
    let (late, labels) = (late(), labels());
    let (late, loot) = (late.flag(), purse("mallory", "loot"));
    let cluster = trace(&format!(
        "cluster {loot} {late} {labels} --quiet --format json"
    ));
    assert_eq!(cluster.code, 0, "{cluster:?}");
    let report = json(&cluster.out);
    // What it held before is not known, so what it holds is not.
    assert!(report["totals"]["held"].is_null() && report["members"][0]["held"].is_null());
    assert_ne!(report["totals"]["arrivals"], 0);
    let text = trace(&format!("cluster {loot} {late} {labels} --quiet")).out;
    assert!(text.contains("not known"), "{text}");
    let gaps = report["gaps"].clone();
    assert!(
        gaps.as_array()
            .unwrap()
            .iter()
            .any(|gap| gap["gap"] == "history"),
        "{gaps}"
    );
    let all = trace(&format!("cluster --all {late} {labels} --quiet"));
    assert!(all.code == 0 && all.out.lines().count() > 10, "{all:?}");
    let victim = purse("olivia", "wallet");
    let explain = format!("explain {loot} {victim} {late} {labels} --quiet --format json");
    let run = trace(&explain);
    assert_eq!(run.code, 2, "{run:?}");
    let document = json(&run.out);
    assert!(document["linked"].is_null());
    assert!(!document["common"].as_array().unwrap().is_empty());
    let run = trace(&format!("{explain} --address-transactions-max 1"));
    let limits = json(&run.out)["limits_hit"].clone();
    assert_eq!(limits[0]["limit"], "address-transactions");
    // What it held before is not known, so nothing is seeded, and that is no answer.
    let run = trace(&format!(
        "follow {loot} {late} {labels} --quiet --format json"
    ));
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(json(&run.out)["gaps"][0]["gap"], "account");
}

#[test]
fn a_limit_that_left_nothing_to_follow_is_stated() {
    let loot = purse("mallory", "loot");
    let ledger = ledger().flag();
    let run = trace(&format!(
        "follow {loot} {ledger} --quiet --format json --transactions-max 0"
    ));
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(json(&run.out)["limits_hit"][0]["limit"], "transactions");
}

#[test]
fn a_mixer_that_no_label_names_is_said_to_have_been_gone_through() {
    let (ledger, theft) = (ledger().flag(), truth().theft.transactions[0]);
    let follow = format!("follow {theft} {ledger} --quiet");
    let through = trace(&follow).out;
    assert!(through.contains("mixers that a label names, and went through all others"));
    let stopped = json(&trace(&format!("{follow} --mixes candidates --format json")).out);
    let places = stopped["destinations"].as_array().unwrap();
    assert!(
        places.iter().any(|place| place["kind"] == "mix"),
        "{places:?}"
    );
    assert!(
        !stopped["possible"]["deposits"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let withdrawal = truth().mixes.iter().find_map(|mix| mix.withdrawal).unwrap();
    let told = json(&trace(&format!("inspect {withdrawal} {ledger}")).out);
    assert_eq!(told["mix"]["verdict"], "unknown");
    assert!(
        told["mix"]["why"]
            .as_str()
            .unwrap()
            .contains("pays out as a mixer does")
    );
}
