//! Through everything that lies between an address and answers: servers, explorer, recorder,
//! recording.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use testdata::evm::{EvmChain, EvmExplorer, EvmNode, Offers, random};
use testdata::faulty_server::{Act, FaultyServer};
use trace_core::model::account::B256;
use trace_core::source::history::{Asker, OnFailure, Step};
use trace_core::source::recording::{Holds, Origin};
use trace_core::source::uri::{Adapter, SourceUri};
use trace_core::source::{Interruption, Limits, Source, SourceError, connect};
use trace_core::taint::account::{Bounds, Gap, Plan, Pools, Progress, Propagator, Seed, Trail};
use trace_core::taint::{Direction, Policy};
use trace_core::view::account::GatheredAccounts;

use crate::told::{Everybody, told};
use crate::whole::Whole;

const KEY: &str = "WQXEVSKJ4CKEY";

fn limits() -> Limits {
    Limits {
        requests_per_second: 100_000,
        timeout: Duration::from_secs(10),
        retry_delay_min: Duration::from_millis(1),
        retry_delay_max: Duration::from_millis(4),
        ..Limits::default()
    }
}

fn made() -> (EvmChain, Vec<B256>) {
    random(1, 11, 80)
}

fn plan() -> Plan {
    static WIDEST: OnceLock<B256> = OnceLock::new();
    let widest = *WIDEST.get_or_init(|| {
        let (chain, hashes) = made();
        Whole::of(&chain, Offers::default()).widest(&hashes)
    });
    Plan {
        direction: Direction::Forward,
        policy: Policy::Haircut,
        pools: Pools::Stop,
        bounds: Bounds::default(),
        seeds: vec![Seed::Transaction(widest)],
    }
}

fn node(offers: Offers) -> FaultyServer {
    let (chain, _) = made();
    let node = EvmNode { chain, offers };
    let reply = move |received: &testdata::faulty_server::Received| {
        received.reply(|method, params| node.answer(method, params))
    };
    FaultyServer::start(reply).unwrap()
}

async fn reach(uris: &[String], limits: &Limits) -> Result<Source, SourceError> {
    let uris = uris.iter().map(|uri| uri.parse::<SourceUri>().unwrap());
    let uri = SourceUri::join(uris)?.with_api_key(KEY);
    connect(&uri, limits, Interruption::default()).await
}

/// Follows over a source, recording it if there is a file to record to.
fn follow(
    uris: &[String],
    limits: &Limits,
) -> Result<(GatheredAccounts, Trail, Source, u64), SourceError> {
    let plan = plan();
    wait_on(async {
        let source = reach(uris, limits).await?;
        source.begin_recording(Holds::Questions)?;
        let history = source.account_history.clone().unwrap();
        let tip = history.tip().await?;
        let mut view = GatheredAccounts::new(history.chain(), tip);
        let mut asker = Asker::of_accounts(&*history, u64::MAX, OnFailure::Stop);
        let mut propagator = Propagator::new(plan);
        let trail = asker.run(&mut view, |view| {
            match propagator.advance(view, &Everybody, u64::MAX) {
                Progress::Done(trail) => Step::Done(trail),
                Progress::Wants(questions) => Step::Wants(questions),
                Progress::Paused { .. } => panic!("there was no reason to pause"),
            }
        });
        let trail = trail.await?;
        let cut_off = asker.questions_cut_off();
        source.finish_recording()?;
        Ok((view, trail, source, cut_off))
    })
}

fn wait_on<F: Future>(future: F) -> F::Output {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(future)
}

fn recording_to(file: &Path) -> Limits {
    Limits {
        record: Some(file.to_owned()),
        ..limits()
    }
}

#[test]
fn what_was_asked_of_a_node_is_replayed_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.rec");
    let offers = Offers {
        otterscan_search: true,
        ..Offers::default()
    };
    let server = node(offers);
    let uri = format!("ethereum+{}", server.url());
    let (view, trail, source, _) = follow(&[uri], &recording_to(&file)).unwrap();
    let recorded = told(&view, &trail);
    assert!(trail.visits.len() > 5);
    assert_eq!(
        recorded,
        Whole::of(&made().0, Offers::default()).follow(&plan()).0
    );
    assert!(source.account_blocks.is_some());
    drop(server);
    let replay = format!("recording:{}", file.display());
    let (view, trail, source, _) = follow(std::slice::from_ref(&replay), &limits()).unwrap();
    assert_eq!(told(&view, &trail), recorded);
    let header = source.recording.unwrap().header;
    assert_eq!(header.origin, Origin::Server(Adapter::Ethereum));
    assert!(source.account_blocks.is_none());
    // What the same limit cuts off is the same.
    let few = Limits {
        requests_max: Some(60),
        ..limits()
    };
    let (_, _, _, cut_off) = follow(std::slice::from_ref(&replay), &few).unwrap();
    let (_, _, _, again) = follow(&[replay], &few).unwrap();
    assert!(cut_off > 0);
    assert_eq!(cut_off, again);
}

