//! What arguments change of an answer over accounts.

use std::collections::BTreeMap;

use serde_json::Value;
use testdata::evm::{self, Offers, random};
use testdata::evm_economy;
use testdata::evm_node::{Client, EvmNode, ganache};
use testdata::faulty_server::{Act, FaultyServer, Received};
use trace_core::model::account::{B256, U256};

use super::account_questions::{
    POLICIES, amount, follow, labels, ledger, purse, recording, thefts, truth,
};
use super::{json, trace};

/// The sum of a kind of place over all assets.
fn placed(document: &Value, kind: &str) -> U256 {
    let totals = document["totals"].as_array().unwrap().iter();
    totals.map(|totals| amount(&totals[kind])).sum()
}

fn has_limit(document: &Value, name: &str) -> bool {
    let limits = document["limits_hit"].as_array().unwrap();
    limits.iter().any(|limit| limit["limit"] == name)
}

#[test]
fn a_pool_is_where_following_stops_or_an_account_like_any_other() {
    let lina = format!(
        "follow {} {} {}",
        purse("lina", "wallet"),
        ledger().flag(),
        labels()
    );
    let asked = |rest: &str| json(&trace(&format!("{lina} --quiet --format json {rest}")).out);
    let (stopped, spread) = (asked(""), asked("--pools spread"));
    assert_eq!(stopped["conditions"]["pools"], "stop");
    assert_eq!(spread["conditions"]["pools"], "spread");
    assert!(!placed(&stopped, "pool").is_zero());
    assert!(placed(&spread, "pool").is_zero());
    // What she put in was taken out by others, the thief among them.
    assert!(placed(&spread, "held") > placed(&stopped, "held"));
    let thief = purse("mallory", "loot");
    let reaches = |document: &Value| {
        let mut places = document["destinations"].as_array().unwrap().iter();
        places.any(|place| {
            place["address"]
                .as_str()
                .unwrap()
                .eq_ignore_ascii_case(&thief)
        })
    };
    assert!(reaches(&spread) && !reaches(&stopped));
    for document in [stopped, spread] {
        assert_eq!(document["conservation"]["holds"], true);
    }
}

#[test]
fn accounts_beyond_the_limit_are_not_followed_and_that_is_said() {
    let all = json(&follow("--format json").out);
    assert!(!has_limit(&all, "accounts"));
    let few = json(&follow("--accounts-max 2 --format json").out);
    assert!(has_limit(&few, "accounts"), "{}", few["limits_hit"]);
    assert_eq!(few["conditions"]["bounds"]["accounts_max"], 2);
    assert!(!placed(&few, "bound").is_zero());
    assert_eq!(few["conservation"]["holds"], true);
    let text = follow("--accounts-max 2").out;
    assert!(text.contains("at most 2 accounts with taint"), "{text}");
}

#[test]
fn following_stops_at_the_categories_asked_for() {
    let asked = |rest: &str| json(&follow(&format!("--format json {rest}")).out);
    for (stop, at_services, in_mixes) in [
        ("", true, true),
        ("--stop mixer", false, true),
        ("--stop exchange", true, false),
        ("--stop none", false, false),
    ] {
        let document = asked(stop);
        assert_eq!(
            !placed(&document, "service").is_zero(),
            at_services,
            "{stop}"
        );
        assert_eq!(!placed(&document, "mix").is_zero(), in_mixes, "{stop}");
    }
}

#[test]
fn of_an_address_what_came_before_a_height_is_one_balance() {
    let seed = format!("follow {} {}", purse("dave", "wallet"), ledger().flag());
    let asked = |rest: &str| json(&trace(&format!("{seed} --quiet --format json {rest}")).out);
    let (whole, late) = (asked(""), asked("--from-height 40"));
    let heights = |document: &Value| -> Vec<Option<u64>> {
        let arrivals = document["seeds"][0]["arrivals"].as_array().unwrap().iter();
        arrivals.map(|arrival| arrival["height"].as_u64()).collect()
    };
    assert!(heights(&whole).iter().all(Option::is_some));
    assert!(heights(&whole).iter().flatten().any(|height| *height < 40));
    let late_heights = heights(&late);
    assert!(late_heights.contains(&None), "{late_heights:?}");
    assert!(late_heights.iter().flatten().all(|height| *height >= 40));
    assert_eq!(late["seeds"][0]["from_height"], 40);
    let text = trace(&format!("{seed} --quiet --from-height 40")).out;
    assert!(text.contains("what it held before height 40"), "{text}");
}

