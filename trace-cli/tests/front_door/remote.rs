//! A chain asked question by question gives the answers of a ledger that holds all of it.

use testdata::economy;
use testdata::explorer::Explorer;
use testdata::faulty_server::{Act, FaultyServer};
use testdata::node::{Node, Options, bitcoind};

use super::{Ingested, Run, labels, trace, truth};

/// An Esplora server of the economy.
fn explorer() -> FaultyServer {
    let explorer = Explorer::of(&super::economy().blocks, &[]);
    FaultyServer::start(move |request| {
        let (status, body) = explorer.get(&request.path);
        Act::status(status, body)
    })
    .expect("a free port")
}

fn same(of_ledger: &Run, of_source: &Run, what: &str) {
    assert_eq!(of_ledger.code, of_source.code, "{what}: {}", of_source.err);
    assert!(
        of_ledger.out == of_source.out,
        "{what}:\n{}\n{}",
        of_ledger.out,
        of_source.out
    );
}

/// What is asked of both.
fn questions() -> Vec<String> {
    let truth = truth();
    let theft = &truth.theft.txid;
    let labels = labels();
    let mut questions = vec![
        format!("follow {theft} --labels {labels} --compare --format json"),
        format!("follow {theft} --labels {labels} --hops-max 2 --format json"),
        format!("follow {theft} --labels {labels} --mixes through --format graphml"),
        format!("back {theft} --labels {labels} --compare --format json"),
        format!("back {theft} --hops-max 1 --format json"),
        format!("inspect {theft}"),
    ];
    let mut joined = truth
        .addresses
        .iter()
        .filter(|(_, known)| known.purse == "deposits");
    let (a, _) = joined.next().expect("a deposit address");
    let (b, _) = joined.next().expect("another one");
    questions.push(format!("cluster {a} --format json"));
    questions.push(format!("explain {a} {b} --format json"));
    questions
}

#[test]
fn an_esplora_server_gives_the_answers_of_a_ledger() {
    let (ledger, server) = (Ingested::new(), explorer());
    let source = format!(
        "--source esplora+{} --requests-per-second 100000",
        server.url()
    );
    for question in questions() {
        let of_ledger = trace(&format!("{question} {} --quiet", ledger.flag()));
        let of_source = trace(&format!("{question} {source} --quiet"));
        same(&of_ledger, &of_source, &question);
    }
}

#[test]
fn what_was_asked_is_recorded_and_replayed_without_a_network() {
    let server = explorer();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("asked.rec");
    let question = format!(
        "follow {} --labels {} --format json --quiet",
        truth().theft.txid,
        labels()
    );
    let source = format!(
        "--source esplora+{} --requests-per-second 100000",
        server.url()
    );
    let asked = trace(&format!("{question} {source} --record {}", file.display()));
    assert_eq!(asked.code, 0, "{}", asked.err);
    drop(server);
    let replayed = trace(&format!("{question} --source recording:{}", file.display()));
    same(&asked, &replayed, "replay");
    let other = trace(&format!(
        "back {} --source recording:{}",
        truth().theft.txid,
        file.display()
    ));
    assert_eq!(other.code, 2, "{other:?}");
    assert!(
        other.err.contains("the recording holds no reply"),
        "{}",
        other.err
    );
}

#[test]
fn a_limit_on_requests_is_stated_and_what_lies_beyond_is_unseen() {
    let server = explorer();
    let question = format!(
        "follow {} --labels {} --format json",
        truth().theft.txid,
        labels()
    );
    let source = format!(
        "--source esplora+{} --requests-per-second 100000",
        server.url()
    );
    let run = trace(&format!("{question} {source} --requests-max 20"));
    assert_eq!(run.code, 0, "{}", run.err);
    let answer = super::json(&run.out);
    let unseen: u64 = answer["totals"][0]["unseen"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(unseen > 0, "{}", answer["totals"]);
    assert_eq!(answer["conservation"]["holds"], true);
    let why = answer["gaps"][0]["why"].as_str().unwrap();
    assert_eq!(why, "the limit of requests was reached");
    assert_eq!(answer["limits_hit"][0]["limit"], "requests");
}

#[test]
fn a_server_that_fails_ends_the_work_unless_told_to_go_on() {
    let explorer = Explorer::of(&super::economy().blocks, &[]);
    let server = FaultyServer::start(move |request| {
        if request.path.contains("outspends") {
            return Act::status(500, "no");
        }
        let (status, body) = explorer.get(&request.path);
        Act::status(status, body)
    });
    let server = server.expect("a free port");
    let question = format!("follow {} --format json --retries 0", truth().theft.txid);
    let source = format!("--source esplora+{}", server.url());
    let run = trace(&format!("{question} {source}"));
    assert_eq!((run.code, &*run.out), (2, ""), "{run:?}");
    assert!(run.err.contains("status 500"), "{}", run.err);
    let run = trace(&format!("{question} {source} --go-on"));
    assert_eq!(run.code, 0, "{}", run.err);
    let answer = super::json(&run.out);
    assert_eq!(answer["totals"][0]["unseen"], answer["totals"][0]["seeded"]);
    assert_eq!(answer["gaps"][0]["why"], "the source was asked and failed");
    // Whether what an address received is spent is not known either, and that is not nothing.
    let address = answer["seeds"][0]["arrivals"][0]["address"]
        .as_str()
        .unwrap();
    let run = trace(&format!(
        "cluster {address} {source} --go-on --retries 0 --format json"
    ));
    assert_eq!(run.code, 0, "{}", run.err);
    let totals = super::json(&run.out)["totals"].clone();
    assert!(totals["held"].is_null(), "{totals}");
    assert_ne!(totals["received"][0]["amount"], "0");
}

#[test]
fn a_real_node_gives_the_answers_of_a_ledger() {
    let Some(program) = bitcoind("a_real_node_gives_the_answers_of_a_ledger") else {
        return;
    };
    let options = Options {
        tx_index: true,
        tx_out_spender_index: true,
        block_filter_index: true,
        ..Options::default()
    };
    let node = Node::start(&program, &options).unwrap();
    economy::submit(&node, &super::economy().blocks).unwrap();
    node.wait_for_indexes().unwrap();
    let place = tempfile::tempdir().unwrap();
    let flag = format!("--ledger {}", place.path().join("ledger").display());
    let source = format!(
        "--source {} --requests-per-second 100000",
        node.source_uri()
    );
    let ingested = trace(&format!("ingest {flag} {source}"));
    assert_eq!(ingested.code, 0, "{ingested:?}");
    for question in questions() {
        let of_ledger = trace(&format!("{question} {flag} --quiet"));
        let of_source = trace(&format!("{question} {source} --quiet"));
        same(&of_ledger, &of_source, &question);
    }
}
