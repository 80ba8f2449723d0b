//! Simulates chains of growing size, runs every workload on each in a process of its own, and
//! prints what that took.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use benches::figures::Failure;
use benches::run::Run;
use benches::{peers, report, workload};
use clap::Parser;

/// Time, memory and disk of trace on simulated chains, printed as Markdown.
#[derive(Debug, Parser)]
struct Arguments {
    /// Transactions of each chain, such as 100000 or 1e6.
    #[arg(long, value_delimiter = ',', default_value = "1e5,1e6", value_parser = size)]
    sizes: Vec<u64>,
    /// Where the chains and their ledgers are made; those of a size that is there are used.
    #[arg(long, default_value = "target/whole_chain")]
    folder: PathBuf,
    /// Threads that decode while one appends.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Also times other tools on the same files, and checks that they found the same. Builds
    /// them first; scipy and networkx are asked where python3 has them.
    #[arg(long)]
    peers: bool,
    /// Measures nothing, but compares the ledger, the clusters and the destinations under every
    /// policy with what plain maps and loops find, on the chains of up to 1e6 transactions.
    #[arg(long, conflicts_with = "peers")]
    check: bool,
    /// Does one workload in one folder and prints its figures: NAME FOLDER ARGUMENT.
    #[arg(long, num_args = 3, hide = true)]
    workload: Option<Vec<String>>,
}

/// Transactions of the longest chain that is held in plain maps, in about 2 GB.
const CHECKED_MAX: u64 = 1_000_000;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.workload {
        Some(workload) => run_here(workload),
        None if arguments.check => check_all(&arguments),
        None => run_all(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("whole_chain: {error}");
            ExitCode::from(2)
        }
    }
}

/// A whole number, also as `1e6` or `3e7`.
fn size(text: &str) -> Result<u64, String> {
    let (digits, zeros) = text.split_once('e').unwrap_or((text, "0"));
    let size = || {
        let power = 10_u64.checked_pow(zeros.parse().ok()?)?;
        digits.parse::<u64>().ok()?.checked_mul(power)
    };
    size().ok_or_else(|| format!("{text:?} is not a whole number"))
}

/// In the child: does one workload and prints what it found.
fn run_here(named: &[String]) -> Result<(), Failure> {
    let [name, folder, argument] = named else {
        return Err("a workload has a name, a folder and an argument".into());
    };
    let mut all = workload::ALL.iter();
    let workload = all.find(|workload| workload.name == name);
    let workload = workload.ok_or_else(|| format!("no workload is named {name}"))?;
    let mut figures = (workload.run)(Path::new(folder), argument)?;
    if figures.get("peak_bytes").is_none() {
        figures.note_peak();
    }
    print!("{figures}");
    Ok(())
}

/// In the parent: every chain and every workload.
fn run_all(arguments: &Arguments) -> Result<(), Failure> {
    let mut runs = Vec::new();
    for transactions in &arguments.sizes {
        let folder = folder(arguments, *transactions)?;
        let run = Run::of(&folder, *transactions, arguments.threads)?;
        runs.push((folder, run));
    }
    let only: Vec<&Run> = runs.iter().map(|(_, run)| run).collect();
    println!("{}", report::costs(&only));
    println!("{}", report::disk(&only));
    println!("{}", report::each(&only));
    if let Some(largest) = only.last() {
        println!("{}", report::projection(largest));
    }
    if arguments.peers {
        peers::build()?;
        let mut all = Vec::new();
        for (folder, run) in &runs {
            let (table, differences) = peers::compare(folder, run)?;
            println!("{table}");
            all.extend(differences);
        }
        if !all.is_empty() {
            return Err(all.join("; ").into());
        }
    }
    Ok(())
}

/// In the parent: every chain that fits, compared with plain loops.
fn check_all(arguments: &Arguments) -> Result<(), Failure> {
    let mut runs = Vec::new();
    for transactions in &arguments.sizes {
        if *transactions > CHECKED_MAX {
            eprintln!("{transactions} transactions are too many for plain maps: not checked");
            continue;
        }
        let folder = folder(arguments, *transactions)?;
        runs.push(Run::check(&folder, *transactions, arguments.threads)?);
    }
    println!("{}", report::checks(&runs.iter().collect::<Vec<_>>()));
    Ok(())
}

/// The folder of the chain of a size.
fn folder(arguments: &Arguments, transactions: u64) -> Result<PathBuf, Failure> {
    let folder = arguments.folder.join(transactions.to_string());
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
