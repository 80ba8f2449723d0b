//! The tables that are printed of all runs.

use std::collections::BTreeMap;

use crate::figures::Figures;
use crate::run::Run;
use crate::table::Table;
use crate::unit;

/// Each stage at each size: time, time for one of what it is measured by, peak memory. The
/// stages of one kind stand together, so that one sees whether the cost stays the same.
#[must_use]
pub fn costs(runs: &[&Run]) -> Table {
    let mut table = Table::of(&[
        "stage",
        "transactions",
        "time",
        "processor",
        "did",
        "each",
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
            let (time, did) = (get("all_ns"), get(stage.per));
            let cell = |text: String| if did == 0 { String::new() } else { text };
            table.row([
                stage.name(),
                unit::count(transactions(run)),
                unit::time(time),
                unit::time(get("all_cpu_ns")),
                cell(format!("{} {}", unit::count(did), stage.per)),
                cell(format!("{} ns", unit::ratio(time, did))),
                cell(unit::count(unit::a_second(did, time))),
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
    row(&mut table, "the raw blocks", &|column| raw(runs, column));
    let share = |column| unit::ratio(total(column) * 100, raw(runs, column)) + " %";
    let cells = (0..runs.len()).map(share);
    table.row(std::iter::once("ledger of raw".to_owned()).chain(cells));
    table
}

/// What is held in memory or stored for one of each thing.
#[must_use]
pub fn memory(runs: &[&Run]) -> Table {
    let mut headings = vec!["for each".to_owned()];
    headings.extend(runs.iter().map(|run| unit::count(transactions(run))));
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut table = Table::of(&headings);
    for (name, workload, of, by) in [
        (
            "unspent output, bytes in memory",
            "ingest",
            "unspent_bytes",
            "unspent",
        ),
        (
            "address, bytes in memory",
            "ingest",
            "address_bytes",
            "addresses",
        ),
        ("union, bytes stored", "cluster", "stored_bytes", "unions"),
        (
            "plain sum, sums by form",
            "sum-values",
            "all_ns",
            "plain_ns",
        ),
        (
            "theft followed by FIFO, ns",
            "follow-theft",
            "all_ns",
            "thefts",
        ),
    ] {
        let cells = runs.iter().map(|run| {
            let get = |name: &str| run.figures(workload)?.get(name);
            unit::ratio(get(of).unwrap_or_default(), get(by).unwrap_or_default())
        });
        table.row(std::iter::once(name.to_owned()).chain(cells));
    }
    table
}

/// How many transactions the chain of a run has.
fn transactions(run: &Run) -> u64 {
    let figures = run.figures("simulate");
    figures
        .and_then(|figures| figures.get("transactions"))
        .unwrap_or_default()
}

fn raw(runs: &[&Run], column: usize) -> u64 {
    let figures = runs.get(column).and_then(|run| run.figures("simulate"));
    figures
        .and_then(|figures| figures.get("block_bytes"))
        .unwrap_or_default()
}
