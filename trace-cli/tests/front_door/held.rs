//! What of a result over accounts was held against hashes is said.

use serde_json::{Value, json};
use testdata::evm::{EvmNode, Offers, random};
use testdata::evm_economy::shipped;
use testdata::faulty_server::{FaultyServer, Received};

use super::account_questions::{follow, ledger, thefts, truth};
use super::{Run, trace};
use recorded_node::RecordedNode;

#[expect(
    dead_code,
    clippy::indexing_slicing,
    reason = "not all that it can is wanted here, and a node that is asked for nonsense may stop"
)]
#[path = "../../../trace-core/tests/account_source/recorded_node.rs"]
mod recorded_node;

const REMARK: &str = "transactions not held against the hash of their block: ";

/// Asks the server of a node, as fast as it can be asked.
fn asked(question: &str, server: &FaultyServer, rest: &str) -> Run {
    let url = server.url();
    let run = trace(&format!(
        "{question} --source ethereum+{url} --requests-per-second 100000 {rest}"
    ));
    assert_eq!(run.code, 0, "{question}: {run:?}");
    run
}

/// A node that tells of the recorded economy, without state: what is asked is one transaction.
fn recorded() -> FaultyServer {
    let node = RecordedNode::of(&shipped().join("economy.recording"));
    let answer =
        move |received: &Received| received.reply(|method, params| node.answer(method, params));
    FaultyServer::start(answer).unwrap()
}

/// A node of a made chain, on which nobody signs anything, and a few transactions in it.
fn unsigned() -> (FaultyServer, String) {
    let (chain, hashes) = random(1, 11, 80);
    let offers = Offers::default();
    let node = EvmNode { chain, offers };
    let answer =
        move |received: &Received| received.reply(|method, params| node.answer(method, params));
    let few = hashes.iter().take(8).map(ToString::to_string);
    let few = few.collect::<Vec<_>>().join(" ");
    (FaultyServer::start(answer).unwrap(), few)
}

fn counts(in_block: u64, alone: u64, nothing: u64) -> Value {
    json!({"in_block": in_block, "alone": alone, "nothing": nothing})
}

/// The document without what only `--checks` adds to it.
fn without(out: &str) -> Value {
    let mut document = super::json(out);
    document.as_object_mut().unwrap().remove("checks").unwrap();
    document
}

#[test]
fn all_that_a_ledger_says_holds_against_the_hashes_of_blocks() {
    let plain = follow("--format json").out;
    let run = follow("--format json --checks");
    let document = super::json(&run.out);
    let (checks, visited) = (&document["checks"], &document["transactions_visited"]);
    let in_block = checks["in_block"].as_u64().unwrap();
    assert_eq!(*checks, counts(in_block, 0, 0));
    assert!(in_block > 10, "{checks} {visited}");
    // Each once, and all of them: those on the paths, and those in which something ended.
    let mut named = std::collections::BTreeSet::new();
    for place in document["destinations"].as_array().unwrap() {
        let path = place["path"].as_array().unwrap().iter();
        let arrivals = path.filter_map(|step| step["arrival"].as_str());
        let of = |arrival: &str| arrival.split(':').next().unwrap().to_owned();
        named.extend(arrivals.chain(place["transaction"].as_str()).map(of));
    }
    assert_eq!(named.len() as u64, in_block);
    // Nothing else changes, and nothing is left to say.
    assert_eq!(without(&run.out), super::json(&plain));
    let (ledger, thefts) = (ledger().flag(), thefts());
    for direction in ["follow", "back"] {
        let run = trace(&format!("{direction} {thefts} {ledger} --checks"));
        assert!(!run.err.contains(REMARK), "{run:?}");
        let all = run.out.contains("held against the hash of their block: ");
        assert!(
            all && run.out.contains("against nothing: 0."),
            "{}",
            run.out
        );
        assert!(!run.out.contains("the node's word"), "{}", run.out);
    }
    let compared = super::json(&follow("--compare --format json --checks").out);
    for under in compared["policies"].as_array().unwrap() {
        assert_eq!(under["checks"]["nothing"], 0, "{under}");
    }
    let both = follow("--mixes candidates --candidates-max 5 --format json --checks");
    let followed = &super::json(&both.out)["possible"]["followed"];
    assert_eq!(followed["checks"]["alone"], 0, "{followed}");
}

