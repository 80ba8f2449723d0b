//! One schema for both kinds of chain: the same fields, and beside each amount what it is of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trace_core::model::account::U256;

use super::account_questions::{self, follow, ledger, purse, thefts};
use super::{Ingested, json, labels, trace, truth};

/// The fields of every object of a document by where it stands; what stands in a list stands in
/// one place.
type Fields = BTreeMap<String, BTreeSet<String>>;

fn fields(value: &Value, at: &str, found: &mut Fields) {
    match value {
        Value::Object(object) => {
            let known = object.keys().cloned().collect();
            let first = found
                .entry(at.to_owned())
                .or_insert_with(|| BTreeSet::clone(&known));
            assert_eq!(*first, known, "{at}: a field is there only sometimes");
            for (name, inner) in object {
                fields(inner, &format!("{at}.{name}"), found);
            }
        }
        Value::Array(list) => {
            for inner in list {
                fields(inner, &format!("{at}[]"), found);
            }
        }
        _ => {}
    }
}

/// What is an amount, wherever it stands.
const AMOUNTS: [&str; 9] = [
    "amount", "value", "seeded", "received", "came", "went", "fee", "amounts", "held",
];

/// Checks that beside each amount there are its asset and its chain.
fn check_units(value: &Value, chain: &str) {
    match value {
        Value::Object(object) => {
            let is_amount = |name: &&str| matches!(object.get(*name), Some(Value::String(_)));
            let has_amounts = object.get("amounts").is_some_and(Value::is_object);
            if has_amounts || AMOUNTS.iter().any(is_amount) {
                assert_eq!(object["chain"], chain, "{value}");
                let asset = object["asset"].as_str().unwrap();
                assert!(asset == "native" || asset.starts_with("0x"), "{value}");
            }
            for inner in object.values() {
                check_units(inner, chain);
            }
        }
        Value::Array(list) => {
            for inner in list {
                check_units(inner, chain);
            }
        }
        _ => {}
    }
}

/// Two answers to one question, over coins and over accounts: where both say something, they say
/// it in the same fields.
fn check(schema: &str, coins: &str, accounts: &str) -> [Value; 2] {
    let answers = [coins, accounts].map(json);
    let [coins, accounts] = answers.each_ref().map(|answer| {
        assert_eq!(answer["schema"], schema);
        let mut found = Fields::new();
        fields(answer, "", &mut found);
        found
    });
    let mut in_both = 0;
    for (at, fields) in &coins {
        if let Some(others) = accounts.get(at) {
            assert_eq!(fields, others, "{schema}: {at}");
            in_both += 1;
        }
    }
    assert!(in_both >= 3, "{coins:?} {accounts:?}");
    check_units(&answers[0], "bitcoin-regtest");
    check_units(&answers[1], "eip155:31337");
    answers
}

fn names(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().collect()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    let object = value.as_object().unwrap();
    object.keys().map(String::as_str).collect()
}

#[test]
fn following_says_the_same_over_both_kinds_of_chain() {
    let (own, truth) = (Ingested::new(), truth());
    let asked = format!("{} {} --labels {}", truth.theft.txid, own.flag(), labels());
    let coins = trace(&format!("follow {asked} --format json"));
    let accounts = follow("--format json");
    let answers = check("trace/follow/2", &coins.out, &accounts.out);
    let top = "schema program as_of policy conditions seeds totals conservation destinations \
               labels gaps limits_hit transactions_visited";
    let totals = "asset chain seeded received unspent held service mix pool fee burnt swapped bound \
                  unseen";
    let place = "kind address arrival cluster label cluster_label amount asset chain value height \
                 hops via transaction mix why shares path path_left_out";
    for answer in &answers {
        assert_eq!(keys(answer), names(top));
        assert_eq!(keys(&answer["as_of"]), names("chain height hash"));
        assert_eq!(keys(&answer["totals"][0]), names(totals));
        let seed = &answer["seeds"][0];
        assert_eq!(keys(seed), names("seed kind from_height arrivals totals"));
        assert_eq!(
            keys(&seed["arrivals"][0]),
            names("arrival height address amount asset chain")
        );
        let destination = &answer["destinations"][0];
        assert_eq!(keys(destination), names(place));
        assert_eq!(
            keys(&destination["path"][0]),
            names("arrival height address via amount asset chain")
        );
        assert_eq!(
            keys(&destination["shares"][0]),
            names("seed amount asset chain")
        );
    }
    let back = format!("back {asked} --format json");
    let accounts = format!(
        "back {} {} --quiet --format json",
        thefts(),
        ledger().flag()
    );
    check("trace/back/2", &trace(&back).out, &trace(&accounts).out);
    let coins = trace(&format!("follow {asked} --compare --format json"));
    let accounts = follow("--compare --format json");
    check("trace/compare/2", &coins.out, &accounts.out);
}

