//! Questions about a chain of accounts: where value went, who is one owner, what rules hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::OnceLock;

use serde_json::Value;
use testdata::evm::{self, EvmExplorer, Offers, random};
use testdata::evm_economy::{Truth, shipped};
use testdata::evm_node::{Client, EvmNode, anvil};
use testdata::faulty_server::{Act, FaultyServer, Received};
use trace_core::model::account::U256;

use super::{Ingested, Run, json, trace};

const POLICIES: [&str; 7] = [
    "poison",
    "haircut",
    "fifo",
    "lifo",
    "tiho",
    "dirty-first",
    "clean-first",
];

fn truth() -> &'static Truth {
    static TRUTH: OnceLock<Truth> = OnceLock::new();
    TRUTH.get_or_init(|| {
        let text = fs::read_to_string(shipped().join("truth.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    })
}

fn ledger() -> &'static Ingested {
    static LEDGER: OnceLock<Ingested> = OnceLock::new();
    LEDGER.get_or_init(|| {
        let ledger = Ingested::empty();
        let run = trace(&format!("ingest {} {}", ledger.flag(), recording()));
        assert_eq!(run.code, 0, "{run:?}");
        ledger
    })
}

fn recording() -> String {
    format!(
        "--source recording:{}",
        shipped().join("economy.recording").display()
    )
}

fn labels() -> String {
    format!("--labels {}", shipped().join("labels.csv").display())
}

/// The transactions of the theft, as seeds.
fn thefts() -> String {
    let transactions = truth().theft.transactions.iter();
    transactions
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

fn follow(rest: &str) -> Run {
    let (ledger, labels) = (ledger().flag(), labels());
    trace(&format!(
        "follow {} {ledger} {labels} --quiet {rest}",
        thefts()
    ))
}

/// An address that an owner keeps for something.
fn purse(owner: &str, purse: &str) -> String {
    let mut addresses = truth().addresses.iter();
    let found = addresses.find(|(_, known)| known.owner == owner && known.purse == purse);
    found.unwrap().0.to_string()
}

fn amount(value: &Value) -> U256 {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn by_fifo_every_unit_is_where_the_script_left_it() {
    let expected = fs::read_to_string(shipped().join("destinations.json")).unwrap();
    let mut places: BTreeMap<[String; 4], U256> = BTreeMap::new();
    for place in json(&expected).as_array().unwrap() {
        let text = |name: &str| place[name].as_str().unwrap().to_owned();
        let seed = place["seed"].to_string();
        let key = [
            seed,
            text("kind"),
            text("account").to_lowercase(),
            text("asset"),
        ];
        *places.entry(key).or_default() += amount(&place["amount"]);
    }
    let report = json(&follow("--policy fifo --format json").out);
    let mut found: BTreeMap<[String; 4], U256> = BTreeMap::new();
    for place in report["destinations"].as_array().unwrap() {
        assert_eq!(place["chain"], "eip155:31337");
        let text = |name: &str| place[name].as_str().unwrap().to_owned();
        for share in place["shares"].as_array().unwrap() {
            let seed = share["seed"].to_string();
            let key = [
                seed,
                text("kind"),
                text("address").to_lowercase(),
                text("asset"),
            ];
            *found.entry(key).or_default() += amount(&share["amount"]);
        }
    }
    assert!(places.len() > 20);
    assert_eq!(found, places);
}

#[test]
fn every_policy_conserves_every_asset_and_poison_bounds_them() {
    let kinds = [
        "held", "service", "mix", "pool", "fee", "burnt", "swapped", "bound", "unseen",
    ];
    let comparison = json(&follow("--compare --format json").out);
    let policies = comparison["policies"].as_array().unwrap();
    let named: Vec<_> = policies
        .iter()
        .map(|under| under["policy"].as_str().unwrap())
        .collect();
    assert_eq!(named, POLICIES);
    for under in policies {
        let holds = under["conservation"]["holds"].as_bool();
        assert_eq!(holds, (under["policy"] != "poison").then_some(true));
        for seed in under["seeds"].as_array().unwrap() {
            for totals in seed["totals"].as_array().unwrap() {
                let placed: U256 = kinds.iter().map(|kind| amount(&totals[*kind])).sum();
                let came = amount(&totals["seeded"]) + amount(&totals["received"]);
                assert!(holds.is_none() || placed == came, "{under} {totals}");
                assert!(!came.is_zero() || !placed.is_zero());
            }
        }
    }
    let reached = |place: &&Value, policy: &str| !amount(&place["amounts"][policy]).is_zero();
    let places: Vec<&Value> = comparison["destinations"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    // Poison leaves nothing where nothing is held any more, so it tells of no swap there.
    let poisoned: Vec<_> = places
        .iter()
        .filter(|place| reached(place, "poison"))
        .collect();
    let has_come =
        |place: &&&Value| ["held", "service", "mix"].contains(&place["kind"].as_str().unwrap());
    for place in places.iter().filter(has_come) {
        let account = |other: &&&&Value| {
            other["address"] == place["address"] && other["asset"] == place["asset"]
        };
        assert!(poisoned.iter().any(|other| account(&other)), "{place}");
    }
}

#[test]
fn a_ledger_a_recording_and_a_node_say_the_same() {
    // Where the loot went, and where what an exchange has came from.
    let questions = [
        format!("follow {}", thefts()),
        // The genesis block of anvil commits to an empty state, so that no genesis file fits it and a
        // ledger does not know what it gave; a node does.
        format!("back {} --height-min 2", purse("kestrel", "hot")),
    ];
    let asked = |question: &str, source: &str| {
        let labels = labels();
        let run = trace(&format!(
            "{question} {source} {labels} --quiet --compare --format json"
        ));
        assert_eq!((run.code, &*run.err), (0, ""));
        run.out
    };
    let by_ledger = questions
        .each_ref()
        .map(|question| asked(question, &ledger().flag()));
    for (question, by_ledger) in questions.iter().zip(&by_ledger) {
        assert!(asked(question, &recording()) == *by_ledger);
    }
    let Some(program) = anvil("a_ledger_a_recording_and_a_node_say_the_same") else {
        return;
    };
    let coinbase = testdata::evm_economy::coinbase();
    let node = EvmNode::start(Client::Anvil, &program, coinbase, &[]).unwrap();
    testdata::evm_economy::perform(&node, &testdata::evm_economy::play()).unwrap();
    let place = tempfile::tempdir().unwrap();
    let source = format!(
        "--source {} --requests-per-second 100000",
        node.source_uri()
    );
    let mut recorded = Vec::new();
    for (number, (question, by_ledger)) in questions.iter().zip(&by_ledger).enumerate() {
        let file = place.path().join(format!("{number}.recording"));
        let live = asked(question, &format!("{source} --record {}", file.display()));
        assert!(live == *by_ledger, "{live}\n{by_ledger}");
        recorded.push(format!("--source recording:{}", file.display()));
    }
    drop(node);
    for ((question, by_ledger), file) in questions.iter().zip(&by_ledger).zip(recorded) {
        assert!(asked(question, &file) == *by_ledger);
    }
}

#[test]
fn what_an_exchange_was_paid_is_followed_back_to_whom_it_was_stolen_from() {
    let forward = json(&follow("--policy fifo --format json").out);
    let dollar = truth().tokens["issuer/dollar"].to_string();
    let places = forward["destinations"].as_array().unwrap();
    let is_paid = |place: &&Value| {
        let asset = place["asset"].as_str().unwrap();
        place["kind"] == "service" && asset.eq_ignore_ascii_case(&dollar)
    };
    let paid = places.iter().find(is_paid).unwrap();
    let seed = paid["arrival"].as_str().unwrap();
    let (ledger, victim) = (ledger().flag(), purse("olivia", "wallet"));
    let run = trace(&format!("back {seed} {ledger} --quiet --format json"));
    assert_eq!(run.code, 0, "{run:?}");
    let report = json(&run.out);
    assert_eq!(report["schema"], "trace/back/1");
    assert_eq!(report["conservation"]["holds"], true);
    assert_eq!(report["totals"][0]["seeded"], paid["value"]);
    let sources = report["destinations"].as_array().unwrap();
    let came_by = |place: &Value, address: &str| {
        let path = place["path"].as_array().unwrap().iter();
        let mut on_it = path.map(|step| step["address"].as_str().unwrap());
        on_it.any(|step| step.eq_ignore_ascii_case(address))
    };
    let stolen = sources.iter().filter(|place| came_by(place, &victim));
    let stolen: U256 = stolen.map(|place| amount(&place["amount"])).sum();
    // By FIFO as much of it came from her as went there from her.
    assert_eq!(stolen, amount(&paid["amount"]));
    let text = trace(&format!("back {seed} {ledger} --quiet")).out;
    assert!(text.starts_with("Where this came from:"), "{text}");
    assert!(text.contains("newly created"), "{text}");
    for (rest, word) in [
        ("--height-max 5", "--height-max"),
        ("--mixes candidates", "trace follow"),
    ] {
        let run = trace(&format!("back {seed} {ledger} {rest}"));
        assert_eq!((run.code, &*run.out), (2, ""), "{rest}");
        assert!(run.err.contains(word), "{rest}: {}", run.err);
    }
}

#[test]
fn a_seed_is_an_address_an_asset_a_transaction_or_a_transfer() {
    let loot = purse("mallory", "loot");
    let dollar = truth().tokens["issuer/dollar"].to_string();
    let (ledger, theft) = (ledger().flag(), truth().theft.transactions[0]);
    let seeded = |seed: &str| {
        let run = trace(&format!("follow {seed} {ledger} --quiet --format json"));
        assert_eq!(run.code, 0, "{run:?}");
        let report = json(&run.out);
        let seed = report["seeds"][0].clone();
        let totals = seed["totals"].as_array().unwrap().iter();
        let totals = totals.filter(|totals| !amount(&totals["seeded"]).is_zero());
        let assets = totals.map(|totals| totals["asset"].as_str().unwrap().to_lowercase());
        (
            seed["kind"].as_str().unwrap().to_owned(),
            assets.collect::<Vec<_>>(),
        )
    };
    let (kind, assets) = seeded(&loot);
    assert_eq!(kind, "address");
    assert!(assets.contains(&"native".to_owned()) && assets.contains(&dollar.to_lowercase()));
    let only = vec![dollar.to_lowercase()];
    assert_eq!(seeded(&format!("{loot}/{dollar}")), (kind, only));
    let native = vec!["native".to_owned()];
    assert_eq!(
        seeded(&theft.to_string()),
        ("transaction".to_owned(), native.clone())
    );
    // The first transfer pays for gas, the second is the theft itself.
    assert_eq!(
        seeded(&format!("{theft}:1")),
        ("transfer".to_owned(), native)
    );
    let nothing = trace(&format!(
        "follow {}/{dollar} {ledger}",
        purse("quarry", "proposer")
    ));
    assert_eq!(nothing.code, 1);
    assert!(nothing.err.contains("nothing was seeded"), "{nothing:?}");
}

#[test]
fn what_makes_no_sense_over_accounts_is_refused_and_named() {
    for (rest, word) in [
        ("--svg /tmp/x.svg --compare", "one policy"),
        ("--format dot --compare", "one policy"),
        ("--mixes through", "mixer"),
        ("--mixes candidates --compare", "one policy"),
        ("--candidates-max 3", "--mixes candidates"),
        ("--change all", "--change"),
        ("--clusters trail", "--clusters ledger"),
        ("--join airdrop-multi-participation", "--clusters ledger"),
        ("--airdrop-together-min 3", "--mixes candidates"),
        ("--amount-min 5", "ASSET=AMOUNT"),
        ("--amount-min native=x", "ASSET=AMOUNT"),
        ("--amount-min native=1 --amount-min native=2", "twice"),
        ("--height-min 5", "--height-min"),
    ] {
        let run = follow(rest);
        assert_eq!((run.code, &*run.out), (2, ""), "{rest}");
        assert!(run.err.contains(word), "{rest}: {}", run.err);
    }
    let ledger = ledger().flag();
    let typo = purse("mallory", "loot").replace("0x", "0X");
    let run = trace(&format!("follow {typo} {ledger}"));
    assert_eq!(run.code, 2);
    assert!(run.err.contains("a seed is"), "{}", run.err);
    let run = trace(&format!("measure {ledger}"));
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is one of accounts"), "{}", run.err);
    for coins in [
        "--pools spread",
        "--accounts-max 5",
        "--mixes candidates",
        "--amount-min native=1",
    ] {
        let source = super::economy_source();
        let seed = format!("{}:0", "ab".repeat(32));
        let run = trace(&format!("follow {seed} --source {source} {coins} --quiet"));
        assert_eq!(run.code, 2, "{coins}: {run:?}");
    }
}

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

#[test]
fn text_and_csv_bear_the_numbers_of_the_document() {
    let report = json(&follow("--format json").out);
    let csv = follow("--format csv").out;
    let places = report["destinations"].as_array().unwrap();
    assert_eq!(csv.lines().count(), places.len() + 1);
    for (line, place) in csv.lines().skip(1).zip(places) {
        for name in ["kind", "address", "amount", "asset"] {
            let value = place[name].as_str().unwrap();
            assert!(
                line.split(',').any(|cell| cell == value),
                "{name} {value}: {line}"
            );
        }
    }
    let text = follow("--format text").out;
    assert!(text.contains("120.000000000000000000 native"), "{text}");
    assert!(
        text.contains("Harbour") && text.contains("Fog of 10"),
        "{text}"
    );
    assert!(text.contains("to the unit."), "{text}");
    let steps: usize = {
        let paths = places.iter().map(|place| place["path"].as_array().unwrap());
        let arrivals = paths.flatten().filter(|step| step["via"] != "seed");
        let named = arrivals.map(|step| (step["arrival"].clone(), step["address"].clone()));
        named
            .map(|it| format!("{it:?}"))
            .collect::<BTreeSet<_>>()
            .len()
    };
    let ended = places
        .iter()
        .filter(|place| !place["transaction"].is_null());
    let edges = steps + ended.count();
    let graph = follow("--format graphml").out;
    assert!(
        graph.matches("<edge ").count() >= edges && edges > 20,
        "{graph}"
    );
    let dot = follow("--format dot").out;
    assert_eq!(dot.matches(" -> ").count(), graph.matches("<edge ").count());
    assert!(dot.contains("Harbour") && graph.contains("Harbour"));
    let compared = follow("--compare").out;
    assert!(
        POLICIES.iter().all(|policy| compared.contains(policy)),
        "{compared}"
    );
}

#[test]
fn the_picture_is_drawn_into_a_file() {
    let place = tempfile::tempdir().unwrap();
    let drawn = |rest: &str| {
        let file = place.path().join("flow.svg");
        let run = follow(&format!("--svg {} {rest}", file.display()));
        assert_eq!(run.code, 0, "{}", run.err);
        fs::read_to_string(file).unwrap()
    };
    let svg = drawn("--format json --svg-boxes-max 20");
    assert!(
        svg.starts_with("<svg ") && svg.ends_with("</svg>\n"),
        "{svg}"
    );
    assert!(svg.contains("Where amounts of "), "{svg}");
    assert!(
        svg.contains("Not drawn, being smaller than what is:"),
        "{svg}"
    );
    assert!(!svg.contains("possible"), "{svg}");
    let svg = drawn("--mixes candidates --candidates-max 5 --svg-boxes-max 300");
    assert!(svg.contains("stroke-dasharray=\"9 6\""), "{svg}");
    assert!(svg.contains("possible and not certain"), "{svg}");
    assert!(svg.contains("Harbour") && !svg.contains("smaller"), "{svg}");
}

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
    assert_eq!(alone["addresses"], 1);
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
        let stated = stated
            .as_str()
            .map_or_else(|| stated.to_string(), str::to_owned);
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

#[test]
fn the_key_of_an_explorer_is_read_from_the_environment_and_shown_to_nobody() {
    let key = "WQXEVSKJ4CKEY";
    let (chain, hashes) = random(1, 11, 80);
    let explorer = EvmExplorer {
        chain: chain.clone(),
        rows_max: 100,
    };
    let node = evm::EvmNode {
        chain,
        offers: Offers::default(),
    };
    let node = FaultyServer::start(move |received: &Received| {
        received.reply(|method, params| node.answer(method, params))
    });
    let explorer = FaultyServer::start(move |received: &Received| {
        let page = explorer.get(&received.path);
        page.map_or_else(|| Act::status(404, ""), |page| Act::ok(page.to_string()))
    });
    let (node, explorer) = (node.unwrap(), explorer.unwrap());
    let arguments = format!(
        "follow {} --source ethereum+{} --source etherscan+{}/api?chainid=1 --hops-max 1 \
         --requests-per-second 100000 --verbose",
        hashes[40],
        node.url(),
        explorer.url()
    );
    let output = super::program()
        .args(arguments.split(' '))
        .env("ETHERSCAN_API_KEY", key)
        .output()
        .unwrap();
    let run = super::run_of(output);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.err.contains("asked the source "), "{run:?}");
    // What is not asked any more is said not to be known.
    let few = trace(&format!(
        "{arguments} --question-requests-max 1 --format json"
    ));
    assert_eq!(few.code, 2, "{few:?}");
    let limits = json(&few.out)["limits_hit"].clone();
    let limits = limits.as_array().unwrap();
    assert!(
        limits.iter().any(|limit| limit["limit"] == "requests"),
        "{limits:?}"
    );
    assert!(!run.err.contains(key) && !run.out.contains(key), "{run:?}");
    let given = format!("apikey={key}");
    let asked = explorer.received();
    assert!(!asked.is_empty() && asked.iter().all(|asked| asked.path.contains(&given)));
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
    let gaps = json(&cluster.out)["gaps"].clone();
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
    assert!(run.code == 0 || run.code == 2, "{run:?}");
    assert!(!json(&run.out)["gaps"].as_array().unwrap().is_empty());
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
