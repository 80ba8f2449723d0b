//! One state of a chain for the whole of an answer: as of which block, and what when the chain is
//! reorganised while it is asked.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use testdata::evm::{EvmChain, EvmNode, Offers};
use testdata::faulty_server::{FaultyServer, Received};

use super::{Run, trace};

const ETHER: u64 = 1_000_000_000;

/// A chain on which what was stolen goes on three times.
fn stolen() -> (EvmChain, String) {
    let mut chain = EvmChain::new(1, &[("victim", 100 * ETHER)]);
    let theft = chain.next_block().pay("victim", "thief", 50 * ETHER);
    chain.next_block().pay("thief", "friend", 40 * ETHER);
    chain.next_block().pay("friend", "cousin", 30 * ETHER);
    chain.next_block().pay("cousin", "banker", 20 * ETHER);
    chain.next_block();
    (chain, theft.to_string())
}

/// The same until the friend was paid; then the friend keeps everything.
fn kept() -> EvmChain {
    let mut fork = stolen().0.forked_from(3);
    for _ in 0..4 {
        fork.next_block();
    }
    fork
}

/// A node that leaves the first branch for the second when it was asked so often.
fn switching(after: u64) -> FaultyServer {
    let node = |chain| EvmNode {
        chain,
        offers: Offers::default(),
    };
    let (first, second) = (node(stolen().0), node(kept()));
    let asked = AtomicU64::new(0);
    let started = FaultyServer::start(move |received: &Received| {
        received.reply(|method, params| {
            let is_first = asked.fetch_add(1, Ordering::SeqCst) < after;
            let node = if is_first { &first } else { &second };
            node.answer(method, params)
        })
    });
    started.unwrap()
}

fn follow(node: &FaultyServer, more: &str) -> Run {
    let (_, theft) = stolen();
    trace(&format!(
        "follow {theft} --source ethereum+{} --requests-per-second 100000 --format json {more}",
        node.url()
    ))
}

#[test]
fn an_answer_is_of_one_branch_however_the_chain_changes_under_it() {
    let asked = |run: &Run| -> u64 {
        let told = run.err.split("asked the source ").nth(1).unwrap();
        told.split(' ').next().unwrap().parse().unwrap()
    };
    let (before, after) = (follow(&switching(u64::MAX), ""), follow(&switching(0), ""));
    assert_eq!((before.code, after.code), (0, 0), "{before:?} {after:?}");
    assert_ne!(before.out, after.out);
    let mut begun_anew = 0;
    // Before following, the chain, what the node can do and the tip are asked for as well.
    for requests in 0..asked(&before) + 30 {
        let run = follow(&switching(requests), "");
        assert_eq!(run.code, 0, "after {requests}: {run:?}");
        assert!(
            [&before.out, &after.out].contains(&&run.out),
            "after {requests}: {run:?}"
        );
        begun_anew += u32::from(run.err.contains("beginning anew"));
    }
    assert!(begun_anew > 10, "only {begun_anew} times");
}

#[test]
fn what_comes_behind_the_block_asked_as_of_does_not_count() {
    let node = |safe, finalized| {
        let node = EvmNode {
            chain: stolen().0,
            offers: Offers {
                safe,
                finalized,
                ..Offers::default()
            },
        };
        let answer =
            move |received: &Received| received.reply(|method, params| node.answer(method, params));
        FaultyServer::start(answer).unwrap()
    };
    let told = node(Some(3), Some(2));
    for (as_of, height) in [
        ("latest", 5),
        ("safe", 3),
        ("finalized", 2),
        ("1", 1),
        ("4", 4),
    ] {
        let run = follow(&told, &format!("--as-of {as_of}"));
        assert_eq!(run.code, 0, "{run:?}");
        let document: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(document["as_of"]["height"], height, "{as_of}");
        let places = document["destinations"].as_array().unwrap();
        let last = places.iter().map(|place| place["height"].as_u64());
        assert!(
            last.max().flatten().is_none_or(|it| it <= height),
            "{run:?}"
        );
    }
    let plain = node(None, None);
    for (as_of, why) in [
        ("safe", "no safe block"),
        ("finalized", "no final block"),
        ("6", "no block at height 6"),
        ("soon", "it is a height, or latest, safe or finalized"),
        ("+1", "it is a height"),
    ] {
        let run = follow(&plain, &format!("--as-of {as_of}"));
        assert_eq!((run.code, &*run.out), (2, ""), "{as_of}");
        assert!(run.err.contains(why), "{run:?}");
    }
    // Nodes of coins know of no finality.
    let coins = "--source recording:../testdata/economy/economy.recording";
    let run = trace(&format!("follow {} {coins} --as-of safe", "ab".repeat(32)));
    assert_eq!(run.code, 2);
    assert!(run.err.contains("only nodes of accounts"), "{run:?}");
}

#[test]
fn only_what_is_final_goes_into_a_ledger_if_that_is_wanted() {
    let node = EvmNode {
        chain: stolen().0,
        offers: Offers {
            finalized: Some(3),
            ..Offers::default()
        },
    };
    let node = FaultyServer::start(move |received: &Received| {
        received.reply(|method, params| node.answer(method, params))
    });
    let node = node.unwrap();
    let source = format!(
        "--source ethereum+{} --requests-per-second 100000",
        node.url()
    );
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("ledger");
    let ingest = |to: &str| {
        let run = trace(&format!(
            "ingest --ledger {} {source} --to {to} --format json",
            ledger.display()
        ));
        assert_eq!(run.code, 0, "{run:?}");
        let told: Value = serde_json::from_str(&run.out).unwrap();
        told["tip"]["height"].as_u64()
    };
    assert_eq!(ingest("finalized"), Some(3));
    assert_eq!(ingest("latest"), Some(5));
    let recording = folder.path().join("final.recording");
    let run = trace(&format!(
        "record {source} --to finalized --output {}",
        recording.display()
    ));
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.err.contains("blocks 0 to 3"), "{run:?}");
}
