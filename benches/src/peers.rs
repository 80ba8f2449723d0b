//! Other tools on the same files, and whether they found the same.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::child;
use crate::figures::{Failure, Figures};
use crate::run::Run;
use crate::table::Table;
use crate::unit;

/// A tool, and the workload of ours that does the same or more.
struct Peer {
    name: &'static str,
    does: &'static str,
    ours: &'static str,
    /// Figures that must be the same, each with the workload of ours that has it.
    same: &'static [(&'static str, &'static str)],
}

const PEERS: &[Peer] = &[
    Peer {
        name: "slices",
        does: "bitcoin_slices: where things lie, file by file",
        ours: "decode",
        same: &[("decode", "transactions"), ("decode", "outputs")],
    },
    Peer {
        name: "block-parser",
        does: "bitcoin-block-parser: blocks in order, many threads",
        ours: "decode",
        same: &[("decode", "transactions")],
    },
    Peer {
        name: "block-parser-utxo",
        does: "bitcoin-block-parser: the same with prevouts",
        ours: "ingest",
        same: &[("walk", "transactions"), ("walk", "fees_sat")],
    },
    Peer {
        name: "blocks-iterator",
        does: "blocks_iterator: blocks in order with prevouts, the last six left out",
        ours: "ingest",
        same: &[],
    },
    Peer {
        name: "petgraph",
        does: "petgraph: union-find",
        ours: "join-edges",
        same: &[("join-edges", "components")],
    },
    Peer {
        name: "scipy",
        does: "scipy.sparse.csgraph: connected components",
        ours: "join-edges",
        same: &[("join-edges", "components")],
    },
    Peer {
        name: "networkx",
        does: "networkx: connected components",
        ours: "join-edges",
        same: &[("join-edges", "components")],
    },
];

/// Builds the crate of the peers, which nobody else pays for.
///
/// # Errors
/// When it does not build.
pub fn build() -> Result<(), Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--locked", "-p", "peers"]);
    child::run(command.current_dir(here())).map(drop)
}

/// Runs every peer on the chain in `folder`. Beside the table, what any of them found otherwise
/// than we did.
///
/// # Errors
/// When this program does not know where it is.
pub fn compare(folder: &Path, run: &Run) -> Result<(Table, Vec<String>), Failure> {
    let mut differences = Vec::new();
    let mut table = Table::of(&[
        "tool",
        "time",
        "processor",
        "peak memory",
        "ours",
        "time",
        "processor",
        "peak memory",
        "time, theirs by ours",
        "processor, theirs by ours",
    ]);
    for peer in PEERS {
        eprintln!("{}: {}", folder.display(), peer.name);
        let ours = run
            .figures(peer.ours)
            .ok_or("a workload that did not run")?;
        let theirs = match child::run(&mut command(peer, folder)?) {
            Ok((_, figures)) => figures,
            Err(error) => {
                // Not everybody has every tool.
                table.row([format!("{}: {error}", peer.does)]);
                continue;
            }
        };
        for (workload, name) in peer.same {
            let (ours, theirs) = (run.figure(workload, name), theirs.get(name));
            if theirs != Some(ours) {
                differences.push(format!("{} found {theirs:?} {name}, we {ours}", peer.name));
            }
        }
        let get = |figures: &Figures, name: &str| figures.get(name).unwrap_or_default();
        let ratio = |name: &str| unit::ratio(get(&theirs, name), get(ours, name));
        let mut row = vec![peer.does.to_owned()];
        row.extend(three(&theirs));
        row.push(peer.ours.to_owned());
        row.extend(three(ours));
        row.extend([ratio("wall_ns"), ratio("wall_cpu_ns")]);
        table.row(row);
    }
    Ok((table, differences))
}

/// Time, the processor's work and peak memory.
fn three(figures: &Figures) -> [String; 3] {
    let show = |name: &str, unit: fn(u64) -> String| {
        let figure = figures.get(name);
        figure.map_or_else(|| "–".to_owned(), unit)
    };
    [
        show("wall_ns", unit::time),
        show("wall_cpu_ns", unit::time),
        show("peak_bytes", unit::size),
    ]
}

fn command(peer: &Peer, folder: &Path) -> Result<Command, Failure> {
    let (blocks, edges) = (folder.join("blocks"), folder.join("edges.u32"));
    if matches!(peer.name, "scipy" | "networkx") {
        let mut command = Command::new("python3");
        let script = here().join("peers/connected_components.py");
        command.arg(script).arg(peer.name).arg(edges);
        return Ok(command);
    }
    let program = std::env::current_exe()?.with_file_name(format!("peers{EXE_SUFFIX}"));
    let mut command = Command::new(program);
    let on = if peer.name == "petgraph" {
        edges
    } else {
        blocks
    };
    command.arg(peer.name).arg(on);
    Ok(command)
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