/// An explorer that gives so many rows at once, and before each of its replies says now and then
/// that it is asked too much.
fn explorer(rows_max: usize, refusals: usize) -> FaultyServer {
    let (chain, _) = made();
    let explorer = EvmExplorer { chain, rows_max };
    let left = Arc::new(AtomicUsize::new(refusals));
    let reply = move |received: &testdata::faulty_server::Received| {
        let is_given = received.path.contains(&format!("apikey={KEY}"))
            && received.path.contains("chainid=1&");
        if !is_given {
            let said = r#"{"status":"0","message":"NOTOK","result":"Missing/Invalid API Key"}"#;
            return Act::ok(said);
        }
        let one_less = |left: usize| left.checked_sub(1);
        if left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less)
            .is_ok()
        {
            let said = r#"{"status":"0","message":"NOTOK","result":"Max rate limit reached"}"#;
            return Act::ok(said);
        }
        match explorer.get(&received.path) {
            Some(page) => Act::ok(page.to_string()),
            None => Act::status(404, ""),
        }
    };
    FaultyServer::start(reply).unwrap()
}

#[test]
fn an_explorer_finds_what_a_plain_archive_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.rec");
    let (server, explorer) = (node(Offers::default()), explorer(6, 5));
    let uris = [
        format!("etherscan+{}/api?chainid=1", explorer.url()),
        format!("ethereum+{}", server.url()),
    ];
    let (view, trail, source, _) = follow(&uris, &recording_to(&file)).unwrap();
    let (expected, _) = Whole::of(&made().0, Offers::default()).follow(&plan());
    assert_eq!(told(&view, &trail), expected);
    assert!(!trail.gaps.contains(&Gap::InnerCalls));
    let calls = server.received();
    let calls = calls
        .iter()
        .flat_map(testdata::faulty_server::Received::calls);
    assert!(calls.clone().count() > 20);
    assert!(
        !calls
            .map(|call| call.0)
            .any(|method| method == "eth_getLogs")
    );
    let shown = format!("{source:?} {}", source.name);
    drop((server, explorer));
    let bytes = std::fs::read(&file).unwrap();
    for seen in [shown.as_bytes(), &bytes, &unpacked(&bytes)] {
        assert!(!seen.windows(KEY.len()).any(|part| part == KEY.as_bytes()));
    }
    let replay = format!("recording:{}", file.display());
    let (view, trail, source, _) = follow(&[replay], &limits()).unwrap();
    assert_eq!(told(&view, &trail), expected);
    let header = source.recording.unwrap().header;
    assert_eq!(header.origin, Origin::Server(Adapter::Etherscan));
}

/// What every zstd frame of a file holds.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let begins = bytes.windows(4).enumerate();
    let begins = begins.filter(|(_, four)| *four == [0x28, 0xb5, 0x2f, 0xfd]);
    let frames: Vec<Vec<u8>> = begins
        .filter_map(|(at, _)| {
            let mut decoder = zstd::Decoder::new(&bytes[at..]).ok()?.single_frame();
            let mut plain = Vec::new();
            std::io::Read::read_to_end(&mut decoder, &mut plain).ok()?;
            Some(plain)
        })
        .collect();
    let all = frames.concat();
    assert!(
        all.windows(9).any(|part| part == b"txlistint"),
        "nothing was unpacked"
    );
    all
}

#[test]
fn an_explorer_that_refuses_is_told_and_its_key_is_not() {
    let server = node(Offers::default());
    let says = [
        (
            Act::ok(r#"{"status":"0","message":"NOTOK","result":"Invalid API Key"}"#),
            "status 401",
        ),
        (
            Act::ok(format!(r#"{{"message":"{KEY}","result":"{KEY}"}}"#)),
            "repeats the key",
        ),
        (
            Act::ok(r#"{"message":"NOTOK","result":"Query Timeout"}"#),
            "Query Timeout",
        ),
        (
            Act::ok(r#"{"result":[{"blockNumber":"0","hash":"0x00"}]}"#),
            "",
        ),
        (Act::ok("<html>"), "expected value"),
        (Act::status(500, KEY), "status 500"),
    ];
    for (act, expected) in says {
        let explorer = FaultyServer::start(move |_| act.clone()).unwrap();
        let uris = [
            format!("ethereum+{}", server.url()),
            format!("etherscan+{}", explorer.url()),
        ];
        let error = follow(&uris, &limits()).err().unwrap();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(expected) && !shown.contains(KEY), "{shown}");
    }
    let alone = [format!("etherscan+{}", server.url())];
    let error = follow(&alone, &limits()).err().unwrap().to_string();
    assert!(error.contains("a node beside it"), "{error}");
}

#[test]
fn rows_that_were_not_asked_for_or_are_too_many_are_refused() {
    let server = node(Offers::default());
    let row = |height: u32| format!(r#"{{"blockNumber":"{height}","hash":"{:?}"}}"#, B256::ZERO);
    let many = (0..10_000u32).map(|number| {
        let hash = B256::from(trace_core::model::account::U256::from(number));
        format!(r#"{{"blockNumber":"90","hash":"{hash}"}}"#)
    });
    let many = many.collect::<Vec<_>>().join(",");
    for (rows, expected) in [
        (row(4_000_000), "not asked for"),
        (format!("{},{}", row(90), row(89)), "not asked for"),
        (many, "more rows than are given"),
        (row(90), "is not known"),
    ] {
        let reply = format!(r#"{{"status":"1","message":"OK","result":[{rows}]}}"#);
        let explorer = FaultyServer::start(move |_| Act::ok(reply.clone())).unwrap();
        let uris = [
            format!("ethereum+{}", server.url()),
            format!("etherscan+{}", explorer.url()),
        ];
        let error = follow(&uris, &limits()).err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
