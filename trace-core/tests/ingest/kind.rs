//! What the tests need of a kind of chain: that of coins, or that of accounts.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use trace_core::ingest::{IngestError, Ingested, Plan, Progress};
use trace_core::model::{BlockHash, BlockRef, Chain};

use super::given::Given;
use super::source::Source;

/// A kind of chain, with its sources and its ledger.
pub(crate) trait Kind: Copy + 'static {
    type Chain: Copy + Into<Chain> + Send + Sync;
    type Raw: Clone + Send + Sync;
    type Source: ?Sized;
    type Writer;

    /// Of which [`Kind::block`] makes blocks.
    const CHAIN: Self::Chain;
    /// Another one.
    const OTHER: Self::Chain;

    /// A chain on which something happens, longer than 70 blocks.
    fn whole() -> Given<Self>;

    /// A block built on another one, different for each `name`.
    fn block(previous: BlockHash, height: u32, name: u8) -> (BlockHash, Self::Raw);

    /// Says of a block that it is another one.
    fn rename(raw: &mut Self::Raw, at: BlockRef);

    fn source(source: &Source<Self>) -> &Self::Source;

    fn chain(source: &Self::Source) -> Self::Chain;

    fn open(dir: &Path, chain: Self::Chain) -> Self::Writer;

    fn tip(writer: &Self::Writer) -> Option<BlockRef>;

    fn has(writer: &Self::Writer, hash: BlockHash) -> bool;

    fn ingest(
        source: &Self::Source,
        writer: &mut Self::Writer,
        plan: Plan,
        progress: &mut dyn FnMut(Progress),
        interrupted: &AtomicBool,
    ) -> Result<Ingested, IngestError>;

    /// Verifies the ledger in a folder and counts its blocks, on whichever branches.
    fn verify(dir: &Path) -> u32;

    /// That the ledger in a folder shows the best branch.
    fn check(dir: &Path, given: &Given<Self>);
}
