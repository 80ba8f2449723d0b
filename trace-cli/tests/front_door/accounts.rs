//! A chain of accounts: recorded, read into a ledger, and checked.

use std::fs;

use serde_json::{Value, json};
use testdata::evm_economy::{Truth, shipped};
use testdata::evm_node::{Client, EvmNode, anvil};

use super::{Ingested, json as parsed, trace};

fn recording() -> String {
    let file = shipped().join("economy.recording");
    format!("recording:{}", file.display())
}

#[test]
fn a_recording_of_accounts_is_recorded_again_to_the_same_bytes() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("again.recording");
    let record = format!("record --source {} --output", recording());
    let run = trace(&format!("{record} {} --quiet", file.display()));
    assert_eq!((run.code, &*run.err), (0, ""));
    let shipped = fs::read(shipped().join("economy.recording")).unwrap();
    assert!(fs::read(file).unwrap() == shipped);
    let part = place.path().join("part.recording");
    let run = trace(&format!("{record} {} --from 9 --to 30", part.display()));
    assert_eq!(run.code, 0);
    assert!(
        run.err.contains("blocks 9 to 30 of eip155:31337"),
        "{}",
        run.err
    );
}

#[test]
fn a_node_is_recorded_to_what_ships() {
    let Some(program) = anvil("a_node_is_recorded_to_what_ships") else {
        return;
    };
    let coinbase = testdata::evm_economy::coinbase();
    let node = EvmNode::start(Client::Anvil, &program, coinbase, &[]).unwrap();
    testdata::evm_economy::perform(&node, &testdata::evm_economy::play()).unwrap();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("economy.recording");
    let (source, output) = (node.source_uri(), file.display());
    let run = trace(&format!(
        "record --source {source} --output {output} --quiet"
    ));
    assert_eq!((run.code, &*run.err), (0, ""));
    let shipped = fs::read(shipped().join("economy.recording")).unwrap();
    assert!(fs::read(file).unwrap() == shipped, "the recording differs");
}

#[test]
fn accounts_are_read_into_a_ledger_that_verifies() {
    let truth = fs::read_to_string(shipped().join("truth.json")).unwrap();
    let truth: Truth = serde_json::from_str(&truth).unwrap();
    let ledger = Ingested::empty();
    let flag = ledger.flag();
    let ingest = format!("ingest {flag} --source {} --format json", recording());
    let run = trace(&format!("{ingest} --to 40"));
    assert_eq!((run.code, &*run.err), (0, ""));
    assert_eq!(parsed(&run.out)["blocks"], 41);
    assert_eq!(parsed(&run.out)["checks"], all_hold(41));
    let rest = parsed(&trace(&ingest).out);
    assert_eq!(rest["blocks"], truth.height - 40);
    let run = trace(&format!("verify {flag} --format json"));
    assert_eq!((run.code, &*run.err), (0, ""));
    let verified = parsed(&run.out);
    assert_eq!(verified["blocks"], truth.height + 1);
    assert_eq!(verified["transactions"], truth.transactions.len());
    assert_eq!(verified["tip"]["height"], truth.height);
    assert_eq!(verified["checks"], all_hold(truth.height + 1));
    let run = trace(&format!("verify {flag}"));
    let said = "hold against the blocks' hashes.";
    assert!(run.out.contains(said), "{}", run.out);
}

/// What is said of blocks that hold in everything.
fn all_hold(blocks: u32) -> Value {
    let part = json!({"holds": blocks, "other_form": 0, "not_told": 0});
    json!({"header": part, "transactions": part, "receipts": part, "after": part})
}
