//! Whose addresses belong together, held to who owns them in truth.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ingested, json, trace, truth};

#[test]
fn every_address_has_a_cluster_and_none_has_two_owners() {
    let (ledger, truth) = (Ingested::new(), truth());
    let run = trace(&format!("cluster --all {} --format json", ledger.flag()));
    assert_eq!((run.code, &*run.err), (0, ""));
    let mut owners: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut met = BTreeSet::new();
    for line in run.out.lines() {
        let line = json(line);
        let fields: Vec<&String> = line.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["address", "cluster"]);
        let [address, cluster] = ["address", "cluster"].map(|name| line[name].as_str().unwrap());
        assert!(met.insert(address.to_owned()), "{address} twice");
        assert!(
            met.contains(cluster),
            "a cluster bears the address that came first"
        );
        let owner = &truth.addresses[address].owner;
        owners.entry(cluster.to_owned()).or_default().insert(owner);
    }
    let known: BTreeSet<String> = truth.addresses.keys().cloned().collect();
    assert_eq!(met, known);
    let mixed: Vec<_> = owners
        .iter()
        .filter(|(_, owners)| owners.len() > 1)
        .collect();
    assert!(mixed.is_empty(), "{mixed:?}");
    assert!(owners.len() < truth.addresses.len(), "nothing was joined");
    let text = trace(&format!("cluster --all {}", ledger.flag()));
    assert_eq!(text.out.lines().count(), met.len());
}

#[test]
fn a_cluster_alone_is_what_it_is_among_all() {
    let ledger = Ingested::new();
    let all = trace(&format!("cluster --all {} --format json", ledger.flag())).out;
    let mut clusters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in all.lines().map(json) {
        let [address, cluster] = ["address", "cluster"].map(|name| line[name].as_str().unwrap());
        clusters
            .entry(cluster.to_owned())
            .or_default()
            .push(address.to_owned());
    }
    let (name, members) = clusters
        .iter()
        .max_by_key(|(_, members)| members.len())
        .unwrap();
    let asked = members.last().unwrap();
    let run = trace(&format!("cluster {asked} {} --format json", ledger.flag()));
    assert_eq!((run.code, &*run.err), (0, ""));
    let answer = json(&run.out);
    assert_eq!(answer["cluster"], **name);
    let listed: BTreeSet<&str> = answer["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| member["address"].as_str().unwrap())
        .collect();
    assert_eq!(listed, members.iter().map(String::as_str).collect());
    let few = trace(&format!(
        "cluster {asked} {} --format json --members-max 2",
        ledger.flag()
    ));
    let few = json(&few.out);
    assert_eq!(few["members"].as_array().unwrap().len(), 2);
    assert_eq!(few["members_left_out"], members.len() - 2);
    assert_eq!(few["totals"], answer["totals"]);
    let cut = trace(&format!(
        "cluster {asked} {} --format json --addresses-max 2",
        ledger.flag()
    ));
    assert_eq!(json(&cut.out)["limits_hit"][0]["limit"], "addresses");
}

#[test]
fn two_addresses_of_one_cluster_are_explained_and_two_of_different_ones_are_not() {
    let ledger = Ingested::new();
    let all = trace(&format!("cluster --all {} --format json", ledger.flag())).out;
    let lines: Vec<_> = all.lines().map(json).collect();
    let joined = lines
        .iter()
        .find(|line| line["address"] != line["cluster"])
        .unwrap();
    let [a, b] = ["address", "cluster"].map(|name| joined[name].as_str().unwrap());
    let run = trace(&format!("explain {a} {b} {} --format json", ledger.flag()));
    assert_eq!((run.code, &*run.err), (0, ""));
    let answer = json(&run.out);
    assert_eq!(answer["linked"], true);
    let links = answer["links"].as_array().unwrap();
    assert_eq!(links.first().unwrap()["from"], a);
    assert_eq!(links.last().unwrap()["to"], b);
    for pair in links.windows(2) {
        assert_eq!(pair[0]["to"], pair[1]["from"]);
    }
    let other = lines
        .iter()
        .find(|line| line["cluster"] != joined["cluster"])
        .unwrap();
    let other = other["address"].as_str().unwrap();
    let run = trace(&format!(
        "explain {a} {other} {} --format json",
        ledger.flag()
    ));
    assert_eq!(
        (run.code, json(&run.out)["linked"].as_bool()),
        (1, Some(false))
    );
}

#[test]
fn an_address_that_never_occurs_is_nothing_found() {
    let ledger = Ingested::new();
    let unknown = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
    let run = trace(&format!("cluster {unknown} {}", ledger.flag()));
    assert_eq!((run.code, &*run.out), (1, ""));
    assert!(run.err.contains("no transaction"), "{}", run.err);
    let run = trace(&format!(
        "explain {unknown} {unknown} {} --format json",
        ledger.flag()
    ));
    assert_eq!(run.code, 1, "{run:?}");
}

#[test]
fn the_change_rules_are_measured() {
    let ledger = Ingested::new();
    let run = trace(&format!("measure {} --format json", ledger.flag()));
    let answer = json(&run.out);
    assert_eq!(answer["schema"], "trace/measure/1");
    assert_eq!(
        answer["rules"].as_array().unwrap().len(),
        heuristics_rules()
    );
    assert_eq!(run.code, i32::from(answer["revealed"] == 0));
}

fn heuristics_rules() -> usize {
    heuristics::change::RULES.len()
}
