//! Following lazily, over any source, is following in a ledger of the whole chain: the same
//! trail, for every policy, forwards and back.

use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use testdata::economy;
use testdata::explorer::Explorer;
use testdata::faulty_server::{Act, FaultyServer};
use testdata::node::{Node, Options, bitcoind};
use trace_core::ledger::{Ledger, Writer};
use trace_core::model::{Address, AddressId, BitcoinNetwork, Txid};
use trace_core::source::bitcoin_core::BitcoinCore;
use trace_core::source::esplora::Esplora;
use trace_core::source::history::{Asker, OnFailure, Step};
use trace_core::source::http::Http;
use trace_core::source::uri::SourceUri;
use trace_core::source::{HistorySource, Interruption, Limits};
use trace_core::taint::{
    Bounds, Direction, Gap, LabelIndex, MixAnswer, MixShape, Mixes, Plan, Policy, Progress,
    Propagator, Seed, Surroundings, Trail,
};
use trace_core::view::{Answer, CoinView, Gathered, NumberedTransaction};

use crate::memory_node::MemoryNode;
use crate::transports::{ExplorerTransport, Tampered};
use crate::truth;

const NETWORK: BitcoinNetwork = BitcoinNetwork::Regtest;

/// The services and mixes of the scripted economy, as its truth names them.
struct Places {
    services: BTreeMap<Address, LabelIndex>,
    mixes: Vec<Txid>,
    theft: Txid,
    thief: Address,
}

impl<V: CoinView + ?Sized> Surroundings<V> for Places {
    fn service(&self, view: &V, address: AddressId) -> Option<LabelIndex> {
        self.services.get(&view.address(address)?).copied()
    }

    fn mix(&self, transaction: &NumberedTransaction) -> MixAnswer {
        if !self.mixes.contains(&transaction.txid) {
            return MixAnswer::NoMix;
        }
        let values: Vec<u64> = transaction
            .outputs
            .iter()
            .map(|paid| paid.value_sat)
            .collect();
        let often = |value: &u64| values.iter().filter(|other| *other == value).count();
        let modal = values.iter().max_by_key(|value| (often(value), **value));
        let equal = (0..)
            .zip(&values)
            .filter(|(_, value)| Some(*value) == modal);
        MixAnswer::Mix(MixShape {
            kind: "mix",
            equal_outputs: equal.map(|(index, _)| index).collect(),
        })
    }
}

fn places() -> &'static Places {
    static PLACES: OnceLock<Places> = OnceLock::new();
    PLACES.get_or_init(|| {
        let read = |name| fs::read_to_string(economy::shipped().join(name)).unwrap();
        let labels = read("labels.csv");
        let services = labels.lines().skip(1).filter_map(|line| {
            let mut fields = line.split(',');
            let address = Address::parse(fields.next()?, NETWORK).ok()?;
            let category = fields.nth(1)?;
            (category == "exchange").then_some((address, LabelIndex(0)))
        });
        let truth: Value = serde_json::from_str(&read("truth.json")).unwrap();
        let transactions = truth["transactions"].as_array().unwrap().iter();
        let mixes = transactions.filter(|transaction| {
            let kind = transaction["kind"].as_str().unwrap();
            ["whirlpool", "wasabi1", "wasabi2", "join-market"].contains(&kind)
        });
        let theft: Txid = truth["theft"]["txid"].as_str().unwrap().parse().unwrap();
        let mut all = truth::economy().transactions();
        let stolen = all
            .find(|located| located.transaction.txid == theft)
            .unwrap();
        Places {
            services: services.collect(),
            mixes: mixes
                .map(|mix| mix["txid"].as_str().unwrap().parse().unwrap())
                .collect(),
            theft,
            thief: stolen.transaction.outputs[0].address.clone().unwrap(),
        }
    })
}

fn plans(directions: &[Direction], mixes: &[Mixes]) -> Vec<Plan> {
    let places = places();
    let theft = Seed::Transaction(places.theft);
    let thief = Seed::Address {
        address: places.thief.clone(),
        from_height: 0,
    };
    let mut plans = Vec::new();
    for policy in Policy::ALL {
        for direction in directions {
            for mixes in mixes {
                plans.push(Plan {
                    direction: *direction,
                    policy,
                    mixes: *mixes,
                    bounds: Bounds::default(),
                    seeds: vec![theft.clone(), thief.clone()],
                });
            }
        }
    }
    plans
}

fn all_plans() -> Vec<Plan> {
    plans(
        &[Direction::Forward, Direction::Back],
        &[Mixes::Stop, Mixes::Through],
    )
}

