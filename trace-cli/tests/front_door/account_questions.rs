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

pub(crate) const POLICIES: [&str; 7] = [
    "poison",
    "haircut",
    "fifo",
    "lifo",
    "tiho",
    "dirty-first",
    "clean-first",
];

pub(crate) fn truth() -> &'static Truth {
    static TRUTH: OnceLock<Truth> = OnceLock::new();
    TRUTH.get_or_init(|| {
        let text = fs::read_to_string(shipped().join("truth.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    })
}

pub(crate) fn ledger() -> &'static Ingested {
    static LEDGER: OnceLock<Ingested> = OnceLock::new();
    LEDGER.get_or_init(|| {
        let ledger = Ingested::empty();
        let run = trace(&format!("ingest {} {}", ledger.flag(), recording()));
        assert_eq!(run.code, 0, "{run:?}");
        ledger
    })
}

pub(crate) fn recording() -> String {
    format!(
        "--source recording:{}",
        shipped().join("economy.recording").display()
    )
}

pub(crate) fn labels() -> String {
    format!("--labels {}", shipped().join("labels.csv").display())
}

/// The transactions of the theft, as seeds.
pub(crate) fn thefts() -> String {
    let transactions = truth().theft.transactions.iter();
    transactions
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

pub(crate) fn follow(rest: &str) -> Run {
    let (ledger, labels) = (ledger().flag(), labels());
    trace(&format!(
        "follow {} {ledger} {labels} --quiet {rest}",
        thefts()
    ))
}

/// An address that an owner keeps for something.
pub(crate) fn purse(owner: &str, purse: &str) -> String {
    let mut addresses = truth().addresses.iter();
    let found = addresses.find(|(_, known)| known.owner == owner && known.purse == purse);
    found.unwrap().0.to_string()
}

pub(crate) fn amount(value: &Value) -> U256 {
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
        check_held(
            &asked(question, &format!("{} --checks", ledger().flag())),
            &asked(question, &format!("{file} --checks")),
            by_ledger,
        );
    }
}

/// An answer of a ledger and one of a node differ in what was held against which hash, and in
/// nothing else.
fn check_held(by_ledger: &str, by_node: &str, plain: &str) {
    let [mut by_ledger, mut by_node] = [by_ledger, by_node].map(json);
    let policies = [&mut by_ledger, &mut by_node];
    let [policies, others] = policies.map(|document| {
        let policies = document.get_mut("policies");
        policies.and_then(Value::as_array_mut).unwrap()
    });
    for (under, other) in policies.iter_mut().zip(others) {
        let [ours, theirs] = [under, other].map(|under| {
            let checks = under.as_object_mut().unwrap().remove("checks").unwrap();
            ["in_block", "alone", "nothing"]
                .map(|name| checks.get(name).and_then(Value::as_u64).unwrap())
        });
        let [in_block, alone, nothing] = theirs;
        assert_eq!(ours, [in_block + alone, 0, 0]);
        assert!(alone > 1 && nothing == 0, "{theirs:?}");
    }
    assert_eq!(by_ledger, json(plain));
    assert_eq!(by_node, json(plain));
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
    assert_eq!(report["schema"], "trace/back/2");
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
    assert!(
        text.starts_with("Where ") && text.contains(" came from\n"),
        "{text}"
    );
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
    // Beside those on a path there are arrivals that went on by another one.
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
