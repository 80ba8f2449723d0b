//! What is typed, before anything is done.

use super::trace;

#[test]
fn help_and_version_are_answers() {
    let run = trace("--version");
    assert_eq!((run.code, &*run.out), (0, "trace 0.1.0\n"));
    for command in [
        "", "follow", "back", "ingest", "record", "cluster", "explain", "inspect", "measure",
        "verify",
    ] {
        let run = trace(&format!("{command} --help"));
        assert_eq!(run.code, 0, "{command}");
        assert!(run.out.contains("Usage: trace"), "{command}");
    }
}

#[test]
fn what_is_no_argument_cannot_be_answered() {
    for wrong in [
        "",
        "bogus",
        "follow",
        "cluster",
        "cluster a --all",
        "inspect",
        "follow x --policy bogus",
        "follow x --ledger a --source blk:b",
        "--quiet --verbose verify --ledger x",
    ] {
        let run = trace(wrong);
        assert_eq!(run.code, 2, "{wrong}");
        assert!(run.out.is_empty() && !run.err.is_empty(), "{wrong}");
    }
}

#[test]
fn credentials_never_come_back() {
    for source in [
        "bitcoin-core+http://alice:s3cret@127.0.0.1:1",
        "esplora+http://alice:s3cret@127.0.0.1:1/api",
        "http://alice:s3cret@127.0.0.1:1",
        "bitcoin-core+http://alice:s3cret@",
    ] {
        let txid = "00".repeat(32);
        let run = trace(&format!(
            "follow {txid} --source {source} --retries 0 --timeout 1 --verbose"
        ));
        assert_eq!(run.code, 2, "{run:?}");
        assert!(
            !run.err.contains("s3cret") && !run.out.contains("s3cret"),
            "{run:?}"
        );
    }
}
