//! Blocks of a source into a ledger.
//!
//! Blocks are fetched and parsed several at a time and appended one after the other in the
//! order of the chain, so the ledger's bytes are the same however many threads parse. Memory
//! holds the few blocks under way, beside what the [`Writer`] needs.
//!
//! Where the source's best branch leaves the ledger's, the blocks of the new branch are added
//! behind the last block that both share; those left behind stay.

mod blocks;
mod error;
mod fork;
mod kind;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::StreamExt;

pub use error::IngestError;

use kind::{Accounts, Feed, Store};

use crate::ledger::{LedgerError, Writer, account};
use crate::model::BlockRef;
use crate::model::account::CheckCounts;
use crate::normalise::evm::Genesis;
use crate::source::{AccountBlockSource, AskError, BlockSource, SourceError};

/// Heights whose blocks are asked for by name at a time.
const WINDOW: u32 = 2_000;
/// What is appended becomes durable after this many blocks, or this many transactions.
const BLOCKS_UNSAVED_MAX: u32 = 1_000;
const TRANSACTIONS_UNSAVED_MAX: u64 = 1 << 18;

/// Which blocks to read, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The first height of a ledger that holds no block yet. One that does goes on from its
    /// tip. `None` begins with the first block that the source has.
    pub from: Option<u32>,
    /// The last height, or `None` for the source's tip.
    pub to: Option<u32>,
    /// Threads that parse blocks while others are appended; 0 and 1 parse in between.
    pub threads: usize,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The block appended last.
    pub at: BlockRef,
    /// The height to be reached.
    pub to_height: u32,
    /// Blocks appended.
    pub blocks: u32,
    /// Their transactions.
    pub transactions: u64,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ingested {
    /// The ledger's tip now.
    pub tip: Option<BlockRef>,
    /// Blocks appended.
    pub blocks: u32,
    /// Their transactions.
    pub transactions: u64,
    /// What was held against the blocks' hashes; of a chain of accounts. Of coins nothing is
    /// appended that does not hold.
    pub checks: Option<CheckCounts>,
    /// The tip of the branch that was left, where the source's best branch is another one.
    pub left: Option<BlockRef>,
    /// Whether it ended because it was interrupted.
    pub is_interrupted: bool,
}

/// Reads the blocks of the source's best branch that the ledger does not hold, and makes that
/// branch the one that counts. Must run inside a Tokio runtime.
///
/// A source that has less than the ledger, on the same branch, moves the tip back to what it
/// has: it decides which branch is best. Nothing is lost by it. `plan.to` never does that.
///
/// What was appended is committed in any case; an `interrupted` that is set ends it after the
/// block under way. Where it stopped it goes on when called again.
///
/// # Errors
/// When the source fails or contradicts itself, gives a block that is not the one named or
/// that does not belong where it is said to, shares no block with the ledger, or is of another
/// chain; when the ledger cannot be written.
pub async fn ingest(
    source: &dyn BlockSource,
    writer: &mut Writer,
    plan: Plan,
    progress: &mut dyn FnMut(Progress),
    interrupted: &AtomicBool,
) -> Result<Ingested, IngestError> {
    run(source, writer, plan, progress, interrupted).await
}

/// The same for a chain of accounts. With a `genesis` its allocation goes into the ledger with the
/// genesis block, whose state it must be; without, the ledger does not know it.
///
/// # Errors
/// As [`ingest`], and when the ledger holds blocks without this allocation, when the first block
/// asked for is above the genesis block, or that commits to another state.
pub async fn ingest_accounts(
    source: &dyn AccountBlockSource,
    genesis: Option<&Genesis>,
    writer: &mut account::Writer,
    mut plan: Plan,
    progress: &mut dyn FnMut(Progress),
    interrupted: &AtomicBool,
) -> Result<Ingested, IngestError> {
    if let Some(genesis) = genesis {
        match (writer.first(), plan.from) {
            (None, None | Some(0)) => plan.from = Some(0),
            (None, Some(from)) => return Err(IngestError::AboveGenesis { from }),
            (Some(first), _) if writer.allocation() != genesis.transfers() => {
                return Err(IngestError::NotAllocated { first });
            }
            (Some(_), _) => {}
        }
    }
    let source = Accounts {
        source,
        genesis: genesis.cloned().map(Arc::new),
    };
    run(&source, writer, plan, progress, interrupted).await
}

async fn run<F: Feed + ?Sized, S: Store<Block = F::Block>>(
    source: &F,
    writer: &mut S,
    plan: Plan,
    progress: &mut dyn FnMut(Progress),
    interrupted: &AtomicBool,
) -> Result<Ingested, IngestError> {
    if source.chain() != writer.chain() {
        return Err(IngestError::OtherChain {
            source_chain: source.chain(),
            ledger_chain: writer.chain(),
        });
    }
    let mut run = Run {
        source,
        before: writer.tip(),
        writer,
        plan,
        progress,
        interrupted,
        done: Ingested::default(),
        unsaved: (0, 0),
    };
    let result = run.all().await;
    run.writer.commit()?;
    let mut done = run.done;
    match result {
        Err(IngestError::Source(SourceError::Ask(AskError::Interrupted))) => {
            done.is_interrupted = true;
        }
        other => other?,
    }
    done.tip = run.writer.tip();
    let is_left = |before: &BlockRef| run.writer.block_at(before.height) != Some(*before);
    done.left = run.before.filter(is_left);
    Ok(done)
}

