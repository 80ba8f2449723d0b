//! Reading a source into a ledger, and what comes of it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use trace_core::ingest::{IngestError, Ingested, Plan, Progress};

use super::given::Given;
use super::kind::Kind;
use super::source::Source;

/// Everything of the source's best branch.
pub(crate) const ALL: Plan = Plan {
    from: None,
    to: None,
    threads: 2,
};

/// Reads what was given into the ledger in a folder.
pub(crate) fn read<K: Kind>(
    given: &Given<K>,
    dir: &Path,
    plan: Plan,
) -> Result<Ingested, IngestError> {
    read_from::<K>(K::source(&Source::of(given)), dir, plan)
}

/// Reads a source into the ledger in a folder.
pub(crate) fn read_from<K: Kind>(
    source: &K::Source,
    dir: &Path,
    plan: Plan,
) -> Result<Ingested, IngestError> {
    let mut writer = K::open(dir, K::chain(source));
    read_into::<K>(source, &mut writer, plan, u32::MAX)
}

/// Reads, and is interrupted after so many blocks.
pub(crate) fn read_into<K: Kind>(
    source: &K::Source,
    writer: &mut K::Writer,
    plan: Plan,
    blocks: u32,
) -> Result<Ingested, IngestError> {
    let interrupted = AtomicBool::new(false);
    let mut last = None;
    let mut progress = |progress: Progress| {
        assert!(last.is_none_or(|last| last < progress.blocks));
        assert!(progress.at.height <= progress.to_height);
        last = Some(progress.blocks);
        if progress.blocks >= blocks {
            interrupted.store(true, Ordering::SeqCst);
        }
    };
    K::ingest(source, writer, plan, &mut progress, &interrupted)
}
