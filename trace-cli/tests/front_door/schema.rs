//! One schema for both kinds of chain: the same fields, and beside each amount what it is of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trace_core::model::account::U256;

use super::account_questions::{self, follow, ledger, purse, thefts};
use super::{Ingested, json, labels, trace, truth};

/// The fields of every object by what it is called: its member of the document, and where several
/// schemas call different things so, the schema before it. `docs/formats.md` says what they mean.
const FIELDS: [(&str, &str); 43] = [
    (
        "follow",
        "schema program as_of policy conditions seeds totals conservation destinations labels gaps \
                limits_hit transactions_visited",
    ),
    (
        "back",
        "schema program as_of policy conditions seeds totals conservation destinations labels gaps \
              limits_hit transactions_visited",
    ),
    (
        "compare",
        "schema program direction as_of conditions policies destinations labels",
    ),
    (
        "cluster",
        "schema program as_of address cluster totals members members_left_out deposit_addresses \
                 reported labels lists rules change_votes rule_limits gaps limits_hit",
    ),
    (
        "explain",
        "schema program as_of a b linked links common reported rules change_votes rule_limits \
                 lists gaps limits_hit",
    ),
    (
        "inspect",
        "schema txid chain height inner_calls effects mix co_spend change swap bridge crossings \
                 links rule_limits",
    ),
    ("as_of", "chain height hash"),
    (
        "conditions",
        "mixes pools stop lists bounds clusters rules change_votes rule_limits candidates_max \
                    path_max",
    ),
    (
        "bounds",
        "hops_max transactions_max height_max height_min accounts_max amount_min",
    ),
    ("amount_min", "amount asset chain"),
    ("lists", "name labels skipped"),
    ("rules", "name version"),
    (
        "rule_limits",
        "deposit_fee_max deposit_blocks_max deposit_contracts airdrop_recipients_min \
                     airdrop_together_min airdrop_forwards_min funding_payments_max \
                     linked_interactions_min linked_transactions_max portfolio_pools_min \
                     portfolio_transactions_min portfolio_candidates_max same_block_accounts_max \
                     torn_rewards torn_rate torn_pairs_max not_asked",
    ),
    ("inspect rule_limits", "funding_payments_max"),
    ("deposit_fee_max", "amount asset chain"),
    ("not_asked", "name version why"),
    ("seeds", "seed kind from_height arrivals totals"),
    ("compare seeds", "seed totals"),
    ("arrivals", "arrival height address amount asset chain"),
    (
        "totals",
        "asset chain seeded received unspent held service mix pool fee burnt swapped bound unseen",
    ),
    (
        "back totals",
        "asset chain seeded received coinbase created service mix pool fee swapped bound unseen",
    ),
    (
        "cluster totals",
        "addresses arrivals received held first_seen last_seen",
    ),
    ("conservation", "holds statement"),
    (
        "destinations",
        "kind address arrival cluster label cluster_label amount asset chain value height hops \
                      via transaction mix why shares path path_left_out",
    ),
    (
        "compare destinations",
        "kind address arrival transaction height cluster label cluster_label mix \
                              asset chain amounts",
    ),
    (
        "amounts",
        "poison haircut fifo lifo tiho dirty-first clean-first",
    ),
    ("path", "arrival height address via amount asset chain"),
    ("shares", "seed amount asset chain"),
    (
        "policies",
        "policy totals conservation seeds gaps limits_hit transactions_visited",
    ),
    (
        "labels",
        "address label categories actor source confidence last_modified list line",
    ),
    ("gaps", "gap at why"),
    ("limits_hit", "limit meaning"),
    ("members", "address label arrivals received held"),
    ("received", "amount asset chain"),
    ("given", "amount asset chain"),
    ("held", "amount asset chain"),
    ("first_seen", "height transaction"),
    ("last_seen", "height transaction"),
    (
        "links",
        "from to rule version transaction height confidence evidence rests_on standing",
    ),
    (
        "inspect links",
        "name version verdict why other token rests_on",
    ),
    (
        "reported",
        "from to rule version transaction height confidence evidence rests_on standing",
    ),
    ("common", "transaction height why"),
    ("effects", "address came went asset chain"),
];

/// What rules find of a transaction.
const FINDINGS: [(&str, &str); 8] = [
    ("mix", "name version verdict kind why deposits withdrawals"),
    ("co_spend", "name version applies why"),
    ("change", "vout name version verdict why"),
    ("swap", "name version verdict why trades"),
    ("trades", "trader given received pools routers"),
    ("bridge", "name version verdict why"),
    ("deposits", "pool from"),
    ("withdrawals", "pool to relayer fee asset chain"),
];

/// Checks every object in a document, and notes by their names which were met.
fn check_fields(value: &Value, schema: &str, name: &str, met: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            let own = format!("{schema} {name}");
            let find = |wanted: &str| {
                let mut all = FIELDS.iter().chain(&FINDINGS);
                all.find(|(known, _)| *known == wanted)
            };
            let expected = find(&own).or_else(|| find(name));
            let (known, expected) = expected.unwrap_or_else(|| panic!("{own}: {value}"));
            assert_eq!(keys(value), names(expected), "{own}");
            met.insert((*known).to_owned());
            for (name, inner) in object {
                check_fields(inner, schema, name, met);
            }
        }
        Value::Array(list) => {
            for inner in list {
                check_fields(inner, schema, name, met);
            }
        }
        _ => {}
    }
}