#[test]
fn deposit_addresses_go_by_their_limits() {
    let (ledger, labels) = (ledger().flag(), labels());
    let found = |owner: &str, customer: &str, rest: &str| {
        let mut addresses = truth().addresses.iter();
        let is_theirs = |of: Option<&str>| of == Some(customer);
        let (address, _) = addresses
            .find(|(_, known)| known.owner == owner && is_theirs(known.customer.as_deref()))
            .unwrap();
        let run = trace(&format!(
            "cluster {address} {ledger} {labels} --quiet --format json {rest}"
        ));
        assert_eq!(run.code, 0, "{run:?}");
        json(&run.out)["deposit_addresses"]
            .as_array()
            .unwrap()
            .len()
    };
    // Kestrel has plain accounts, and passes on what is left after the fee.
    assert_eq!(found("kestrel", "carol", ""), 1);
    assert_eq!(found("kestrel", "carol", "--deposit-fee-max 0"), 0);
    assert_eq!(found("kestrel", "carol", "--deposit-blocks-max 0"), 0);
    // Harbour has contracts.
    assert_eq!(found("harbour", "oscar", ""), 0);
    assert_eq!(found("harbour", "oscar", "--deposit-contracts"), 1);
}

#[test]
fn an_airdrop_is_one_of_as_many_recipients_as_asked_for() {
    let (ledger, labels) = (ledger().flag(), labels());
    let gathered = purse("stella", "gathered");
    let gaps = |rest: &str| {
        let run = trace(&format!(
            "cluster {gathered} {ledger} {labels} --quiet --format json {rest}"
        ));
        json(&run.out)["gaps"].as_array().unwrap().clone()
    };
    // The collector signs nothing, so whether it is a contract is not known.
    let gap = &gaps("--airdrop-recipients-min 12 --airdrop-together-min 1")[0];
    let why = gap["why"].as_str().unwrap();
    assert!(why.starts_with("airdrop-multi-participation: "), "{why}");
    assert!(gaps("--airdrop-together-min 1").is_empty());
    assert!(gaps("--airdrop-recipients-min 12").is_empty());
    let many = "--airdrop-recipients-min 12 --airdrop-together-min 1 --airdrop-forwards-min 13";
    assert!(gaps(many).is_empty());
}

#[test]
fn members_that_are_not_listed_are_counted_and_summed_up() {
    let cluster = format!(
        "cluster {} {} {} --quiet --join same-owner-funding",
        purse("stella", "farm-7"),
        ledger().flag(),
        labels()
    );
    let asked = |rest: &str| json(&trace(&format!("{cluster} --format json {rest}")).out);
    let (all, few) = (asked(""), asked("--members-max 3"));
    let listed = |document: &Value| document["members"].as_array().unwrap().clone();
    let count = listed(&all).len();
    assert!(count > 3);
    assert_eq!(listed(&few), listed(&all)[..3]);
    assert_eq!(few["members_left_out"], count - 3);
    assert_eq!(few["totals"], all["totals"]);
    assert_eq!(all["totals"]["addresses"], count);
    let mut received: BTreeMap<String, U256> = BTreeMap::new();
    let mut arrivals = 0;
    for member in listed(&all) {
        arrivals += member["arrivals"].as_u64().unwrap();
        for money in member["received"].as_array().unwrap() {
            *received.entry(money["asset"].to_string()).or_default() += amount(&money["amount"]);
        }
    }
    assert_eq!(all["totals"]["arrivals"], arrivals);
    let together = all["totals"]["received"].as_array().unwrap();
    assert_eq!(together.len(), received.len());
    for money in together {
        assert_eq!(
            received[&money["asset"].to_string()],
            amount(&money["amount"])
        );
    }
    let text = trace(&format!("{cluster} --members-max 3")).out;
    let left_out = format!("{} more are not listed (--members-max).", count - 3);
    assert!(text.contains(&left_out), "{text}");
}