/// A ledger of the whole economy.
fn ledger() -> &'static (TempDir, Ledger) {
    static LEDGER: OnceLock<(TempDir, Ledger)> = OnceLock::new();
    LEDGER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::open(folder.path(), NETWORK).unwrap();
        for block in &truth::economy().parsed {
            writer.append(block).unwrap();
        }
        writer.commit().unwrap();
        drop(writer);
        let ledger = Ledger::open(folder.path()).unwrap();
        (folder, ledger)
    })
}

/// Everything a trail says, with the chain's names in place of the view's numbers.
fn in_words(trail: &Trail, view: &impl CoinView) -> String {
    let mut words = String::new();
    let debug = format!("{trail:#?}");
    let lines: Vec<&str> = debug.lines().collect();
    let mut rest = &lines[..];
    while let [line, tail @ ..] = rest {
        rest = tail;
        let kind = line
            .trim_start()
            .rsplit([' ', '('])
            .find(|word| !word.is_empty());
        let number = |rest: &[&str]| rest[0].trim().trim_end_matches(',').parse().unwrap();
        let name = match kind {
            Some("OutputId") => {
                let output = trace_core::model::OutputId(number(rest));
                let Answer::Known(outpoint) = view.outpoint(output) else {
                    panic!("{output:?} has no name")
                };
                outpoint.to_string()
            }
            Some("TxNumber") => {
                let tx = trace_core::model::TxNumber(number(rest));
                let mut transaction = blank();
                assert_eq!(view.transaction(tx, &mut transaction), Answer::Known(()));
                transaction.txid.to_string()
            }
            _ => {
                words.extend([*line, "\n"]);
                continue;
            }
        };
        words.extend([line, " ", &name, "\n"]);
        rest = &rest[1..];
    }
    words
}

fn blank() -> NumberedTransaction {
    NumberedTransaction {
        txid: Txid([0; 32]),
        version: 0,
        lock_time: 0,
        weight: None,
        inputs: Vec::new(),
        outputs: Vec::new(),
    }
}

fn in_ledger(plan: &Plan) -> String {
    let view = ledger().1.view().unwrap();
    match Propagator::new(plan.clone()).advance(&view, places(), u64::MAX) {
        Progress::Done(trail) => {
            assert!(trail.conserves() || plan.policy == Policy::Poison);
            // The thief receives what is seeded as the theft.
            let known = |gap: &Gap| matches!(gap, Gap::SeededTwice(_));
            assert!(trail.gaps.iter().all(known), "{:?}", trail.gaps);
            assert!(trail.visits.len() > 2);
            in_words(&trail, &view)
        }
        other => panic!("a ledger lacks nothing: {other:?}"),
    }
}

async fn lazily(plan: &Plan, source: &dyn HistorySource) -> String {
    let truth = truth::economy();
    let mut view = Gathered::new(source.chain(), truth.tip());
    let mut asker = Asker::new(source, u64::MAX, OnFailure::Stop);
    let mut propagator = Propagator::new(plan.clone());
    let step = |view: &Gathered| match propagator.advance(view, places(), u64::MAX) {
        Progress::Done(trail) => Step::Done(trail),
        Progress::Wants(questions) => Step::Wants(questions),
        Progress::Paused { .. } => panic!("there is no limit of steps"),
    };
    let trail = asker.run(&mut view, step).await.unwrap();
    assert!(asker.still_holds(truth.tip()).await.unwrap());
    in_words(&trail, &view)
}

async fn check(source: &dyn HistorySource, plans: &[Plan]) {
    for plan in plans {
        let (ours, theirs) = (lazily(plan, source).await, in_ledger(plan));
        if ours != theirs {
            let differs = ours.lines().zip(theirs.lines()).position(|(a, b)| a != b);
            panic!("{plan:?} differs from line {differs:?} on:\n{ours}\n\nnot\n\n{theirs}");
        }
    }
}

#[test]
fn over_esplora_it_is_as_in_a_ledger() {
    let explorer = Explorer::of(&truth::economy().blocks, &[]);
    crate::wait(async {
        let esplora = Esplora::over(ExplorerTransport(explorer)).await.unwrap();
        check(&esplora, &all_plans()).await;
    });
}

#[test]
fn over_a_node_in_memory_it_is_as_in_a_ledger() {
    let node = |indexes| MemoryNode {
        truth: truth::economy(),
        indexes,
        index_height: truth::economy().tip().height,
    };
    let plans = plans(&[Direction::Forward], &[Mixes::Through]);
    crate::wait(async {
        let indexes = &["txindex", "txospenderindex", "basic block filter index"];
        let core = BitcoinCore::over(node(indexes)).await.unwrap();
        check(&core, &plans[..2]).await;
        let indexes = &["txindex", "basic block filter index"];
        let core = BitcoinCore::over(node(indexes)).await.unwrap();
        check(&core, &plans[2..3]).await;
    });
}

