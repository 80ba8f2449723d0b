//! Reads all blocks of a folder in the order of the chain, with what they spent.

use std::path::Path;

use futures_util::FutureExt as _;
use trace_core::model::BlockRef;
use trace_core::normalise::RawBlock;
use trace_core::source::BlockSource as _;
use trace_core::source::block_files::{BlockFiles, LocalBlocks};

use super::Workload;
use crate::figures::{Failure, Figures};

/// Opens the folder, then reads every block and undo record.
pub const WORKLOAD: Workload = Workload {
    name: "read-blocks",
    run: |folder, _| {
        let mut figures = Figures::default();
        let (source, refs) = figures.time("open", || open(&folder.join("blocks")))?;
        let bytes = figures.time("all", || {
            let mut bytes = 0_u64;
            for at in &refs {
                if let RawBlock::Serialised { block, spent, .. } = read(&source, *at)? {
                    bytes += block.len() as u64;
                    if let trace_core::normalise::Spent::Undo(undo) = spent {
                        bytes += undo.len() as u64;
                    }
                }
            }
            Ok(bytes)
        })?;
        figures.note("bytes", bytes);
        figures.note("blocks", refs.len() as u64);
        Ok(figures)
    },
};

/// The blocks in a folder, and the names of all of them.
///
/// # Errors
/// When it cannot be read.
pub fn open(folder: &Path) -> Result<(LocalBlocks<BlockFiles>, Vec<BlockRef>), Failure> {
    let files = BlockFiles::open(folder, None)?;
    let source = now(LocalBlocks::over(files))??;
    let refs = now(source.refs(0, u32::MAX))??;
    Ok((source, refs))
}

/// One block with what it spent, unparsed.
///
/// # Errors
/// When it cannot be read.
pub fn read(source: &LocalBlocks<BlockFiles>, at: BlockRef) -> Result<RawBlock, Failure> {
    let mut blocks = now(source.blocks(&[at]))?;
    Ok(blocks.pop().ok_or("no block for a name")??)
}

/// What a future comes to that waits for nothing but the disk.
fn now<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    Ok(future.now_or_never().ok_or("a folder waits for nothing")?)
}