#[test]
fn what_an_account_received_is_what_the_script_paid_it() {
    let wallet = purse("dave", "wallet");
    let run = trace(&format!(
        "cluster {wallet} {} {} --quiet --format json",
        ledger().flag(),
        labels()
    ));
    let totals = json(&run.out)["totals"].clone();
    let mut paid: BTreeMap<String, U256> = BTreeMap::new();
    let moves = truth().transactions.iter().flat_map(|truth| &truth.moves);
    for moved in moves {
        let to = moved.to.map(|to| to.to_string());
        if to.is_some_and(|to| to.eq_ignore_ascii_case(&wallet)) {
            *paid.entry(moved.asset.to_lowercase()).or_default() +=
                moved.amount.parse::<U256>().unwrap();
        }
    }
    let told = totals["received"].as_array().unwrap().iter().map(|money| {
        let asset = money["asset"].as_str().unwrap().to_lowercase();
        (asset, amount(&money["amount"]))
    });
    assert!(paid.len() > 2, "{paid:?}");
    assert_eq!(told.collect::<BTreeMap<_, _>>(), paid);
}

#[test]
fn csv_of_all_policies_says_what_each_says_alone() {
    let rows = |rest: &str| -> (Vec<String>, Vec<Vec<String>>) {
        let out = follow(&format!("--format csv {rest}")).out;
        let mut lines = out.lines().map(|line| {
            let cells = line.split(',').map(str::to_owned);
            cells.collect::<Vec<String>>()
        });
        (lines.next().unwrap(), lines.collect())
    };
    let (header, compared) = rows("--compare");
    let at = |header: &[String], name: &str| header.iter().position(|it| it == name).unwrap();
    let named = ["kind", "address", "arrival", "transaction", "asset"];
    for policy in POLICIES {
        let (own, alone) = rows(&format!("--policy {policy}"));
        let mut amounts: BTreeMap<Vec<&str>, U256> = BTreeMap::new();
        for row in &alone {
            let key = named.map(|name| row[at(&own, name)].as_str());
            let amount: U256 = row[at(&own, "amount")].parse().unwrap();
            *amounts.entry(key.to_vec()).or_default() += amount;
        }
        let mut found: BTreeMap<Vec<&str>, U256> = BTreeMap::new();
        for row in &compared {
            let key = named.map(|name| row[at(&header, name)].as_str());
            let column = at(&header, &policy.replace('-', "_"));
            let amount: U256 = row[column].parse().unwrap();
            *found.entry(key.to_vec()).or_default() += amount;
        }
        found.retain(|_, amount| !amount.is_zero());
        amounts.retain(|_, amount| !amount.is_zero());
        assert!(!found.is_empty());
        assert_eq!(found, amounts, "{policy}");
    }
}

/// A made chain behind a node that can tell all of it, but fails where it is told to.
fn node(fails: impl Fn(&str) -> bool + Send + Sync + 'static) -> (FaultyServer, Vec<B256>) {
    let (chain, hashes) = random(1, 11, 80);
    let offers = Offers {
        otterscan_search: true,
        ..Offers::default()
    };
    let node = evm::EvmNode { chain, offers };
    let server = FaultyServer::start(move |received: &Received| {
        let asked = String::from_utf8_lossy(&received.body);
        if fails(&asked) {
            return Act::status(500, "no");
        }
        received.reply(|method, params| node.answer(method, params))
    });
    (server.unwrap(), hashes)
}

fn asked_of(server: &FaultyServer, seed: &B256) -> String {
    format!(
        "follow {seed} --source ethereum+{} --requests-per-second 100000 --hops-max 2 --quiet \
         --retries 0 --format json",
        server.url()
    )
}

#[test]
fn a_node_that_fails_ends_the_work_unless_told_to_go_on() {
    let (server, hashes) = node(|asked| asked.contains("ots_searchTransactions"));
    let follow = asked_of(&server, &hashes[40]);
    let run = trace(&follow);
    assert_eq!((run.code, &*run.out), (2, ""), "{run:?}");
    assert!(run.err.contains("status 500"), "{}", run.err);
    let run = trace(&format!("{follow} --go-on"));
    assert_eq!(run.code, 0, "{run:?}");
    let document = json(&run.out);
    assert!(!placed(&document, "unseen").is_zero());
    let gaps = document["gaps"].as_array().unwrap();
    let failed = |gap: &Value| gap["why"] == "the source was asked and failed";
    assert!(gaps.iter().any(failed), "{gaps:?}");
    assert_eq!(document["conservation"]["holds"], true);
}