#[test]
fn what_a_node_tells_alone_holds_against_its_own_hash() {
    let server = recorded();
    let theft = truth().theft.transactions[0];
    let ledger = ledger().flag();
    // The node has no state: what became of the loot is lost from view, and says so.
    let question = format!("follow {theft} --format json");
    let plain = asked(&question, &server, "");
    assert!(
        plain.err.contains(&format!("{REMARK}1 of 1\n")),
        "{plain:?}"
    );
    let run = asked(&question, &server, "--checks --quiet");
    assert_eq!(run.err, "");
    assert_eq!(super::json(&run.out)["checks"], counts(0, 1, 0));
    assert_eq!(without(&run.out), super::json(&plain.out));
    let text = asked(&format!("follow {theft}"), &server, "--checks").out;
    let words = "Transactions held against the hash of their block: 0 of 1; against their own hash \
                 alone: 1; against nothing: 0. What was not held is the node's word.\n";
    assert!(text.contains(words), "{text}");
    let line = asked(&format!("inspect {theft}"), &server, "--checks");
    assert_eq!(super::json(&line.out)["held_against"], "alone");
    assert!(line.err.contains(&format!("{REMARK}1 of 1\n")), "{line:?}");
    let line = asked(&format!("inspect {theft}"), &server, "");
    assert!(
        super::json(&line.out).get("held_against").is_none(),
        "{line:?}"
    );
    let line = trace(&format!("inspect {theft} {ledger} --checks"));
    assert_eq!(super::json(&line.out)["held_against"], "in_block");
    assert!(!line.err.contains(REMARK), "{line:?}");
}

#[test]
fn what_nobody_signed_is_held_against_nothing() {
    let (server, seeds) = unsigned();
    let question = format!("follow {seeds} --hops-max 2 --format json");
    let run = asked(&question, &server, "--checks");
    let document = super::json(&run.out);
    let nothing = document["checks"]["nothing"].as_u64().unwrap();
    assert_eq!(document["checks"], counts(0, 0, nothing));
    assert!(nothing >= 8, "{document}");
    let remark = format!("{REMARK}{nothing} of {nothing}\n");
    assert!(run.err.contains(&remark), "{run:?}");
    // Whatever the policies, in one line.
    let compared = asked(&question, &server, "--compare");
    assert_eq!(compared.err.matches(REMARK).count(), 1, "{compared:?}");
    let text = asked(
        &format!("follow {seeds} --hops-max 2 --compare"),
        &server,
        "--checks",
    );
    assert!(
        text.out.contains("fifo: Transactions held "),
        "{}",
        text.out
    );
    let quiet = asked(&question, &server, "--quiet");
    assert_eq!(quiet.err, "");
}

#[test]
fn where_nothing_counts_them_checks_are_refused() {
    for format in ["csv", "graphml", "dot"] {
        let run = follow(&format!("--checks --format {format}"));
        assert_eq!((run.code, &*run.out), (2, ""), "{format}");
        assert!(run.err.contains("--checks goes with"), "{}", run.err);
    }
    let (source, seed) = (super::economy_source(), "ab".repeat(32));
    for command in ["follow", "back", "inspect"] {
        let run = trace(&format!("{command} {seed} --source {source} --checks"));
        assert_eq!((run.code, &*run.out), (2, ""), "{command}");
        assert!(run.err.contains("chains of accounts"), "{}", run.err);
    }
    let run = trace("inspect --transactions nothing.json --checks");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("cannot be used with"), "{}", run.err);
}
