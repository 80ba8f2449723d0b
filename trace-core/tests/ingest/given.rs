//! A source that gives what a test put into it, and what comes of it.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use futures_util::future::BoxFuture;
use trace_core::ingest::{IngestError, Ingested, Plan, ingest};
use trace_core::ledger::Writer;
use trace_core::model::{BitcoinNetwork, BlockHash, BlockRef};
use trace_core::normalise::{RawBlock, Spent};
use trace_core::source::{BlockSource, SourceError};

/// Everything of the source's best branch.
pub(crate) const ALL: Plan = Plan {
    from: None,
    to: None,
    threads: 2,
};

/// Blocks by hash, and the branch that is the best.
#[derive(Clone)]
pub(crate) struct Given {
    pub(crate) chain: BitcoinNetwork,
    pub(crate) best: Vec<BlockRef>,
    pub(crate) blocks: HashMap<BlockHash, RawBlock>,
}

impl Given {
    pub(crate) fn new(network: BitcoinNetwork) -> Self {
        Self {
            chain: network,
            best: Vec::new(),
            blocks: HashMap::new(),
        }
    }

    /// Adds a block behind the best branch so far.
    pub(crate) fn push(&mut self, at: BlockRef, block: Vec<u8>, spent: Spent) {
        self.best.push(at);
        let raw = RawBlock::Serialised { at, block, spent };
        self.blocks.insert(at.hash, raw);
    }
}

impl BlockSource for Given {
    fn chain(&self) -> BitcoinNetwork {
        self.chain
    }

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
        let tip = *self.best.last().unwrap();
        Box::pin(async move { Ok(tip) })
    }

    fn refs(&self, from: u32, to: u32) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>> {
        let wanted = self.best.iter();
        let wanted = wanted.filter(|at| (from..=to).contains(&at.height));
        let wanted = wanted.copied().collect();
        Box::pin(async move { Ok(wanted) })
    }

    fn blocks<'a>(
        &'a self,
        named: &'a [BlockRef],
    ) -> BoxFuture<'a, Vec<Result<RawBlock, SourceError>>> {
        let blocks = named.iter().filter_map(|at| self.blocks.get(&at.hash));
        let blocks = blocks.map(|block| Ok(block.clone())).collect();
        Box::pin(async move { blocks })
    }
}

/// Reads into the ledger in a folder.
pub(crate) fn read(
    source: &dyn BlockSource,
    dir: &Path,
    plan: Plan,
) -> Result<Ingested, IngestError> {
    let mut writer = Writer::open(dir, source.chain()).unwrap();
    read_into(source, &mut writer, plan, u32::MAX)
}

/// Reads, and is interrupted after so many blocks.
pub(crate) fn read_into(
    source: &dyn BlockSource,
    writer: &mut Writer,
    plan: Plan,
    blocks: u32,
) -> Result<Ingested, IngestError> {
    let interrupted = AtomicBool::new(false);
    let mut last = None;
    let mut progress = |progress: trace_core::ingest::Progress| {
        assert!(last.is_none_or(|last| last < progress.blocks));
        assert!(progress.at.height <= progress.to_height);
        last = Some(progress.blocks);
        if progress.blocks >= blocks {
            interrupted.store(true, std::sync::atomic::Ordering::SeqCst);
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(ingest(source, writer, plan, &mut progress, &interrupted))
}

/// Every file of a folder with its bytes.
pub(crate) fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            let inside = files(&path).into_iter();
            found.extend(inside.map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            found.insert(name, fs::read(path).unwrap());
        }
    }
    found
}