#[test]
fn what_is_said_of_a_blocks_hash_is_asked_once_with_a_cache() {
    let (server, _) = node(|_| false);
    let place = tempfile::tempdir().unwrap();
    let cache = place.path().join("cache");
    // What a node says of a block by its hash cannot change.
    let by_hash = || {
        let received = server.received();
        let bodies = received.iter().map(|received| &received.body);
        let lasting = ["eth_getBlockByHash", "debug_traceBlockByHash"];
        bodies
            .map(|body| String::from_utf8_lossy(body))
            .map(|body| lasting.map(|method| body.matches(method).count()))
            .fold([0, 0], |sums, counts| {
                [sums[0] + counts[0], sums[1] + counts[1]]
            })
    };
    let mut runs = Vec::new();
    let mut asked = Vec::new();
    for _ in 0..2 {
        let (before, ledger) = (by_hash(), super::Ingested::empty());
        let run = trace(&format!(
            "ingest {} --source ethereum+{} --requests-per-second 100000 --quiet --cache {} \
             --format json",
            ledger.flag(),
            server.url(),
            cache.display()
        ));
        assert_eq!(run.code, 0, "{run:?}");
        runs.push(run.out);
        let after = by_hash();
        asked.push([after[0] - before[0], after[1] - before[1]]);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(asked[0].iter().all(|count| *count > 10), "{asked:?}");
    assert_eq!(asked[1], [0, 0]);
}

#[test]
fn a_node_that_does_not_trace_gives_answers_that_say_so() {
    let test = "a_node_that_does_not_trace_gives_answers_that_say_so";
    let Some(program) = ganache(test) else { return };
    let node = EvmNode::start(Client::Ganache, &program, evm_economy::coinbase(), &[]).unwrap();
    evm_economy::perform(&node, &evm_economy::play()).unwrap();
    let source = format!(
        "--source {} --requests-per-second 100000 --quiet",
        node.source_uri()
    );
    let untold = super::Ingested::empty();
    let run = trace(&format!("ingest {} {source}", untold.flag()));
    assert_eq!(run.code, 0, "{run:?}");
    let by_ledger = format!("{} --quiet", untold.flag());
    let says_so = |document: &Value| {
        let gaps = document["gaps"].as_array().unwrap().iter();
        let why = "internal transfers were not seen";
        gaps.filter(|gap| gap["gap"] == "inner-calls")
            .any(|gap| gap["why"].as_str().unwrap().starts_with(why))
    };
    let theft = truth().theft.transactions[0];
    for place in [&by_ledger, &source] {
        for direction in ["follow", "back"] {
            let run = trace(&format!("{direction} {theft} {place} --format json"));
            assert_eq!(run.code, 0, "{run:?}");
            assert!(says_so(&json(&run.out)), "{direction}: {}", run.out);
        }
        let run = trace(&format!("inspect {theft} {place}"));
        assert_eq!(json(&run.out)["inner_calls"], "not-seen", "{run:?}");
    }
    let loot = purse("mallory", "loot");
    let run = trace(&format!(
        "cluster {loot} {by_ledger} {} --format json",
        labels()
    ));
    assert!(says_so(&json(&run.out)), "{run:?}");
    let victim = purse("olivia", "wallet");
    let run = trace(&format!(
        "explain {loot} {victim} {by_ledger} --format json"
    ));
    let explained = json(&run.out);
    assert!(
        says_so(&explained) && explained["linked"].is_null(),
        "{run:?}"
    );
    let text = trace(&format!("follow {theft} {source}")).out;
    assert!(text.contains("internal transfers were not seen"), "{text}");
    // The one that traces says nothing of the kind.
    let run = trace(&format!(
        "follow {} {} --quiet --format json",
        thefts(),
        recording()
    ));
    assert!(!says_so(&json(&run.out)));
}
