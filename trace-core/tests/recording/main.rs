//! What is recorded is replayed, and nothing else.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod damage;
mod naive;
mod order;
mod replay;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tempfile::TempDir;
use trace_core::model::BitcoinNetwork;
use trace_core::source::recorder::Recorder;
use trace_core::source::recording::{Holds, Origin, Recording, Summary};
use trace_core::source::uri::Adapter;
use trace_core::source::{AskError, Limits, Reply, Request, SourceError, Transport};

type Answer = Result<Reply, AskError>;

const CORE: Origin = Origin::Server(Adapter::BitcoinCore);
const REGTEST: BitcoinNetwork = BitcoinNetwork::Regtest;

/// Answers each request as it was told, time after time; a request it was told nothing of is
/// echoed. Takes as long as the last number in the request says, in milliseconds.
#[derive(Default)]
struct Scripted(Mutex<BTreeMap<Request, Vec<Answer>>>);

impl Scripted {
    fn of(pairs: &[(Request, Answer)]) -> Self {
        let mut script: BTreeMap<Request, Vec<Answer>> = BTreeMap::new();
        for (request, answer) in pairs.iter().rev() {
            script
                .entry(request.clone())
                .or_default()
                .push(answer.clone());
        }
        Self(Mutex::new(script))
    }

    fn answer(&self, request: &Request) -> Answer {
        let mut script = self.0.lock().unwrap();
        match script.get_mut(request).and_then(Vec::pop) {
            Some(answer) => answer,
            None => Ok(Reply(request.to_string().into_bytes())),
        }
    }
}

fn milliseconds(request: &Request) -> u64 {
    let text = request.to_string();
    text.rsplit(' ').next().unwrap().parse().unwrap_or(0)
}

impl Transport for Scripted {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Answer>> {
        let answers = requests
            .iter()
            .map(|request| self.answer(request))
            .collect();
        let took = requests.iter().map(milliseconds).max().unwrap_or(0);
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(took)).await;
            answers
        })
    }
}

fn call(params: &str) -> Request {
    Request::Rpc {
        method: "getblock".to_owned(),
        params: params.to_owned(),
    }
}

fn get(path: &str) -> Request {
    Request::Get {
        path: path.to_owned(),
    }
}

fn local(name: &str) -> Request {
    Request::Local {
        name: name.to_owned(),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what is told")]
fn reply(bytes: impl AsRef<[u8]>) -> Answer {
    Ok(Reply(bytes.as_ref().to_vec()))
}

fn refused(code: i64, message: &str) -> Answer {
    Err(AskError::Rpc {
        method: "getblock".to_owned(),
        code,
        message: message.to_owned(),
    })
}

/// Bytes that do not compress, different for each seed.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// A file in a folder that lasts as long as the test.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("a.rec")
    }

    fn open(&self) -> Result<Recording, SourceError> {
        Recording::open(&self.file(), &Limits::default())
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build();
    runtime.unwrap().block_on(work)
}

/// Asks for all of these, one by one, and records the answers.
fn record(path: &Path, pairs: &[(Request, Answer)]) -> Summary {
    let recorder = Recorder::create(path, Scripted::of(pairs)).unwrap();
    recorder.begin(CORE, REGTEST, Holds::Questions).unwrap();
    for (request, answer) in pairs {
        let told = block_on(recorder.ask(std::slice::from_ref(request)));
        assert_eq!(told, std::slice::from_ref(answer));
    }
    recorder.finish().unwrap()
}

fn ask(transport: &impl Transport, request: &Request) -> Answer {
    let answer = block_on(transport.ask(std::slice::from_ref(request)));
    answer.into_iter().next().unwrap()
}
