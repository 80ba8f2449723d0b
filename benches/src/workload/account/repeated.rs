//! A source whose blocks come again and again, each time as further blocks of one chain.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use trace_core::model::{BlockHash, BlockRef, ChainId};
use trace_core::normalise::RawAccountBlock;
use trace_core::source::{AccountBlockSource, Finality, SourceError};

use super::replies;
use super::retold::Retold;
use crate::figures::Failure;

/// The source is asked for each block anew; what it replies is told as a later block, whose
/// hashes hold.
pub struct Repeated {
    source: Arc<dyn AccountBlockSource>,
    /// By the block of the source. The genesis block comes once and as it is.
    retold: HashMap<BlockHash, Retold>,
    /// The whole chain, by height.
    chain: Vec<Link>,
    /// How often the blocks of the source come.
    times: u64,
    /// What is replied about the chain, in bytes, but for the digits that heights grow by.
    bytes: u64,
}

/// A block of the chain.
#[derive(Clone, Copy)]
struct Link {
    at: BlockRef,
    parent: BlockHash,
    /// Which block of the source it is.
    of: BlockRef,
}

impl Repeated {
    /// A chain about which at least so many bytes are replied.
    ///
    /// # Errors
    /// When the source fails, or has a block that cannot be told again.
    pub async fn of(source: Arc<dyn AccountBlockSource>, bytes: u64) -> Result<Self, Failure> {
        let mut repeated = Self {
            chain: Vec::new(),
            retold: HashMap::new(),
            times: 0,
            bytes: 0,
            source,
        };
        let all = replies::all(&*repeated.source).await?;
        for raw in all.iter().filter(|raw| raw.at.height > 0) {
            repeated.retold.insert(raw.at.hash, Retold::of(raw)?);
        }
        while repeated.bytes < bytes {
            let before = repeated.chain.len();
            for raw in &all {
                repeated.link(raw);
            }
            repeated.times += 1;
            if repeated.chain.len() == before {
                return Err("a source without a block that comes again".into());
            }
        }
        Ok(repeated)
    }

    fn link(&mut self, raw: &RawAccountBlock) {
        let last = self.chain.last().map(|link| link.at);
        let height = last.map_or(raw.at.height, |last| last.height + 1);
        let parent = last.map_or_else(BlockHash::default, |last| last.hash);
        let at = match self.retold.get(&raw.at.hash) {
            Some(retold) => retold.at(height, parent),
            None if last.is_none() => raw.at,
            None => return,
        };
        self.bytes += replies::bytes_of(raw);
        self.chain.push(Link {
            at,
            parent,
            of: raw.at,
        });
    }

    /// The blocks of the chain.
    pub fn names(&self) -> impl Iterator<Item = BlockRef> + '_ {
        self.chain.iter().map(|link| link.at)
    }

    /// The source whose blocks come again.
    #[must_use]
    pub fn source(&self) -> &dyn AccountBlockSource {
        &*self.source
    }

    /// How often they come.
    #[must_use]
    pub fn times(&self) -> u64 {
        self.times
    }

    /// How much is replied about all of it.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The place in the chain of a height.
    fn place(&self, height: u32) -> usize {
        let first = self.chain.first().map_or(0, |link| link.at.height);
        usize::try_from(height.saturating_sub(first)).unwrap_or(usize::MAX)
    }

    fn last(&self) -> Result<BlockRef, SourceError> {
        let last = self.chain.last().map(|link| link.at);
        last.ok_or_else(|| SourceError::Contradiction("an empty chain".to_owned()))
    }

    async fn told(&self, named: &[BlockRef]) -> Vec<Result<RawAccountBlock, SourceError>> {
        let links = named.iter().map(|at| self.chain.get(self.place(at.height)));
        let links: Vec<Link> = links.flatten().copied().collect();
        let originals: Vec<BlockRef> = links.iter().map(|link| link.of).collect();
        let replies = self.source.blocks(&originals).await;
        let told = links.iter().zip(replies).map(|(link, raw)| {
            let raw = raw?;
            Ok(match self.retold.get(&link.of.hash) {
                Some(retold) => retold.tell(raw, link.at, link.parent),
                None => raw,
            })
        });
        told.collect()
    }
}

impl AccountBlockSource for Repeated {
    fn chain(&self) -> ChainId {
        self.source.chain()
    }

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
        Box::pin(async { self.last() })
    }

    fn finality(&self) -> BoxFuture<'_, Result<Finality, SourceError>> {
        let none = Finality {
            safe: None,
            finalized: None,
        };
        Box::pin(async move { Ok(none) })
    }

    fn refs(&self, from: u32, to: u32) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>> {
        let end = self.place(to.saturating_add(1)).min(self.chain.len());
        let within = self.chain.get(self.place(from)..end).unwrap_or_default();
        let refs = within.iter().map(|link| link.at).collect();
        Box::pin(async { Ok(refs) })
    }

    fn blocks<'a>(
        &'a self,
        named: &'a [BlockRef],
    ) -> BoxFuture<'a, Vec<Result<RawAccountBlock, SourceError>>> {
        Box::pin(self.told(named))
    }
}
