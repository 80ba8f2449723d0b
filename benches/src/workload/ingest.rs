//! Makes the ledger of a chain from its block files.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use trace_core::ingest::{self, Plan};
use trace_core::ledger::Writer;
use trace_core::source::BlockSource as _;

use super::Workload;
use super::read_blocks::open;
use crate::figures::{Failure, Figures};

/// Reads, decodes and appends every block, with as many threads as the argument says beside
/// the one that appends.
pub const WORKLOAD: Workload = Workload {
    name: "ingest",
    run: |folder, threads| {
        let threads = threads.parse()?;
        let mut figures = Figures::default();
        let (writer, transactions) =
            figures.time("all", || ingest(folder, &folder.join("ledger"), threads))?;
        figures.note_peak();
        figures.note("transactions", transactions);
        let memory = writer.memory();
        figures.note("unspent", memory.unspent_outputs);
        figures.note("unspent_bytes", memory.unspent_bytes);
        figures.note("addresses", memory.addresses);
        figures.note("address_bytes", memory.address_bytes);
        let ledger = folder.join("ledger");
        note_sizes(&ledger, &ledger, &mut figures)?;
        Ok(figures)
    },
};

/// Makes a ledger of the chain in a folder, and counts its transactions.
///
/// # Errors
/// When a block cannot be read or a file not be written.
pub fn ingest(folder: &Path, ledger: &Path, threads: usize) -> Result<(Writer, u64), Failure> {
    let (source, _) = open(&folder.join("blocks"))?;
    let mut writer = Writer::open(ledger, source.chain())?;
    let plan = Plan {
        from: None,
        to: None,
        threads,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let ingested = runtime.block_on(ingest::ingest(
        &source,
        &mut writer,
        plan,
        &mut |_| (),
        &AtomicBool::new(false),
    ))?;
    Ok((writer, ingested.transactions))
}

/// The sizes of a folder's files.
pub(super) fn note_sizes(
    folder: &Path,
    within: &Path,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let mut entries = fs::read_dir(within)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_type()?.is_dir() {
            note_sizes(folder, &entry.path(), figures)?;
        } else {
            let path = entry.path();
            let name = path.strip_prefix(folder)?.display();
            figures.note(format!("disk_bytes.{name}"), entry.metadata()?.len());
        }
    }
    Ok(())
}
