//! What following over accounts asks of a server 80 ms away that takes 20 requests a second, and
//! how long that takes; beside it a client that asks one thing after the other.
//!
//! `cargo run --release -p benches --bin lazy_follow` prints a table.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use benches::figures::Failure;
use testdata::evm::{EvmChain, EvmExplorer, EvmNode, Offers, sparse};
use testdata::faulty_server::{Act, FaultyServer, Received};
use trace_core::model::account::B256;
use trace_core::source::history::{Asker, OnFailure, Step};
use trace_core::source::uri::SourceUri;
use trace_core::source::{Interruption, Limits, connect};
use trace_core::taint::account::{
    Bounds, Plan, Pools, Progress, Propagator, Seed, Standing, Surroundings,
};
use trace_core::taint::{Direction, Policy};
use trace_core::view::account::{AccountId, GatheredAccounts};

const LATENCY: Duration = Duration::from_millis(80);
const REQUESTS_PER_SECOND: usize = 20;

/// Nobody is anybody in particular.
struct OpenField;

impl<V: ?Sized> Surroundings<V> for OpenField {
    fn standing(&self, _: &V, _: AccountId) -> Standing {
        Standing::Plain
    }
}

/// What one run came to.
struct Run {
    hops: u64,
    calls: u64,
    requests: usize,
    refused: usize,
    took: Duration,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let (chain, hashes) = sparse(1337, 3, 60, 1_300_000);
    let plain = Offers::default();
    let otterscan = Offers {
        otterscan_search: true,
        page: 25,
        ..plain
    };
    let filter = Offers {
        tracer: false,
        flat: true,
        trace_filter: true,
        page: 200,
        ..plain
    };
    println!("{} blocks, {} transactions", chain.tip(), hashes.len());
    println!("source, client, hops, calls, requests, requests a hop, refused, seconds");
    let seed = widest(&chain, &hashes).await?;
    for (name, offers, has_explorer) in [
        ("ots_searchTransactionsAfter", otterscan, false),
        ("trace_filter", filter, false),
        ("an explorer", plain, true),
        ("a plain archive", plain, false),
    ] {
        for (client, limits) in [("trace", Limits::default()), ("one by one", one_by_one())] {
            let run = follow(&chain, offers, has_explorer, seed, &limits).await?;
            let each = run.requests as u64 * 10 / run.hops.max(1);
            println!(
                "{name}, {client}, {}, {}, {}, {}.{}, {}, {}.{:03}",
                run.hops,
                run.calls,
                run.requests,
                each / 10,
                each % 10,
                run.refused,
                run.took.as_secs(),
                run.took.subsec_millis()
            );
        }
    }
    Ok(())
}

/// Asks as `trace` does, but never two things at once.
fn one_by_one() -> Limits {
    Limits {
        batch_max: 1,
        in_flight: 1,
        ..Limits::default()
    }
}

/// Of these transactions the one from which most is reached.
async fn widest(chain: &EvmChain, hashes: &[B256]) -> Result<B256, Failure> {
    let server = server(
        chain,
        Offers {
            otterscan_search: true,
            ..Offers::default()
        },
        false,
    )?;
    let limits = Limits {
        requests_per_second: 100_000,
        ..Limits::default()
    };
    let mut best = None;
    for hash in hashes {
        let uri = format!("ethereum+{}", server.url());
        let (hops, _) = ask(&uri.parse()?, *hash, &limits).await?;
        best = best.max(Some((hops, *hash)));
    }
    let (_, hash) = best.ok_or("a chain without transactions")?;
    Ok(hash)
}

async fn follow(
    chain: &EvmChain,
    offers: Offers,
    has_explorer: bool,
    seed: B256,
    limits: &Limits,
) -> Result<Run, Failure> {
    let node = server(chain, offers, true)?;
    let explorer = explorer(chain)?;
    let mut uris: Vec<SourceUri> = vec![format!("ethereum+{}", node.url()).parse()?];
    if has_explorer {
        uris.push(format!("etherscan+{}", explorer.url()).parse()?);
    }
    let uri = SourceUri::join(uris)?;
    let began = Instant::now();
    let (hops, calls) = ask(&uri, seed, limits).await?;
    let took = began.elapsed();
    let all = [node.received(), explorer.received()].concat();
    Ok(Run {
        hops,
        calls,
        requests: all.len(),
        refused: refused(&node.received()) + refused(&explorer.received()),
        took,
    })
}

/// Follows, and says how many transactions were looked at and how many calls that took.
async fn ask(uri: &SourceUri, seed: B256, limits: &Limits) -> Result<(u64, u64), Failure> {
    let source = connect(uri, limits, Interruption::default()).await?;
    let history = source.account_history.ok_or("no answers about accounts")?;
    let mut view = GatheredAccounts::new(history.chain(), history.tip().await?);
    let mut asker = Asker::of_accounts(&*history, u64::MAX, OnFailure::Stop);
    let mut propagator = Propagator::new(Plan {
        direction: Direction::Forward,
        policy: Policy::Haircut,
        pools: Pools::Stop,
        bounds: Bounds::default(),
        seeds: vec![Seed::Transaction(seed)],
    });
    let trail = asker.run(&mut view, |view| {
        match propagator.advance(view, &OpenField, u64::MAX) {
            Progress::Done(trail) => Step::Done(trail),
            Progress::Wants(questions) => Step::Wants(questions),
            Progress::Paused { .. } => Step::Wants(Vec::new()),
        }
    });
    let trail = trail.await?;
    Ok((trail.transactions, history.requests()))
}

fn server(chain: &EvmChain, offers: Offers, is_far: bool) -> Result<FaultyServer, Failure> {
    let node = EvmNode {
        chain: chain.clone(),
        offers,
    };
    let gate = Gate::default();
    Ok(FaultyServer::start(move |received| {
        let reply = || received.reply(|method, params| node.answer(method, params));
        if is_far {
            gate.pass(received, reply)
        } else {
            reply()
        }
    })?)
}

fn explorer(chain: &EvmChain) -> Result<FaultyServer, Failure> {
    let explorer = EvmExplorer {
        chain: chain.clone(),
        rows_max: 10_000,
    };
    let gate = Gate::default();
    Ok(FaultyServer::start(move |received| {
        gate.pass(received, || match explorer.get(&received.path) {
            Some(page) => Act::ok(page.to_string()),
            None => Act::status(404, ""),
        })
    })?)
}

/// When the last requests arrived that were let through.
#[derive(Clone, Default)]
struct Gate(Arc<Mutex<VecDeque<Instant>>>);

impl Gate {
    fn pass(&self, received: &Received, reply: impl Fn() -> Act) -> Act {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let act = if is_over(&mut last, received.at) {
            Act::status(429, "")
        } else {
            reply()
        };
        act.after(LATENCY)
    }
}

/// Whether as many as are taken a second came before within one, of which this is then none.
fn is_over(last: &mut VecDeque<Instant>, now: Instant) -> bool {
    while last
        .front()
        .is_some_and(|first| now.duration_since(*first) >= Duration::from_secs(1))
    {
        last.pop_front();
    }
    // Requests sent evenly arrive a little unevenly.
    let is_over = last.len() > REQUESTS_PER_SECOND;
    if !is_over {
        last.push_back(now);
    }
    is_over
}

fn refused(received: &[Received]) -> usize {
    let mut last = VecDeque::new();
    let over = received
        .iter()
        .filter(|received| is_over(&mut last, received.at));
    over.count()
}