/// What is an amount, wherever it stands.
const AMOUNTS: [&str; 7] = [
    "amount", "value", "seeded", "received", "came", "went", "fee",
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

/// Two answers to one question, over coins and over accounts, are of one schema. Returns which of its
/// objects both have, and both answers.
fn check(schema: &str, coins: &str, accounts: &str) -> (BTreeSet<String>, [Value; 2]) {
    let answers = [coins, accounts].map(json);
    let [coins, accounts] = answers.each_ref().map(|answer| {
        assert_eq!(answer["schema"], format!("trace/{schema}/2"));
        let mut met = BTreeSet::new();
        check_fields(answer, schema, schema, &mut met);
        met
    });
    check_units(&answers[0], "bitcoin-regtest");
    check_units(&answers[1], "eip155:31337");
    (coins.intersection(&accounts).cloned().collect(), answers)
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
    let both = "as_of conditions bounds lists conservation labels totals seeds arrivals";
    let coins = trace(&format!("follow {asked} --hops-max 3 --format json"));
    let accounts = follow("--hops-max 3 --format json");
    let (met, _) = check("follow", &coins.out, &accounts.out);
    let wanted = format!("{both} destinations path shares limits_hit");
    assert!(
        names(&wanted).iter().all(|name| met.contains(*name)),
        "{met:?}"
    );
    let coins = trace(&format!("back {asked} --format json"));
    let (thefts, ledger) = (thefts(), ledger().flag());
    let accounts = trace(&format!("back {thefts} {ledger} --quiet --format json"));
    let (met, _) = check("back", &coins.out, &accounts.out);
    assert!(
        met.contains("back totals") && met.contains("path"),
        "{met:?}"
    );
    let coins = trace(&format!("follow {asked} --compare --format json"));
    let accounts = follow("--compare --format json");
    let (met, _) = check("compare", &coins.out, &accounts.out);
    for name in [
        "compare destinations",
        "compare seeds",
        "amounts",
        "policies",
        "totals",
    ] {
        assert!(met.contains(name), "{name}: {met:?}");
    }
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
    let (met, _) = check("cluster", &coins.out, &accounts.out);
    for name in [
        "cluster totals",
        "members",
        "received",
        "held",
        "first_seen",
    ] {
        assert!(met.contains(name), "{name}: {met:?}");
    }
    let coins = trace(&format!("explain {a} {b} {flag} --format json"));
    let explain = format!("explain {wallet} {farm} {more}");
    let accounts = trace(&format!("{explain} --join same-owner-funding"));
    let (met, _) = check("explain", &coins.out, &accounts.out);
    assert!(met.contains("links") && met.contains("rules"), "{met:?}");
    let coins = trace(&format!("inspect {} {flag}", truth.theft.txid));
    let theft = &account_questions::truth().theft.transactions[0];
    let accounts = trace(&format!("inspect {theft} {} --quiet", ledger().flag()));
    let (met, answers) = check("inspect", &coins.out, &accounts.out);
    assert!(met.contains("effects") && met.contains("mix"), "{met:?}");
    for answer in &answers {
        assert!(answer["effects"].as_array().unwrap().len() > 1, "{answer}");
    }
    let mix = &account_questions::truth().mixes;
    let mix = mix
        .iter()
        .find_map(|mix| Some([mix.deposit, mix.withdrawal?]));
    let mut mixed = BTreeSet::new();
    for transaction in mix.unwrap() {
        let mixer = account_questions::truth().mixes[0].mixer;
        let run = trace(&format!(
            "inspect {transaction} {} --mixer {mixer}",
            ledger().flag()
        ));
        let line = json(&run.out);
        check_units(&line, "eip155:31337");
        check_fields(&line, "inspect", "inspect", &mut mixed);
    }
    assert!(
        mixed.contains("deposits") && mixed.contains("withdrawals"),
        "{mixed:?}"
    );
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

#[test]
fn every_amount_of_a_graph_has_its_asset_and_its_chain() {
    let (own, truth) = (Ingested::new(), truth());
    let coins = trace(&format!(
        "follow {} {} --format graphml",
        truth.theft.txid,
        own.flag()
    ));
    let accounts = follow("--format graphml");
    for (graph, chain) in [
        (coins.out, "bitcoin-regtest"),
        (accounts.out, "eip155:31337"),
    ] {
        let count = |text: &str| graph.matches(text).count();
        let edges = count("<edge ");
        let amounts = count("<data key=\"amount\">");
        assert!(edges > 10 && amounts >= edges, "{edges} {amounts}");
        assert_eq!(count("<data key=\"asset\">"), amounts);
        assert_eq!(
            count(&format!("<data key=\"chain\">{chain}</data>")),
            amounts
        );
    }
}