#[test]
fn what_was_seeded_is_listed_and_adds_up() {
    let amount = |value: &Value| value.as_str().unwrap().parse::<U256>().unwrap();
    let seeds = format!(
        "{} {} {}",
        thefts(),
        purse("olivia", "wallet"),
        purse("stella", "farm-7")
    );
    let flag = ledger().flag();
    let mut listed = 0;
    for direction in ["follow", "back"] {
        let run = trace(&format!("{direction} {seeds} {flag} --quiet --format json"));
        for seed in json(&run.out)["seeds"].as_array().unwrap() {
            let mut sums: BTreeMap<String, U256> = BTreeMap::new();
            for arrival in seed["arrivals"].as_array().unwrap() {
                listed += 1;
                *sums.entry(arrival["asset"].to_string()).or_default() +=
                    amount(&arrival["amount"]);
            }
            for totals in seed["totals"].as_array().unwrap() {
                let sum = sums.remove(&totals["asset"].to_string());
                assert_eq!(sum.unwrap_or_default(), amount(&totals["seeded"]), "{seed}");
            }
            assert!(sums.is_empty(), "{sums:?}");
        }
    }
    assert!(listed > 10, "{listed}");
}

#[test]
fn csv_has_the_same_columns_over_both_kinds_of_chain() {
    let (own, truth) = (Ingested::new(), truth());
    for more in ["", " --compare"] {
        let asked = format!(
            "follow {} {} --format csv{more}",
            truth.theft.txid,
            own.flag()
        );
        let coins = trace(&asked).out;
        let accounts = follow(&format!("--format csv{more}")).out;
        let [coins, accounts] = [coins, accounts].map(|text| {
            assert!(text.lines().count() > 3, "{text}");
            text.lines().next().unwrap().to_owned()
        });
        assert_eq!(coins, accounts);
        assert!(coins.contains(",asset,chain,"), "{coins}");
    }
}

#[test]
fn clusters_and_links_say_the_same_over_both_kinds_of_chain() {
    let (own, truth) = (Ingested::new(), truth());
    let flag = own.flag();
    let mut by_cluster: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in trace(&format!("cluster --all {flag}")).out.lines() {
        let (address, cluster) = line.split_once(' ').unwrap();
        let members = by_cluster.entry(cluster.to_owned()).or_default();
        members.push(address.to_owned());
    }
    let shared = by_cluster.values().find(|members| members.len() > 1);
    let (a, b) = (&shared.unwrap()[0], &shared.unwrap()[1]);
    let more = format!(
        "{} {} --quiet --format json",
        ledger().flag(),
        account_questions::labels()
    );
    let (wallet, farm) = (purse("stella", "wallet"), purse("stella", "farm-7"));
    let coins = trace(&format!("cluster {a} {flag} --format json"));
    let accounts = trace(&format!(
        "cluster {wallet} {more} --join same-owner-funding"
    ));
    check("trace/cluster/2", &coins.out, &accounts.out);
    let coins = trace(&format!("explain {a} {b} {flag} --format json"));
    let explain = format!("explain {wallet} {farm} {more}");
    let accounts = trace(&format!("{explain} --join same-owner-funding"));
    check("trace/explain/2", &coins.out, &accounts.out);
    let coins = trace(&format!("inspect {} {flag}", truth.theft.txid));
    let theft = &account_questions::truth().theft.transactions[0];
    let accounts = trace(&format!("inspect {theft} {} --quiet", ledger().flag()));
    let answers = check("trace/inspect/2", &coins.out, &accounts.out);
    for answer in &answers {
        assert!(answer["effects"].as_array().unwrap().len() > 1, "{answer}");
    }
    // What came over coins and what went differ by the fee alone.
    let effects = answers[0]["effects"].as_array().unwrap();
    let sum = |of: &str| -> u64 {
        let amounts = effects.iter().map(|effect| effect[of].as_str().unwrap());
        amounts.map(|text| text.parse::<u64>().unwrap()).sum()
    };
    let coins = trace(&format!("back {} {flag} --format json", truth.theft.txid));
    assert_eq!(sum("came"), truth.theft.stolen_sat, "{}", coins.out);
    assert!(sum("went") > sum("came"));
}
