//! Draws a chain of accounts, runs every workload over accounts in a process of its own, and
//! prints what the best of several runs took.

use std::collections::BTreeSet;
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
    /// How many threads parse while one appends, where a ledger is made of replies.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2])]
    threads: Vec<usize>,
    /// Measures nothing, but compares what a ledger gives back, and where value goes under every
    /// policy, with what plain maps and loops find, on a chain of so many transfers, 100 000 at
    /// most; and the ledger of recorded replies with the replies.
    #[arg(long, value_name = "TRANSFERS", num_args = 0..=1, default_missing_value = "40000")]
    check: Option<u64>,
    /// Does one workload in one folder and prints its figures: NAME FOLDER ARGUMENT.
    #[arg(long, num_args = 3, hide = true)]
    workload: Option<Vec<String>>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match (&arguments.workload, arguments.check) {
        (Some(workload), _) => run_here(workload),
        (None, Some(transfers)) => check(&arguments, transfers),
        (None, None) => run_all(&arguments),
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
    let size = arguments.transfers.to_string();
    let mut replies = vec!["economy"];
    if std::env::var_os("TRACE_REAL_DATA").is_some() {
        replies.push("mainnet");
    }
    let of_all = |name: &'static str| replies.iter().map(move |of| (name, (*of).to_owned()));
    let threads = replies.iter().flat_map(|of| {
        let threads = arguments.threads.iter();
        threads.map(move |threads| ("ingest-replies", format!("{of} {threads}")))
    });
    let mut stages: Vec<(&str, String)> = of_all("normalise-accounts").chain(threads).collect();
    stages.push(("draw-accounts", size.clone()));
    stages.push(("ingest-accounts", size));
    stages.push(("walk-accounts", "-".to_owned()));
    let policies = Policy::ALL.into_iter();
    stages.extend(policies.map(|policy| ("follow-accounts", policy.name().to_owned())));
    let mut runs = Vec::new();
    for (name, argument) in stages {
        let figures = best(arguments, name, &argument)?;
        eprintln!("{name} {argument}\n{figures}");
        runs.push((name, argument, figures));
    }
    println!("{}", stages_of(&runs));
    println!("{}", shares_of(&runs));
    Ok(())
}

/// A workload, its argument and what it took.
type Ran = (&'static str, String, Figures);

/// What each stage took.
fn stages_of(runs: &[Ran]) -> Table {
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
    for (name, argument, figures) in runs {
        let get = |name: &str| figures.get(name).unwrap_or_default();
        let (transfers, worked) = (get("transfers"), worked(figures));
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
    table
}

/// From recorded replies to a ledger: what the parts take by themselves, and the whole. Threads
/// work side by side, so beside what is done in a second is what a processor does in one.
fn shares_of(runs: &[Ran]) -> Table {
    let mut table = Table::of(&[
        "from recorded replies",
        "time",
        "transfers a second",
        "processor",
        "transfers a second of it",
        "transactions a second of it",
        "bytes a second of it",
    ]);
    let ingests = runs.iter().filter(|(name, ..)| *name == "ingest-replies");
    let mut shown = BTreeSet::new();
    for (_, argument, figures) in ingests {
        let get = |name: &str| figures.get(name).unwrap_or_default();
        let (of, threads) = argument.split_once(' ').unwrap_or((argument, ""));
        for (part, what) in [
            ("read", format!("{of}: reading alone")),
            ("normalise", format!("{of}: normalising alone")),
            ("all", format!("{of}: the whole, threads: {threads}")),
        ] {
            // The parts are the same however many threads the whole has.
            if !shown.insert(what.clone()) {
                continue;
            }
            let took = get(&format!("{part}_ns"));
            let worked = part_worked(figures, part).unwrap_or_default();
            let of_processor = |what: &str| unit::a_second(get(what), worked);
            table.row([
                what,
                unit::time(took),
                unit::count(unit::a_second(get("transfers"), took)),
                unit::time(worked),
                unit::count(of_processor("transfers")),
                unit::count(of_processor("transactions")),
                unit::size(of_processor("bytes")),
            ]);
        }
    }
    table
}

/// Compares everything, and prints how much that was.
fn check(arguments: &Arguments, transfers: u64) -> Result<(), Failure> {
    std::fs::create_dir_all(&arguments.folder)?;
    let figures = run(arguments, "check-accounts", &transfers.to_string())?;
    let mut table = Table::of(&["compared", "how much"]);
    let mut shown = BTreeSet::new();
    for (name, value) in figures.beginning("") {
        if !shown.insert(name) {
            continue;
        }
        let cell = match name.rsplit_once('_') {
            Some((_, "ns")) if name.ends_with("_cpu_ns") => continue,
            Some((_, "ns")) => unit::time(value),
            Some((_, "bytes")) => unit::size(value),
            _ => value.to_string(),
        };
        table.row([name.to_owned(), cell]);
    }
    println!("{table}");
    Ok(())
}

/// Runs a workload in a process of its own.
fn run(arguments: &Arguments, name: &str, argument: &str) -> Result<Figures, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--workload", name]).arg(&arguments.folder);
    Ok(child::run(command.arg(argument))?.1)
}

/// Of several runs the one in which the processor worked least.
fn best(arguments: &Arguments, name: &str, argument: &str) -> Result<Figures, Failure> {
    let mut best: Option<Figures> = None;
    for _ in 0..arguments.runs.max(1) {
        let figures = run(arguments, name, argument)?;
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
    let parts = ["all", "append", "commit"].map(|part| part_worked(figures, part));
    parts.into_iter().flatten().sum()
}

/// The same of one part of the work.
fn part_worked(figures: &Figures, part: &str) -> Option<u64> {
    let worked = figures.get(&format!("{part}_cpu_ns"));
    worked.or_else(|| figures.get(&format!("{part}_ns")))
}
