//! The same ledger by one thread and by several.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::figures::Failure;
use crate::workload::ingest::ingest;

/// How much of two ledgers was compared.
pub(super) struct Alike {
    pub(super) files: u64,
    pub(super) bytes: u64,
}

/// Makes `made/1` and `made/many`, the ledgers of the chain in `folder`, with one thread that
/// decodes and with this many, but at least two.
///
/// # Errors
/// When they differ.
pub(super) fn make_alike(folder: &Path, made: &Path, threads: usize) -> Result<Alike, Failure> {
    let (one, many) = (made.join("1"), made.join("many"));
    for (ledger, threads) in [(&one, 1), (&many, threads.max(2))] {
        fs::create_dir_all(made)?;
        // The writer is closed before the ledger is read.
        drop(ingest(folder, ledger, threads)?);
    }
    let (files, others) = (files(&one)?, files(&many)?);
    if !files.keys().eq(others.keys()) {
        return Err(format!("the ledgers have the files {files:?} and {others:?}").into());
    }
    let mut bytes = 0;
    for (name, path) in &files {
        let (content, other) = (fs::read(path)?, fs::read(many.join(name))?);
        if content != other {
            let pairs = content.iter().zip(&other);
            let at = pairs.take_while(|(a, b)| a == b).count();
            let name = name.display();
            return Err(format!("{name} depends on the threads from byte {at} on").into());
        }
        bytes += content.len() as u64;
    }
    Ok(Alike {
        files: files.len() as u64,
        bytes,
    })
}

/// The files of a folder and those below it, by their path from there.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, PathBuf>, Failure> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(within) = folders.pop() {
        for entry in fs::read_dir(within)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(folder)?.to_owned();
                found.insert(name, entry.path());
            }
        }
    }
    Ok(found)
}
