//! One peer's work on one folder of block files or one file of edges, timed from outside.
//!
//! `peers blocks-iterator BLOCKS` reads ordered blocks with prevouts and adds up fees.
//! `peers block-parser BLOCKS` reads ordered blocks and counts transactions.
//! `peers block-parser-utxo BLOCKS` does so with prevouts and adds up fees.
//! `peers slices BLOCKS` only decodes, in file order: the limit of any reader.
//! `peers petgraph EDGES` joins the pairs of a file of little-endian `u32`, the number of
//! vertices being the first word.
//!
//! What was found is printed as figures, a line each, to be compared with what trace found.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod bitcoin_block_parser_peer;
mod blocks_iterator_peer;
mod petgraph_peer;
mod slices_peer;

/// What a peer says went wrong.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [peer, path] = &arguments[..] else {
        eprintln!("usage: peers PEER PATH");
        return ExitCode::from(2);
    };
    let path = Path::new(path);
    let found = match peer.as_str() {
        "blocks-iterator" => blocks_iterator_peer::run(path),
        "block-parser" => bitcoin_block_parser_peer::run(path),
        "block-parser-utxo" => bitcoin_block_parser_peer::run_with_prevouts(path),
        "slices" => slices_peer::run(path),
        "petgraph" => petgraph_peer::run(path),
        _ => Err(format!("no peer is named {peer}").into()),
    };
    match found {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("peers: {peer}: {error}");
            ExitCode::from(2)
        }
    }
}

/// The block files of a folder, in the order of their names.
fn block_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.starts_with("blk") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A file's bytes without reading it first.
#[expect(
    unsafe_code,
    reason = "nothing writes these files while they are measured"
)]
fn mapped(path: &Path) -> Result<memmap2::Mmap, Failure> {
    let file = File::open(path)?;
    // SAFETY: the file is not written while it is mapped; a benchmark runs alone.
    Ok(unsafe { memmap2::Mmap::map(&file) }?)
}
