//! Ledgers and recordings: made, gone on with, and checked.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use testdata::explorer::Explorer;
use testdata::faulty_server::{Act, FaultyServer};

use super::{Ingested, economy_source, json, trace, truth};

#[test]
fn reading_goes_on_where_it_stopped() {
    let truth = truth();
    let place = tempfile::tempdir().unwrap();
    let flag = format!("--ledger {}", place.path().join("new").display());
    let ingest = format!("ingest {flag} --source {} --format json", economy_source());
    let first = trace(&format!("{ingest} --to 100"));
    assert_eq!((first.code, &*first.err), (0, ""));
    let first = json(&first.out);
    assert_eq!(
        (&first["blocks"], &first["tip"]["height"]),
        (&101.into(), &100.into())
    );
    let rest = json(&trace(&ingest).out);
    assert_eq!(rest["blocks"], 140);
    assert_eq!(rest["tip"]["hash"], truth.as_of.hash);
    let again = json(&trace(&ingest).out);
    assert_eq!(again["blocks"], 0);
    let run = trace(&format!("verify {flag} --format json"));
    assert_eq!((run.code, &*run.err), (0, ""));
    let verified = json(&run.out);
    assert_eq!(verified["blocks"], truth.as_of.height + 1);
    assert_eq!(verified["transactions"], truth.transactions.len());
    assert_eq!(verified["addresses"], truth.addresses.len());
    assert_eq!(verified["tip"]["hash"], truth.as_of.hash);
}

#[test]
fn ctrl_c_ends_at_a_whole_block_and_the_next_run_goes_on() {
    let explorer = Explorer::of(&super::economy().blocks, &[]);
    let (asked, child) = (AtomicU32::new(0), Arc::new(AtomicU32::new(0)));
    let pid = Arc::clone(&child);
    let server = FaultyServer::start(move |request| {
        if request.path.contains("raw") && asked.fetch_add(1, Ordering::SeqCst) == 100 {
            let pid = pid.load(Ordering::SeqCst).to_string();
            let sent = Command::new("kill").args(["-INT", &pid]).status();
            assert!(sent.is_ok_and(|status| status.success()));
        }
        let (status, body) = explorer.get(&request.path);
        Act::status(status, body).after(Duration::from_millis(5))
    });
    let server = server.unwrap();
    let place = tempfile::tempdir().unwrap();
    let flag = format!("--ledger {}", place.path().join("ledger").display());
    let ingest = format!(
        "ingest {flag} --source esplora+{} --requests-per-second 100000",
        server.url()
    );
    let running = super::program()
        .args(ingest.split(' '))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.store(running.id(), Ordering::SeqCst);
    let run = super::run_of(running.wait_with_output().unwrap());
    assert_eq!((run.code, &*run.out), (2, ""), "{run:?}");
    assert!(
        run.err
            .contains("interrupted; the ledger holds every block"),
        "{}",
        run.err
    );
    let held = trace(&format!("verify {flag} --format json"));
    assert_eq!(held.code, 0, "{held:?}");
    assert!(
        json(&held.out)["blocks"].as_u64() < Some(241),
        "{}",
        held.out
    );
    let rest = trace(&ingest);
    assert_eq!(rest.code, 0, "{rest:?}");
    let whole = trace(&format!("verify {flag} --format json"));
    assert_eq!(json(&whole.out)["blocks"], 241);
}

#[test]
fn a_recording_of_blocks_is_made_by_its_own_command() {
    let place = tempfile::tempdir().unwrap();
    let record = format!(
        "--source {} --record {}/a.rec",
        economy_source(),
        place.path().display()
    );
    for command in [
        format!("ingest --ledger {}/ledger {record}", place.path().display()),
        format!("follow {} {record}", truth().theft.txid),
    ] {
        let run = trace(&command);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains("trace record keeps blocks"), "{}", run.err);
    }
}

#[test]
fn a_damaged_ledger_is_named() {
    let ledger = Ingested::new();
    let file = ledger.path().join("output.value");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let run = trace(&format!("verify {}", ledger.flag()));
    assert_eq!((run.code, &*run.out), (2, ""), "{run:?}");
    assert!(run.err.contains("output.value"), "{}", run.err);
}

#[test]
fn a_recording_is_checked_and_an_altered_one_is_named() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("a.rec");
    let record = format!(
        "record --source {} --output {}",
        economy_source(),
        file.display()
    );
    let recorded = trace(&format!("{record} --from 3 --to 40"));
    assert_eq!(recorded.code, 0, "{recorded:?}");
    let run = trace(&format!(
        "verify --recording {} --format json",
        file.display()
    ));
    assert_eq!((run.code, &*run.err), (0, ""));
    let verified = json(&run.out);
    assert_eq!(verified["holds"], "blocks 3 40");
    assert_eq!(verified["complete"], true);
    assert_eq!(verified["hash"], recorded.out.trim_end());
    let again = trace(&record);
    assert_eq!(
        again.code, 2,
        "a recording is never written over: {again:?}"
    );
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let run = trace(&format!("verify --recording {}", file.display()));
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.err.contains("a.rec") && run.err.contains("byte"),
        "{}",
        run.err
    );
}

#[test]
fn a_recording_of_some_blocks_is_a_chain_of_those() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("part.rec");
    let record = format!(
        "record --source {} --output {}",
        economy_source(),
        file.display()
    );
    assert_eq!(
        trace(&format!("{record} --from 0 --to 210 --quiet")).code,
        0
    );
    let txid = truth().theft.txid;
    let asked = format!(
        "follow {txid} --source recording:{} --format json",
        file.display()
    );
    let answer = json(&trace(&asked).out);
    assert_eq!(answer["as_of"]["height"], 210);
    assert_eq!(answer["conservation"]["holds"], true);
}
