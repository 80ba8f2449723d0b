//! What every rule holds of a transaction.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use super::{Ingested, Run, json, trace, truth};

/// A flat transaction with two inputs and two outputs.
const LINE: &str = r#"{"txid":"TXID","inputs":[{"txid":"TXID","vout":0,"value_sat":3,"script_pubkey":"0014aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},{"txid":"TXID","vout":1,"value_sat":4,"script_pubkey":"0014bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}],"outputs":[{"value_sat":5,"script_pubkey":"0014cccccccccccccccccccccccccccccccccccccccc"},{"value_sat":1,"script_pubkey":"0014dddddddddddddddddddddddddddddddddddddddd"}]}"#;

fn line() -> String {
    LINE.replace("TXID", &"ab".repeat(32))
}

fn inspect(lines: &str, more: &[&str]) -> Run {
    let mut child = super::program()
        .args(["inspect", "--transactions", "-"])
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    super::run_of(child.wait_with_output().unwrap())
}

#[test]
fn a_line_in_is_a_line_out() {
    let run = inspect(&format!("{}\n\n{}", line(), line()), &[]);
    assert_eq!((run.code, &*run.err), (0, ""));
    assert_eq!(run.out.lines().count(), 2);
    let first = json(run.out.lines().next().unwrap());
    // Of which chain it is, a file does not say.
    assert_eq!(first["chain"], Value::Null);
    assert_eq!(first["effects"], Value::Null);
    assert_eq!(first["mix"]["verdict"], "none");
    assert_eq!(first["co_spend"]["applies"], true);
    let change = first["change"].as_array().unwrap();
    assert_eq!(change.len(), 2 * heuristics::change::RULES.len());
    let optimal: Vec<_> = change
        .iter()
        .filter(|one| one["name"] == "optimal-change")
        .collect();
    assert_eq!(optimal[0]["verdict"], "contradicts");
    assert_eq!(optimal[1]["verdict"], "supports");
}

#[test]
fn a_bad_line_is_named_and_the_rest_goes_through() {
    let long = "x".repeat(2000);
    let lines = format!("{}\nnonsense\n{long}\n{}\n", line(), line());
    let run = inspect(&lines, &["--line-bytes-max", "1000"]);
    assert_eq!(run.code, 2);
    let out: Vec<_> = run.out.lines().map(json).collect();
    assert_eq!(out.len(), 4);
    assert_eq!((&out[1]["line"], &out[2]["line"]), (&2.into(), &3.into()));
    assert!(
        out[2]["error"]
            .as_str()
            .unwrap()
            .contains("--line-bytes-max")
    );
    assert_eq!(out[3]["txid"], out[0]["txid"]);
    let named: Vec<&str> = run.err.lines().collect();
    assert_eq!(named.len(), 2, "{}", run.err);
    assert!(
        named[0].starts_with("trace: standard input, line 2: "),
        "{}",
        named[0]
    );
}

#[test]
fn transactions_of_a_ledger_are_judged_by_name() {
    let (ledger, truth) = (Ingested::new(), truth());
    let mixes = truth
        .transactions
        .iter()
        .filter(|transaction| transaction.kind.is_mix());
    let txids: Vec<&str> = mixes.map(|transaction| transaction.txid.as_str()).collect();
    let run = trace(&format!("inspect {} {}", txids.join(" "), ledger.flag()));
    assert_eq!((run.code, &*run.err), (0, ""));
    for (line, txid) in run.out.lines().map(json).zip(&txids) {
        assert_eq!(line["txid"], **txid);
        // Of a small JoinMarket mix the structure alone is no proof.
        let verdict = line["mix"]["verdict"].as_str().unwrap();
        assert!(["mix", "possible"].contains(&verdict), "{txid}: {verdict}");
        assert_eq!(line["co_spend"]["applies"], false);
    }
    let unknown = "cd".repeat(32);
    let run = trace(&format!("inspect {} {unknown} {}", txids[0], ledger.flag()));
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(json(run.out.lines().nth(1).unwrap())["txid"], unknown);
    assert!(run.err.contains(&unknown), "{}", run.err);
}
