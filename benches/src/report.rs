//! The tables that are printed of all runs.

use std::collections::{BTreeMap, BTreeSet};

use crate::figures::Figures;
use crate::run::Run;
use crate::table::Table;
use crate::unit;

/// Bitcoin at the end of 2026.
const CHAIN_TRANSACTIONS: u64 = 1_300_000_000;
const CHAIN_ADDRESSES: u64 = 1_500_000_000;
const CHAIN_UNSPENT: u64 = 180_000_000;

/// Each stage at each size: the time that passed, that the processor worked for it, that it
/// worked for one of what the stage is measured by, and peak memory. The rows of one stage
/// stand together, so that one sees whether the cost stays the same.
#[must_use]
pub fn costs(runs: &[&Run]) -> Table {
    let mut table = Table::of(&[
        "stage",
        "transactions",
        "time",
        "processor",
        "did",
        "processor, each",
        "a second",
        "peak memory",
    ]);
    let Some(first) = runs.first() else {
        return table;
    };
    for (number, (stage, _)) in first.stages.iter().enumerate() {
        for run in runs {
            let Some((_, figures)) = run.stages.get(number) else {
                continue;
            };
            let get = |name: &str| figures.get(name).unwrap_or_default();
            let (worked, did) = (run.worked_ns(&stage.name(), "all"), get(stage.per));
            let cell = |text: String| if did == 0 { String::new() } else { text };
            table.row([
                stage.name(),
                unit::count(transactions(run)),
                unit::time(get("all_ns")),
                unit::time(worked),
                cell(format!("{} {}", unit::count(did), stage.per)),
                cell(format!("{} ns", unit::ratio(worked, did))),
                cell(unit::count(unit::a_second(did, worked))),
                unit::size(get("peak_bytes")),
            ]);
        }
    }
    table
}

/// What each file of the ledger takes for a transaction, and all of them of the raw blocks.
#[must_use]
pub fn disk(runs: &[&Run]) -> Table {
    let mut headings = vec!["bytes a transaction".to_owned()];
    headings.extend(runs.iter().map(|run| unit::count(transactions(run))));
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut table = Table::of(&headings);
    let of_ingest = |run: &Run| run.figures("ingest").cloned().unwrap_or_default();
    let ingests: Vec<Figures> = runs.iter().map(|run| of_ingest(run)).collect();
    let mut files: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for (column, figures) in ingests.iter().enumerate() {
        for (file, bytes) in figures.beginning("disk_bytes.") {
            // The index is cut into more files the longer the chain is.
            let name = file.split_once('/').map_or(file, |(folder, _)| folder);
            let sizes = files.entry(name).or_insert_with(|| vec![0; runs.len()]);
            if let Some(size) = sizes.get_mut(column) {
                *size += bytes;
            }
        }
    }
    let raw = |column: usize| {
        let run: Option<&&Run> = runs.get(column);
        run.map_or(0, |run| run.figure("simulate", "block_bytes"))
    };
    let total = |column: usize| {
        let sizes = files.values().filter_map(|sizes| sizes.get(column));
        sizes.sum::<u64>()
    };
    let row = |table: &mut Table, name: &str, size: &dyn Fn(usize) -> u64| {
        let numbered = runs.iter().enumerate();
        let cells = numbered.map(|(column, run)| unit::ratio(size(column), transactions(run)));
        table.row(std::iter::once(name.to_owned()).chain(cells));
    };
    for (name, sizes) in &files {
        row(&mut table, name, &|column| {
            sizes.get(column).copied().unwrap_or_default()
        });
    }
    row(&mut table, "all of the ledger", &total);
    row(&mut table, "the raw blocks", &raw);
    let share = |column| unit::ratio(total(column) * 100, raw(column)) + " %";
    let cells = (0..runs.len()).map(share);
    table.row(std::iter::once("ledger of raw".to_owned()).chain(cells));
    table
}

