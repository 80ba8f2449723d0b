//! What accounts held from the beginning, read out of a genesis file.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;
use testdata::evm::{self, EvmChain, Offers, address, allocated};
use testdata::evm_node::{Client, EvmNode, FAUCET_ETHER, GENESIS_TIME, ganache};
use testdata::faulty_server::{FaultyServer, Received};
use trace_core::model::account::U256;

use super::{Ingested, Run, json as parsed, trace};

/// A node of a made chain, and the folder with its genesis file.
struct Given {
    chain: EvmChain,
    node: FaultyServer,
    folder: TempDir,
}

fn given() -> Given {
    let chain = allocated(1337, 5, 60).0;
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("genesis.json"),
        chain.genesis().to_string(),
    )
    .unwrap();
    let node = evm::EvmNode {
        chain: chain.clone(),
        offers: Offers {
            otterscan_search: true,
            ..Offers::default()
        },
    };
    let node = FaultyServer::start(move |received: &Received| {
        received.reply(|method, params| node.answer(method, params))
    });
    Given {
        chain,
        node: node.unwrap(),
        folder,
    }
}

impl Given {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn source(&self) -> String {
        let url = self.node.url();
        format!("--source ethereum+{url} --requests-per-second 100000")
    }

    fn ingest(&self, ledger: &Ingested, genesis: &Path) -> Run {
        let (source, flag) = (self.source(), ledger.flag());
        trace(&format!(
            "ingest {flag} {source} --genesis {}",
            genesis.display()
        ))
    }
}

#[test]
fn a_ledger_knows_what_a_node_knows_down_to_the_genesis_block() {
    let given = given();
    let genesis = given.file("genesis.json");
    let (ledger, without) = (Ingested::empty(), Ingested::empty());
    let run = given.ingest(&ledger, &genesis);
    assert_eq!(run.code, 0, "{run:?}");
    let root = parsed_root(&run.out);
    let again = given.ingest(&ledger, &genesis);
    assert_eq!((again.code, parsed_root(&again.out)), (0, root));
    let source = given.source();
    assert_eq!(
        trace(&format!("ingest {} {source}", without.flag())).code,
        0
    );
    for (ledger, count) in [(&ledger, 3), (&without, 0)] {
        let run = trace(&format!("verify {} --format json", ledger.flag()));
        assert_eq!(parsed(&run.out)["allocated"], count);
    }
    let blocks = given.file("blocks.recording");
    let run = trace(&format!("record {source} --output {}", blocks.display()));
    assert_eq!(run.code, 0, "{run:?}");
    let (blocks, genesis) = (blocks.display(), genesis.display());
    let replayed = format!("--source recording:{blocks} --genesis {genesis}");
    let mut lost = 0;
    for name in ["alice", "bob", "carol", "vault", "splitter"] {
        for command in ["back", "follow"] {
            let asked = |place: &str| {
                let who = address(name);
                let compare = if command == "back" {
                    "--compare"
                } else {
                    "--policy fifo"
                };
                let run = trace(&format!(
                    "{command} {who} {place} {compare} --quiet --format json"
                ));
                assert!(run.code < 2 && run.err.is_empty(), "{name}: {run:?}");
                run.out
            };
            let by_ledger = asked(&ledger.flag());
            let file = given.file(&format!("{name}-{command}.recording"));
            let file = file.display();
            assert!(
                asked(&format!("{source} --record {file}")) == by_ledger,
                "{name}"
            );
            assert!(
                asked(&format!("--source recording:{file}")) == by_ledger,
                "{name}"
            );
            assert!(asked(&replayed) == by_ledger, "{name}");
            lost += usize::from(asked(&without.flag()) != by_ledger);
        }
    }
    assert!(lost > 4, "{lost}");
    // And whose they are is the same with it and without: nobody paid it to anybody.
    let clusters = |ledger: &Ingested| {
        let run = trace(&format!("cluster --all {} --quiet", ledger.flag()));
        assert_eq!(run.code, 0, "{run:?}");
        let mut lines: Vec<String> = run.out.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(clusters(&ledger), clusters(&without));
}

/// The root of the state that `trace ingest` says.
fn parsed_root(text: &str) -> String {
    let (_, behind) = text
        .split_once("3 accounts what the genesis file says")
        .unwrap();
    let (_, behind) = behind.split_once("0x").unwrap();
    behind.split('.').next().unwrap().to_owned()
}

#[test]
fn a_genesis_file_that_does_not_fit_is_refused_and_nothing_is_read() {
    let given = given();
    let right = given.chain.genesis();
    let mut other = right.clone();
    other["alloc"][&format!("{:x}", address("bob"))]["balance"] = json!("0x1");
    for (name, text, words) in [
        (
            "other.json",
            other.to_string(),
            &["state root", "block tells 0x"][..],
        ),
        (
            "broken.json",
            "{\"alloc\":\n{\"0x12\": {}}}".to_owned(),
            &["line 2", "0x12"],
        ),
        ("empty.json", String::new(), &["EOF"]),
        ("none.json", "{\"config\": {}}".to_owned(), &["`alloc`"]),
    ] {
        let file = given.file(name);
        fs::write(&file, text).unwrap();
        let ledger = Ingested::empty();
        let run = given.ingest(&ledger, &file);
        assert_eq!((run.code, &*run.out), (2, ""), "{run:?}");
        for word in words {
            assert!(run.err.contains(word), "{name}: {}", run.err);
        }
        assert_eq!(run.err.contains(name), name != "other.json", "{}", run.err);
        let verified = trace(&format!("verify {} --format json", ledger.flag()));
        assert!(verified.code == 2 || parsed(&verified.out)["blocks"] == 0);
    }
    // anvil commits to an empty state, whatever it gives.
    let economy = testdata::evm_economy::shipped().join("economy.recording");
    let run = trace(&format!(
        "ingest {} --source recording:{} --genesis {}",
        Ingested::empty().flag(),
        economy.display(),
        given.file("genesis.json").display()
    ));
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("block tells 0x56e81f17"), "{}", run.err);
    let ledger = Ingested::empty();
    let file = given.file("genesis.json");
    let refused = |arguments: &str, word: &str| {
        let run = trace(&format!("{arguments} --genesis {}", file.display()));
        assert_eq!((run.code, &*run.out), (2, ""), "{arguments}: {run:?}");
        assert!(run.err.contains(word), "{arguments}: {}", run.err);
    };
    let (flag, source) = (ledger.flag(), given.source());
    let ingest = format!("ingest {flag} {source}");
    refused(
        &format!("{ingest} --genesis-bytes-max 10"),
        "--genesis-bytes-max",
    );
    refused(&format!("{ingest} --from 2"), "blocks from 2 on");
    assert_eq!(trace(&format!("{ingest} --to 5")).code, 0);
    refused(&ingest, "anew");
    let follow = format!("follow {}", address("bob"));
    for place in [&flag, &source] {
        refused(&format!("{follow} {place}"), "trace ingest");
    }
    let coins = Ingested::empty();
    let blk = super::economy_source();
    refused(&format!("ingest {} --source {blk}", coins.flag()), "coins");
    let missing = given.ingest(&Ingested::empty(), &given.file("missing.json"));
    assert!(missing.code == 2 && missing.err.contains("missing.json"));
}

