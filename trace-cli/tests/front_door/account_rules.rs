//! What rules hold over accounts, as people ask for it.

use serde_json::Value;

use super::account_questions::{follow, labels, ledger, purse, truth};
use super::{json, trace};

#[test]
fn links_join_only_by_rules_that_are_asked_for() {
    let (ledger, labels) = (ledger().flag(), labels());
    let (wallet, farm) = (purse("stella", "wallet"), purse("stella", "farm-7"));
    let explain = format!("explain {wallet} {farm} {ledger} {labels} --quiet --format json");
    let run = trace(&explain);
    assert_eq!(run.code, 1);
    let apart = json(&run.out);
    assert_eq!(apart["linked"], false);
    assert_eq!(apart["reported"][0]["rule"], "same-owner-funding");
    let run = trace(&format!("{explain} --join same-owner-funding"));
    assert_eq!(run.code, 0);
    let linked = json(&run.out);
    let links = linked["links"].as_array().unwrap();
    assert_eq!(links.len(), 1);
    assert!(
        links[0]["evidence"]
            .as_str()
            .unwrap()
            .contains("first signed")
    );
    assert_eq!(links[0]["rests_on"].as_array().unwrap().len(), 1);

    let cluster = format!("cluster {farm} {ledger} {labels} --quiet --format json");
    let alone = json(&trace(&cluster).out);
    assert_eq!(alone["totals"]["addresses"], 1);
    let run = trace(&format!("{cluster} --join same-owner-funding"));
    let shared = json(&run.out);
    let members = shared["members"].as_array().unwrap();
    let is_there = |address: &str| {
        members.iter().any(|member| {
            member["address"]
                .as_str()
                .unwrap()
                .eq_ignore_ascii_case(address)
        })
    };
    assert!(is_there(&wallet) && is_there(&farm));
    let all = trace(&format!(
        "cluster --all {ledger} --quiet --format json --join same-owner-funding"
    ));
    let lines: Vec<Value> = all.out.lines().map(json).collect();
    assert!(lines.len() > truth().addresses.len() / 2);
    let in_it = lines
        .iter()
        .filter(|line| line["cluster"] == shared["cluster"]);
    assert_eq!(in_it.count(), members.len());
    let run = trace(&format!("{explain} --join no-such-rule"));
    assert_eq!(run.code, 2);
    assert!(run.err.contains("same-owner-funding"), "{}", run.err);
}

#[test]
fn a_rule_that_lacks_what_it_needs_is_said_not_to_be_asked_and_joins_nobody() {
    let (ledger, labels) = (ledger().flag(), labels());
    let (wallet, farm) = (purse("stella", "wallet"), purse("stella", "farm-7"));
    let pool = truth().mixes[0].mixer;
    let explain = format!("explain {wallet} {farm} {ledger} {labels} --quiet");
    let not_asked = |rest: &str| {
        let run = trace(&format!("{explain} {rest} --format json"));
        let limits = json(&run.out)["rule_limits"].clone();
        (limits["not_asked"].clone(), limits)
    };
    let (unasked, limits) = not_asked("");
    assert_eq!(unasked[0]["name"], "mixer-torn-mining");
    assert!(
        unasked[0]["why"]
            .as_str()
            .unwrap()
            .contains("--torn-rewards")
    );
    assert!(limits["torn_rate"].is_null());
    let text = trace(&explain).out;
    assert!(
        text.contains("Not asked: mixer-torn-mining (version 2)"),
        "{text}"
    );
    assert!(text.contains("linked-transactions-max 1000"), "{text}");
    // Without labels nobody knows what an exchange is.
    let blind = format!("explain {wallet} {farm} {ledger} --quiet --format json");
    let unasked = json(&trace(&blind).out)["rule_limits"]["not_asked"].clone();
    let unasked = unasked.as_array().unwrap().iter();
    let names: Vec<_> = unasked.map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["deposit-address-reuse", "mixer-torn-mining"]);
    let rates = format!("--torn-rewards {wallet} --torn-rate {pool}=20");
    let (unasked, limits) = not_asked(&format!("{rates} --join mixer-torn-mining"));
    assert_eq!(unasked, serde_json::json!([]));
    assert_eq!(limits["torn_rate"][pool.to_string()], "20");
    assert_eq!(limits["torn_pairs_max"], 1);
    for (rest, word) in [
        ("--join mixer-torn-mining".to_owned(), "--torn-rewards"),
        (format!("--torn-rewards {wallet}"), "--torn-rate"),
        (format!("--torn-rate {pool}=20"), "--torn-rewards"),
        (format!("{rates} --torn-rate {pool}=30"), "twice"),
        (
            format!("--torn-rewards {wallet} --torn-rate {pool}=0"),
            "POOL=POINTS",
        ),
        (
            format!("--torn-rewards {wallet} --torn-rate {pool}=-1"),
            "POOL=POINTS",
        ),
        (
            format!("--torn-rewards {wallet} --torn-rate {pool}"),
            "POOL=POINTS",
        ),
    ] {
        let run = trace(&format!("{explain} {rest}"));
        assert_eq!((run.code, &*run.out), (2, ""), "{rest}");
        assert!(run.err.contains(word), "{rest}: {}", run.err);
    }
}