/// A runtime with a clock, for a client that waits.
fn wait_with_clock<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

fn http(uri: &str, limits: &Limits) -> Http {
    let SourceUri::Network(_, endpoints) = uri.parse().unwrap() else {
        panic!("{uri} is a network source")
    };
    Http::new(&endpoints, limits, Interruption::default()).unwrap()
}

fn unhurried() -> Limits {
    Limits {
        requests_per_second: 1_000_000,
        batch_max: 64,
        ..Limits::default()
    }
}

#[test]
fn over_a_real_node_it_is_as_in_a_ledger() {
    let Some(program) = bitcoind("over_a_real_node_it_is_as_in_a_ledger") else {
        return;
    };
    for (tx_out_spender_index, tx_index, plans) in [
        (true, true, all_plans()),
        (false, true, plans(&[Direction::Forward], &[Mixes::Through])),
    ] {
        let options = Options {
            tx_index,
            tx_out_spender_index,
            block_filter_index: true,
            ..Options::default()
        };
        let node = Node::start(&program, &options).unwrap();
        economy::submit(&node, &truth::economy().blocks).unwrap();
        node.wait_for_indexes().unwrap();
        wait_with_clock(async {
            let transport = http(&node.source_uri(), &unhurried());
            let core = BitcoinCore::over(transport).await.unwrap();
            check(&core, &plans).await;
        });
    }
}

/// With block filters alone, which know addresses and no transactions.
#[test]
fn from_an_address_block_filters_are_enough() {
    let Some(program) = bitcoind("from_an_address_block_filters_are_enough") else {
        return;
    };
    let options = Options {
        block_filter_index: true,
        ..Options::default()
    };
    let node = Node::start(&program, &options).unwrap();
    economy::submit(&node, &truth::economy().blocks).unwrap();
    node.wait_for_indexes().unwrap();
    let mut plans = plans(
        &[Direction::Forward, Direction::Back],
        &[Mixes::Stop, Mixes::Through],
    );
    for plan in &mut plans {
        plan.seeds.remove(0);
    }
    plans.retain(|plan| matches!(plan.policy, Policy::Fifo | Policy::Haircut));
    wait_with_clock(async {
        let transport = http(&node.source_uri(), &unhurried());
        let core = BitcoinCore::over(transport).await.unwrap();
        check(&core, &plans).await;
    });
}

/// Whatever goes wrong on the way is asked again, or the follow ends with an error; the trail
/// is never another one.
#[test]
fn a_server_that_misbehaves_does_not_change_the_trail() {
    let explorer = Explorer::of(&truth::economy().blocks, &[]);
    let server = FaultyServer::start(move |received| {
        let (status, body) = explorer.get(&received.path);
        match received.number % 11 {
            2 => Act::status(429, "slow down").with("Retry-After", "0"),
            4 => Act::status(500, "sorry"),
            6 => Act::close(),
            8 => Act::cut(&body, body.len() / 2),
            9 if received.number < 100 => Act::Hang,
            _ => Act::status(status, body),
        }
    });
    let server = server.unwrap();
    let limits = Limits {
        timeout: Duration::from_millis(300),
        retry_delay_min: Duration::from_millis(1),
        retry_delay_max: Duration::from_millis(3),
        ..unhurried()
    };
    let plans = plans(&[Direction::Forward], &[Mixes::Through]);
    wait_with_clock(async {
        let transport = http(&format!("esplora+{}", server.url()), &limits);
        let esplora = Esplora::over(transport).await.unwrap();
        check(&esplora, &plans[1..3]).await;
    });
    assert!(server.received().len() > 100);
}

/// A second run out of the same questions asks nothing new: the questions of a round are sent
/// in an order that depends on the chain alone.
#[test]
fn the_same_follow_asks_the_same_questions() {
    let truth = truth::economy();
    let plan = &plans(&[Direction::Forward], &[Mixes::Stop])[1];
    let asked = || {
        let explorer = ExplorerTransport(Explorer::of(&truth.blocks, &[]));
        let counted = Tampered::new(explorer, |_, answer| answer);
        crate::wait(async {
            let lent = crate::transports::Lent(&counted);
            let esplora = Esplora::over(lent).await.unwrap();
            lazily(plan, &esplora).await;
        });
        counted.take_rounds()
    };
    assert_eq!(asked(), asked());
}
