//! From an address to answers, through everything that lies between.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod bounds;
mod files;
#[path = "../http/log.rs"]
mod log;
mod node;
mod server;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use testdata::economy;
use trace_core::model::{OutPoint, Txid};
use trace_core::source::recording::Holds;
use trace_core::source::{Interruption, Limits, Source, SourceError, Told, connect};
use trace_core::view::Question;

/// Limits under which tests are quick.
fn limits() -> Limits {
    Limits {
        requests_per_second: 100_000,
        timeout: Duration::from_secs(10),
        retries: 8,
        retry_delay_min: Duration::from_millis(1),
        retry_delay_max: Duration::from_millis(4),
        ..Limits::default()
    }
}

fn recording_to(path: &Path) -> Limits {
    Limits {
        record: Some(path.to_owned()),
        ..limits()
    }
}

async fn reach(uri: &str, limits: &Limits) -> Result<Source, SourceError> {
    connect(&uri.parse()?, limits, Interruption::default()).await
}

/// The scripted economy, played once for all tests.
fn economy() -> &'static economy::Economy {
    static ECONOMY: OnceLock<economy::Economy> = OnceLock::new();
    ECONOMY.get_or_init(economy::play)
}

/// Transactions of the economy, their first outputs and the addresses these pay.
fn questions(economy: &economy::Economy) -> Vec<Question> {
    let transactions = economy.blocks.iter().flat_map(|block| &block.txdata);
    let txids = transactions.step_by(23).map(|transaction| {
        let text = transaction.compute_txid().to_string();
        text.parse::<Txid>().unwrap()
    });
    let mut questions = Vec::new();
    for txid in txids {
        questions.push(Question::Transaction(txid));
        questions.push(Question::Spender(OutPoint { txid, vout: 0 }));
    }
    questions.push(Question::Transaction(Txid([7; 32])));
    questions
}

type Answers = Vec<Result<Told, SourceError>>;

/// What the source says to all of them as of its tip, and whether that still is its tip.
async fn ask(source: &Source, questions: &[Question]) -> Answers {
    let history = source.history.as_ref().unwrap();
    let tip = history.tip().await.unwrap();
    let answers = history.answer(questions, tip).await;
    assert_eq!(history.block_at(tip.height).await, Ok(Some(tip)));
    answers
}

/// A folder for the length of a test, and a file in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn recording(&self, name: &str) -> String {
        format!("recording:{}", self.file(name).display())
    }
}

/// Records the answers to all of them, and returns them.
async fn record(uri: &str, file: &Path, questions: &[Question]) -> Answers {
    let source = reach(uri, &recording_to(file)).await.unwrap();
    source.begin_recording(Holds::Questions).unwrap();
    let answers = ask(&source, questions).await;
    source.finish_recording().unwrap().unwrap();
    answers
}
