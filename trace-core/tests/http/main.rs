//! The HTTP transport against servers that do not behave.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod batches;
mod faults;
mod log;
mod secrets;
mod servers;
mod tls;

use std::time::Duration;

use testdata::faulty_server::{Act, FaultyServer, Received};
use trace_core::source::http::Http;
use trace_core::source::uri::{Endpoint, SourceUri};
use trace_core::source::{AskError, Interruption, Limits, Reply, Request, Transport};

/// Short pauses, two retries, and no rate that a test would notice.
fn limits() -> Limits {
    Limits {
        requests_per_second: 10_000,
        timeout: Duration::from_secs(10),
        retries: 2,
        retry_delay_min: Duration::from_millis(1),
        retry_delay_max: Duration::from_millis(4),
        reply_bytes_max: 10_000,
        ..Limits::default()
    }
}

/// The same with little time for a reply.
fn impatient() -> Limits {
    Limits {
        timeout: Duration::from_millis(400),
        ..limits()
    }
}

fn server(handler: impl Fn(&Received) -> Act + Send + Sync + 'static) -> FaultyServer {
    FaultyServer::start(handler).unwrap()
}

/// A server that does these in turn, and the last one ever after.
fn in_turn(acts: impl Into<Vec<Act>>) -> FaultyServer {
    let acts = acts.into();
    server(move |received| acts[received.number.min(acts.len() - 1)].clone())
}

fn endpoint(url: &str) -> Endpoint {
    match format!("bitcoin-core+{url}").parse().unwrap() {
        SourceUri::Network(_, endpoints) => endpoints[0].clone(),
        other => panic!("{other}"),
    }
}

fn http(servers: &[&FaultyServer], limits: &Limits) -> Http {
    let endpoints: Vec<_> = servers
        .iter()
        .map(|server| endpoint(&server.url()))
        .collect();
    Http::new(&endpoints, limits, Interruption::default()).unwrap()
}

fn get(path: &str) -> Request {
    Request::Get {
        path: path.to_owned(),
    }
}

fn call(method: &str, params: &str) -> Request {
    Request::Rpc {
        method: method.to_owned(),
        params: params.to_owned(),
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is compared with what is asked"
)]
fn reply(text: &str) -> Result<Reply, AskError> {
    Ok(Reply(text.as_bytes().to_vec()))
}

/// Asks one question, and panics if that takes longer than any test should.
async fn ask(http: &Http, request: Request) -> Result<Reply, AskError> {
    let mut answers = ask_all(http, &[request]).await;
    assert_eq!(answers.len(), 1);
    answers.remove(0)
}

async fn ask_all(http: &Http, requests: &[Request]) -> Vec<Result<Reply, AskError>> {
    let answers = tokio::time::timeout(Duration::from_secs(20), http.ask(requests));
    answers.await.expect("an answer in time")
}
