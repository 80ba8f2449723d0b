//! The files of a `blocks` folder, and all blocks in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::branch::Ancestry;
use super::data_file::DataFile;
use super::record::{BLOCK_BYTES_MAX, Kind, Search};
use super::skipped::Skipped;
use super::stored::{Blocks, Stored};
use super::xor_key::XorKey;
use crate::model::{BitcoinNetwork, Header};
use crate::source::SourceError;

/// Files searched at the same time. The search waits for the disk and not for a processor.
const THREADS: usize = 8;
/// A node begins a new file rather than let one grow beyond this.
const FILE_BYTES_MAX: u64 = 128 << 20;

/// A block file and the undo file of the same number.
pub(super) struct Pair {
    pub(super) blocks: DataFile,
    pub(super) undo: Option<DataFile>,
}

/// What the block files hold.
pub(super) struct Contents {
    pub(super) blocks: Blocks,
    /// Of each block, in the same order.
    pub(super) ancestry: Vec<Ancestry>,
    pub(super) skipped: Vec<Skipped>,
}

/// The files in the order of their numbers.
pub(super) fn list(dir: &Path) -> Result<Vec<Pair>, SourceError> {
    let failed = |why: String| SourceError::File {
        path: dir.display().to_string(),
        why,
    };
    let key = XorKey::of_folder(dir)?;
    let (mut blocks, mut undo) = (BTreeMap::new(), BTreeMap::new());
    for entry in fs::read_dir(dir).map_err(|error| failed(error.to_string()))? {
        let name = entry
            .map_err(|error| failed(error.to_string()))?
            .file_name();
        let name = name.to_string_lossy();
        for (kind, files) in [("blk", &mut blocks), ("rev", &mut undo)] {
            if let Some(number) = number(&name, kind) {
                files.insert(number, DataFile::at(dir.join(&*name), key)?);
            }
        }
    }
    if blocks.is_empty() {
        return Err(failed("holds no blk*.dat".to_owned()));
    }
    let pairs = blocks.into_iter().map(|(number, blocks)| Pair {
        blocks,
        undo: undo.remove(&number),
    });
    Ok(pairs.collect())
}

/// The number in `blk00012.dat`, written as a node writes it and in no other way.
fn number(name: &str, kind: &str) -> Option<u32> {
    let digits = name.strip_prefix(kind)?.strip_suffix(".dat")?;
    let number = digits.parse().ok()?;
    (name == format!("{kind}{number:05}.dat")).then_some(number)
}

/// The network whose magic the first file begins with that begins with any.
pub(super) fn network(files: &[Pair]) -> Result<Option<BitcoinNetwork>, SourceError> {
    for Pair { blocks, .. } in files {
        let reader = blocks.reader()?;
        if reader.bytes() < 4 {
            continue;
        }
        let magic = reader.read(0, 4)?;
        let mut networks = BitcoinNetwork::ALL.into_iter();
        if let Some(network) = networks.find(|network| network.magic() == *magic) {
            return Ok(Some(network));
        }
    }
    Ok(None)
}

/// Reads the headers of all blocks.
pub(super) fn search(files: &[Pair], magic: [u8; 4]) -> Result<Contents, SourceError> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(pair) = files.get(index) else {
                return done;
            };
            let is_last = index + 1 == files.len();
            done.push((index, search_file(index, pair, is_last, magic)));
        }
    };
    let mut done = thread::scope(|scope| {
        let threads = (0..THREADS.min(files.len())).map(|_| scope.spawn(work));
        let threads: Vec<_> = threads.collect();
        let done = threads.into_iter().map(|thread| {
            // A panic goes on where it can be seen.
            thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        done.flatten().collect::<Vec<_>>()
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    let (mut stored, mut ancestry, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
    for (_, found) in done {
        let (found, passed_over) = found?;
        for (block, of) in found {
            stored.push(block);
            ancestry.push(of);
        }
        skipped.extend(passed_over);
    }
    let blocks = Blocks::of(stored).ok_or_else(|| SourceError::File {
        path: files
            .first()
            .map_or_else(String::new, |pair| pair.blocks.path().display().to_string()),
        why: "more blocks in this file and those beside it than 31 bits can count".to_owned(),
    })?;
    Ok(Contents {
        blocks,
        ancestry,
        skipped,
    })
}

type FileContents = (Vec<(Stored, Ancestry)>, Vec<Skipped>);

fn search_file(
    index: usize,
    pair: &Pair,
    is_last: bool,
    magic: [u8; 4],
) -> Result<FileContents, SourceError> {
    let file = &pair.blocks;
    let reader = file.reader()?;
    let has_room = reader.bytes().saturating_add(BLOCK_BYTES_MAX) < FILE_BYTES_MAX;
    let search = Search {
        reader,
        kind: Kind::Block,
        magic,
        may_grow: is_last || has_room,
    };
    let (records, skipped) = search.run()?;
    let index = u32::try_from(index).map_err(|_| file.error(0, "too many files"))?;
    let blocks = records.iter().map(|record| {
        let header = Header(record.head);
        let stored = Stored {
            hash: header.hash(),
            file: index,
            at: record.at,
            length: record.length,
        };
        (stored, Ancestry::of(&header))
    });
    Ok((blocks.collect(), skipped))
}