#[test]
fn every_limit_of_a_rule_is_an_argument_and_is_stated_and_a_hit_says_which() {
    let (ledger, labels) = (ledger().flag(), labels());
    let limits = [
        ("deposit-fee-max", 5),
        ("deposit-blocks-max", 6),
        ("airdrop-recipients-min", 7),
        ("airdrop-together-min", 8),
        ("airdrop-forwards-min", 9),
        ("funding-payments-max", 0),
        ("linked-interactions-min", 10),
        ("linked-transactions-max", 0),
        ("portfolio-pools-min", 11),
        ("portfolio-transactions-min", 12),
        ("portfolio-candidates-max", 13),
        ("same-block-accounts-max", 0),
    ];
    let arguments = limits.map(|(name, value)| format!("--{name} {value}"));
    let arguments = arguments.join(" ");
    // Whoever took out of a mixer took part in more transactions than none.
    let mixes = truth().mixes.iter();
    let mut taken = mixes.filter_map(|mix| Some((mix.to?, mix.withdrawal?)));
    let (recipient, withdrawal) = taken.next_back().unwrap();
    let run = trace(&format!(
        "cluster {recipient} {ledger} {labels} {arguments} --quiet --format json"
    ));
    assert_eq!(run.code, 0, "{run:?}");
    let report = json(&run.out);
    for (name, value) in limits {
        let stated = &report["rule_limits"][name.replace('-', "_")];
        let stated = match &stated["amount"] {
            Value::String(amount) => amount.clone(),
            _ => stated.to_string(),
        };
        assert_eq!(stated, value.to_string(), "{name}");
    }
    let gaps = report["gaps"].as_array().unwrap();
    let hit = |words: &str| {
        gaps.iter().any(|gap| {
            let says = gap["why"].as_str().unwrap().contains(words);
            gap["gap"] == "rule" && says && gap["at"] == withdrawal.to_string()
        })
    };
    assert!(hit("--linked-transactions-max"), "{gaps:?}");
    // So it is where withdrawals are followed, and there the limits are stated too.
    let followed = json(&follow(&format!("--mixes candidates {arguments} --format json")).out);
    let stated = &followed["conditions"]["rule_limits"];
    assert_eq!(stated["portfolio_candidates_max"], 13);
    let deposits = followed["possible"]["deposits"].as_array().unwrap();
    assert!(deposits.iter().any(|it| it["untold"] != 0), "{deposits:?}");
}

#[test]
fn clusters_name_who_holds_what_was_followed() {
    let report = json(&follow("--clusters ledger --join same-owner-funding --format json").out);
    let places = report["destinations"].as_array().unwrap();
    assert!(places.iter().all(|place| place["cluster"].is_string()));
    assert!(
        places
            .iter()
            .any(|place| place["cluster"] != place["address"])
    );
    assert_eq!(
        report["conditions"]["rules"][0]["name"],
        "same-owner-funding"
    );
}

#[test]
fn what_rules_hold_of_a_transaction_is_told_line_by_line() {
    let ledger = ledger().flag();
    let [deposit, withdrawal] = {
        let mix = truth()
            .mixes
            .iter()
            .find(|mix| mix.withdrawal.is_some())
            .unwrap();
        [mix.deposit, mix.withdrawal.unwrap()]
    };
    let run = trace(&format!(
        "inspect {deposit} {withdrawal} {ledger} --mixer {}",
        truth().mixes[0].mixer
    ));
    assert_eq!(run.code, 0, "{run:?}");
    let lines: Vec<Value> = run.out.lines().map(json).collect();
    assert_eq!(lines[0]["mix"]["deposits"].as_array().unwrap().len(), 1);
    assert_eq!(lines[1]["mix"]["withdrawals"].as_array().unwrap().len(), 1);
    for (finding, rule) in [
        ("swap", "swap"),
        ("mix", "mixer-pool"),
        ("bridge", "bridge-crossing"),
    ] {
        assert_eq!(lines[0][finding]["name"], rule);
        assert_eq!(lines[0][finding]["version"], 1);
    }
    // Nobody said what a bridge is, so none was looked for.
    assert_eq!(lines[0]["bridge"]["verdict"], "unknown");
    let mixer = truth().mixes[0].mixer;
    let run = trace(&format!("inspect {deposit} {ledger} --bridge {mixer}"));
    let looked = json(&run.out);
    assert_ne!(looked["bridge"]["verdict"], "unknown");
    for crossing in looked["crossings"].as_array().unwrap() {
        assert_eq!(crossing["name"], "bridge-crossing");
    }
    assert_eq!(lines[0]["rule_limits"]["funding_payments_max"], 100);
    let unknown = "0x".to_owned() + &"ab".repeat(32);
    let run = trace(&format!("inspect {unknown} {ledger}"));
    assert_eq!(run.code, 1);
    assert!(json(&run.out)["error"].is_string());
    let run = trace(&format!("inspect {} {ledger}", &unknown[2..]));
    assert_eq!((run.code, &*run.out), (2, ""));
}