struct Run<'a, F: ?Sized, S> {
    source: &'a F,
    writer: &'a mut S,
    plan: Plan,
    progress: &'a mut dyn FnMut(Progress),
    interrupted: &'a AtomicBool,
    /// The ledger's tip to begin with.
    before: Option<BlockRef>,
    done: Ingested,
    /// Blocks and transactions that are not durable yet.
    unsaved: (u32, u64),
}

impl<F: Feed + ?Sized, S: Store<Block = F::Block>> Run<'_, F, S> {
    /// Reads up to the end of the plan. The source's best branch may change meanwhile; then a
    /// block is not built on the one before, or is not named any more, and the search for the
    /// fork begins again. A source for which that leads nowhere contradicts itself.
    async fn all(&mut self) -> Result<(), IngestError> {
        let mut stuck_at = None;
        loop {
            let result = self.branch().await;
            let may_have_moved = matches!(
                result,
                Err(IngestError::Ledger(LedgerError::NotLinked { .. })
                    | IngestError::Unnamed { .. })
            );
            if !may_have_moved || stuck_at.replace(self.done.blocks) == Some(self.done.blocks) {
                return result;
            }
        }
    }

    async fn branch(&mut self) -> Result<(), IngestError> {
        let best = self.source.tip().await?;
        let to_height = self.plan.to.map_or(best.height, |to| to.min(best.height));
        let from = match self.first_missing(best).await? {
            Some(from) if from <= to_height => from,
            _ => return Ok(()),
        };
        let mut next = from;
        while next <= to_height {
            let end = next.saturating_add(WINDOW - 1).min(to_height);
            let named = self.source.refs(next, end).await?;
            self.window(&named, next..=end, to_height).await?;
            if self.done.is_interrupted {
                break;
            }
            let Some(above) = end.checked_add(1) else {
                break;
            };
            next = above;
        }
        Ok(())
    }

    /// The blocks named, of which the first may be held already.
    async fn window(
        &mut self,
        named: &[BlockRef],
        heights: RangeInclusive<u32>,
        to_height: u32,
    ) -> Result<(), IngestError> {
        self.check_names(named, &heights)?;
        let held = named.iter().take_while(|named| self.writer.has(named.hash));
        let held = held.count();
        let (held, missing) = named.split_at_checked(held).unwrap_or((named, &[]));
        if let Some(last) = held.last() {
            self.writer.set_tip(last.hash)?;
        }
        let begins_at = self.writer.first().or(missing.first().copied());
        let is_whole_chain = begins_at.is_some_and(|first| first.height == 0);
        let mut blocks = blocks::of(self.source, missing, is_whole_chain, self.plan.threads);
        while let Some(parsed) = blocks.next().await {
            for block in parsed {
                if self.interrupted.load(Ordering::SeqCst) {
                    self.done.is_interrupted = true;
                    return Ok(());
                }
                self.append(&block?, to_height)?;
            }
        }
        Ok(())
    }

    /// That there is one block for each height, in order. Where the first height was left to
    /// the source, its first blocks may be above it.
    fn check_names(
        &self,
        named: &[BlockRef],
        heights: &RangeInclusive<u32>,
    ) -> Result<(), IngestError> {
        let mut named = named.iter().map(|named| named.height).peekable();
        let is_open = self.writer.tip().is_none() && self.plan.from.is_none();
        let first = match named.peek() {
            _ if !is_open => *heights.start(),
            Some(first) => *first,
            None => return Ok(()),
        };
        for height in first..=*heights.end() {
            if named.next() != Some(height) {
                return Err(IngestError::Unnamed { height });
            }
        }
        match named.next() {
            Some(height) => Err(IngestError::Unnamed { height }),
            None => Ok(()),
        }
    }

    fn append(&mut self, block: &F::Block, to_height: u32) -> Result<(), IngestError> {
        self.writer.append(block)?;
        let (at, transactions) = S::extent(block);
        self.done.blocks += 1;
        self.done.transactions += transactions;
        if let Some(checks) = S::checks(block) {
            self.done.checks.get_or_insert_default().add(checks);
        }
        self.unsaved.0 += 1;
        self.unsaved.1 += transactions;
        if self.unsaved.0 >= BLOCKS_UNSAVED_MAX || self.unsaved.1 >= TRANSACTIONS_UNSAVED_MAX {
            self.writer.checkpoint()?;
            self.unsaved = (0, 0);
        }
        (self.progress)(Progress {
            at,
            to_height,
            blocks: self.done.blocks,
            transactions: self.done.transactions,
        });
        Ok(())
    }
}
