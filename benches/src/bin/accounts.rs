//! Draws a chain of accounts, runs every workload over accounts in a process of its own, and
//! prints what the best of several runs took.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use benches::figures::{Failure, Figures};
use benches::table::Table;
use benches::{child, unit, workload::account};
use clap::Parser;
use trace_core::taint::Policy;

/// Time, memory and disk of trace on a chain of accounts, printed as Markdown.
#[derive(Debug, Parser)]
struct Arguments {
    /// Transfers of the chain that is drawn.
    #[arg(long, default_value_t = 4_000_000)]
    transfers: u64,
    /// Where its ledger is made.
    #[arg(long, default_value = "target/accounts")]
    folder: PathBuf,
    /// Of how many runs the one is told in which the processor worked least.
    #[arg(long, default_value_t = 3)]
    runs: u32,
    /// Does one workload in one folder and prints its figures: NAME FOLDER ARGUMENT.
    #[arg(long, num_args = 3, hide = true)]
    workload: Option<Vec<String>>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.workload {
        Some(workload) => run_here(workload),
        None => run_all(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("accounts: {error}");
            ExitCode::from(2)
        }
    }
}

fn run_here(named: &[String]) -> Result<(), Failure> {
    let [name, folder, argument] = named else {
        return Err("a workload has a name, a folder and an argument".into());
    };
    let mut all = account::ALL.iter();
    let workload = all.find(|workload| workload.name == name);
    let workload = workload.ok_or_else(|| format!("no workload is named {name}"))?;
    let mut figures = (workload.run)(Path::new(folder), argument)?;
    if figures.get("peak_bytes").is_none() {
        figures.note_peak();
    }
    print!("{figures}");
    Ok(())
}

fn run_all(arguments: &Arguments) -> Result<(), Failure> {
    std::fs::create_dir_all(&arguments.folder)?;
    let mut table = Table::of(&[
        "stage",
        "transfers",
        "time",
        "processor",
        "each",
        "a second",
        "bytes a second",
        "peak memory",
    ]);
    let size = arguments.transfers.to_string();
    let mut stages = vec![("normalise-accounts", "economy".to_owned())];
    if std::env::var_os("TRACE_REAL_DATA").is_some() {
        stages.push(("normalise-accounts", "mainnet".to_owned()));
    }
    stages.push(("draw-accounts", size.clone()));
    stages.push(("ingest-accounts", size));
    stages.push(("walk-accounts", "-".to_owned()));
    let policies = Policy::ALL.into_iter();
    stages.extend(policies.map(|policy| ("follow-accounts", policy.name().to_owned())));
    for (name, argument) in stages {
        let figures = best(arguments, name, &argument)?;
        eprintln!("{name} {argument}\n{figures}");
        let get = |name: &str| figures.get(name).unwrap_or_default();
        let (transfers, worked) = (get("transfers"), worked(&figures));
        let took: u64 = ["all_ns", "append_ns", "commit_ns"].map(get).iter().sum();
        let bytes = match get("bytes") {
            0 => String::new(),
            bytes => unit::size(unit::a_second(bytes, worked)),
        };
        table.row([
            format!("{name} {argument}"),
            unit::count(transfers),
            unit::time(took),
            unit::time(worked),
            format!("{} ns", unit::ratio(worked, transfers)),
            unit::count(unit::a_second(transfers, worked)),
            bytes,
            unit::size(get("peak_bytes")),
        ]);
    }
    println!("{table}");
    Ok(())
}

/// Of several runs the one in which the processor worked least.
fn best(arguments: &Arguments, name: &str, argument: &str) -> Result<Figures, Failure> {
    let mut best: Option<Figures> = None;
    for _ in 0..arguments.runs.max(1) {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--workload", name]).arg(&arguments.folder);
        let (_, figures) = child::run(command.arg(argument))?;
        if best
            .as_ref()
            .is_none_or(|best| worked(&figures) < worked(best))
        {
            best = Some(figures);
        }
    }
    best.ok_or_else(|| "there is at least one run".into())
}

/// How long the processor worked, or where the system does not tell that, how long it took.
fn worked(figures: &Figures) -> u64 {
    let part = |part: &str| {
        let worked = figures.get(&format!("{part}_cpu_ns"));
        worked.or_else(|| figures.get(&format!("{part}_ns")))
    };
    let parts = ["all", "append", "commit"].map(part);
    parts.into_iter().flatten().sum()
}
