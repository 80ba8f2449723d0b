//! The program as people call it: arguments and files in; standard output, standard error
//! and an exit code out.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot go on without fails it"
)]

mod account_arguments;
mod account_gaps;
mod account_questions;
mod account_rules;
mod accounts;
mod arguments;
mod cluster;
mod economy;
mod follow;
mod genesis;
mod held;
mod inspect;
mod kept_clusters;
mod remote;
mod schema;
mod steady;
mod stored;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;
use testdata::economy::Economy;

/// What a run came to.
#[derive(Debug)]
struct Run {
    code: i32,
    out: String,
    err: String,
}

fn program() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin!("trace"))
}

/// Runs the program with arguments parted by spaces.
fn trace(arguments: &str) -> Run {
    trace_with(&arguments.split_whitespace().collect::<Vec<_>>())
}

fn trace_with(arguments: &[&str]) -> Run {
    run_of(
        program()
            .args(arguments)
            .output()
            .expect("the program runs"),
    )
}

fn run_of(output: Output) -> Run {
    Run {
        code: output.status.code().expect("it ended by itself"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// The recorded answers that no part of this program gave.
fn truth() -> testdata::economy::Truth {
    let text = std::fs::read_to_string(economy_folder().join("truth.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The economy, played once for all tests: signing takes its time.
fn economy() -> &'static Economy {
    static PLAYED: OnceLock<Economy> = OnceLock::new();
    PLAYED.get_or_init(testdata::economy::play)
}

fn economy_folder() -> PathBuf {
    testdata::economy::shipped()
}

fn economy_source() -> String {
    format!("blk:{}", economy_folder().join("blocks").display())
}

fn labels() -> String {
    economy_folder().join("labels.csv").display().to_string()
}

/// The shipped economy in a ledger, made by the program itself.
struct Ingested {
    folder: TempDir,
}

impl Ingested {
    fn new() -> Self {
        let ingested = Self::empty();
        let run = trace(&format!(
            "ingest {} --source {}",
            ingested.flag(),
            economy_source()
        ));
        assert_eq!(run.code, 0, "{run:?}");
        ingested
    }

    /// A folder for a ledger, and no block in it yet.
    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn flag(&self) -> String {
        format!("--ledger {}", self.path().display())
    }
}

/// JSON out of standard output.
fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