/// What is held in memory or stored for one of each thing, and two comparisons.
#[must_use]
pub fn each(runs: &[&Run]) -> Table {
    let mut headings = vec!["of each".to_owned()];
    headings.extend(runs.iter().map(|run| unit::count(transactions(run))));
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut table = Table::of(&headings);
    let mut row = |name: &str, value: &dyn Fn(&Run) -> String| {
        let cells = runs.iter().map(|run| value(run));
        table.row(std::iter::once(name.to_owned()).chain(cells));
    };
    let ratio = |stage: &'static str, of: &'static str, by: &'static str| {
        move |run: &Run| unit::ratio(run.figure(stage, of), run.figure(stage, by))
    };
    row(
        "unspent output, bytes in the writer's memory",
        &ratio("ingest", "unspent_bytes", "unspent"),
    );
    row(
        "address, bytes in the writer's memory",
        &ratio("ingest", "address_bytes", "addresses"),
    );
    row(
        "union, bytes stored",
        &ratio("cluster", "stored_bytes", "unions"),
    );
    row("theft, time to follow it by FIFO", &|run| {
        let of_all = run.worked_ns("follow-theft fifo", "all");
        let of_one = of_all.checked_div(run.figure("follow-theft fifo", "thefts"));
        of_one.map_or_else(String::new, unit::time)
    });
    row("speed of sums by form, in % of a plain sum's", &|run| {
        let plain = run.worked_ns("sum-values", "plain") * 100;
        let percent = plain.checked_div(run.worked_ns("sum-values", "all"));
        percent.map_or_else(String::new, |percent| percent.to_string())
    });
    table
}

/// How much of each chain was compared with what plain loops find, and how long that took.
#[must_use]
pub fn checks(runs: &[&Run]) -> Table {
    let mut headings = vec!["compared".to_owned()];
    headings.extend(runs.iter().map(|run| unit::count(transactions(run))));
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut table = Table::of(&headings);
    let first = runs.first().and_then(|run| run.figures("check"));
    let mut shown = BTreeSet::new();
    for (name, _) in first.into_iter().flat_map(|figures| figures.beginning("")) {
        if name.ends_with("_cpu_ns") || !shown.insert(name) {
            continue;
        }
        let cells = runs.iter().map(|run| match run.figure("check", name) {
            ns if name.ends_with("_ns") => unit::time(ns),
            bytes if name.ends_with("_bytes") => unit::size(bytes),
            count => count.to_string(),
        });
        table.row(std::iter::once(name.to_owned()).chain(cells));
    }
    table
}

/// What the whole chain would take one processor if each transaction, unspent output and address took what it
/// took in the largest run.
#[must_use]
pub fn projection(run: &Run) -> Table {
    let mut table = Table::of(&["the whole chain", "would take"]);
    let scaled = |figure: u64, to: u64, from: u64| {
        let scaled = (u128::from(figure) * u128::from(to)).checked_div(u128::from(from));
        scaled
            .and_then(|scaled| u64::try_from(scaled).ok())
            .unwrap_or(u64::MAX)
    };
    let by_transactions = |figure| scaled(figure, CHAIN_TRANSACTIONS, transactions(run));
    let hours = |ns: u64| format!("{} h", unit::ratio(ns, 3_600_000_000_000));
    for stage in ["decode", "ingest", "walk", "cluster"] {
        let time = by_transactions(run.worked_ns(stage, "all"));
        table.row([stage.to_owned(), hours(time)]);
    }
    let ingest = run.figures("ingest").cloned().unwrap_or_default();
    let disk = ingest
        .beginning("disk_bytes.")
        .map(|(_, bytes)| bytes)
        .sum();
    let unspent = scaled(
        run.figure("ingest", "unspent_bytes"),
        CHAIN_UNSPENT,
        run.figure("ingest", "unspent"),
    );
    let addresses = scaled(
        run.figure("ingest", "address_bytes"),
        CHAIN_ADDRESSES,
        run.figure("ingest", "addresses"),
    );
    for (name, bytes) in [
        ("ledger on disk", by_transactions(disk)),
        ("writer's unspent outputs in memory", unspent),
        ("writer's addresses in memory", addresses),
        ("partition of the addresses in memory", CHAIN_ADDRESSES * 4),
    ] {
        table.row([name.to_owned(), unit::size(bytes)]);
    }
    table
}

/// How many transactions the chain of a run has.
fn transactions(run: &Run) -> u64 {
    run.figure("simulate", "transactions")
}