/// What Ganache is told to give to the account whose key it has.
const FAUCET: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

#[test]
fn a_ledger_of_a_real_node_knows_it_too() {
    let Some(program) = ganache("a_ledger_of_a_real_node_knows_it_too") else {
        return;
    };
    let coinbase = address("maker");
    let node = EvmNode::start(Client::Ganache, &program, coinbase, &[]).unwrap();
    let ether = U256::from(10).pow(U256::from(18));
    for (number, to) in (1..).zip(["alice", "bob", "alice"]) {
        let value = ether * U256::from(number);
        let payment = json!([{"from": FAUCET, "to": address(to), "value": format!("{value:#x}"),
            "gas": "0x5208", "gasPrice": "0x77359400"}]);
        node.call("eth_sendTransaction", &payment).unwrap();
        node.mine(GENESIS_TIME + 12 * number).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let genesis = folder.path().join("genesis.json");
    let held = ether * U256::from(FAUCET_ETHER);
    let mut file = json!({"alloc": {FAUCET: {"balance": held.to_string()}}});
    // It gives a wei to what its virtual machine does by itself as well.
    for number in 1..=0x12 {
        file["alloc"][format!("0x{number:040x}")] = json!({"balance": 1});
    }
    fs::write(&genesis, file.to_string()).unwrap();
    let source = format!(
        "--source {} --requests-per-second 100000",
        node.source_uri()
    );
    let (ledger, genesis) = (Ingested::empty(), genesis.display());
    let run = trace(&format!(
        "ingest {} {source} --genesis {genesis}",
        ledger.flag()
    ));
    assert_eq!(run.code, 0, "{run:?}");
    for who in [FAUCET.to_owned(), address("alice").to_string()] {
        let asked = |place: &str| {
            let run = trace(&format!(
                "back {who} {place} --compare --quiet --format json"
            ));
            assert_eq!((run.code, &*run.err), (0, ""), "{run:?}");
            run.out
        };
        let by_ledger = asked(&ledger.flag());
        assert!(by_ledger.contains("\"created\""), "{by_ledger}");
        assert!(asked(&source) == by_ledger, "{who}");
    }
}
