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
    /// Figures that must be the same where both have them.
    same: &'static [&'static str],
}

const PEERS: &[Peer] = &[
    Peer {
        name: "slices",
        does: "bitcoin_slices: where things lie, file by file",
        ours: "decode",
        same: &["transactions", "outputs"],
    },
    Peer {
        name: "block-parser",
        does: "bitcoin-block-parser: blocks in order, many threads",
        ours: "decode",
        same: &["transactions"],
    },
    Peer {
        name: "block-parser-utxo",
        does: "bitcoin-block-parser: the same with prevouts",
        ours: "ingest",
        same: &["transactions"],
    },
    Peer {
        name: "blocks-iterator",
        does: "blocks_iterator: blocks in order with prevouts",
        ours: "ingest",
        same: &["transactions"],
    },
    Peer {
        name: "petgraph",
        does: "petgraph: union-find",
        ours: "join-edges",
        same: &["components"],
    },
    Peer {
        name: "scipy",
        does: "scipy.sparse.csgraph: connected components",
        ours: "join-edges",
        same: &["components"],
    },
    Peer {
        name: "networkx",
        does: "networkx: connected components",
        ours: "join-edges",
        same: &["components"],
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

/// Runs every peer on the chain in `folder`.
///
/// # Errors
/// When a peer found something else than we did.
pub fn compare(folder: &Path, run: &Run) -> Result<Table, Failure> {
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
        for name in peer.same {
            let (ours, theirs) = (ours.get(name), theirs.get(name));
            if let (Some(ours), Some(theirs)) = (ours, theirs)
                && ours != theirs
            {
                let why = format!("{} found {theirs} {name}, we {ours}", peer.name);
                return Err(why.into());
            }
        }
        let get = |figures: &Figures, name: &str| figures.get(name).unwrap_or_default();
        table.row([
            peer.does.to_owned(),
            unit::time(get(&theirs, "wall_ns")),
            unit::time(get(&theirs, "wall_cpu_ns")),
            unit::size(get(&theirs, "peak_bytes")),
            peer.ours.to_owned(),
            unit::time(get(ours, "wall_ns")),
            unit::time(get(ours, "wall_cpu_ns")),
            unit::size(get(ours, "peak_bytes")),
            unit::ratio(get(&theirs, "wall_ns"), get(ours, "wall_ns")),
        ]);
    }
    Ok(table)
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
