//! From an address to a source: servers, cache, recorder and adapter put together.

use std::sync::Arc;

use super::bitcoin_core::BitcoinCore;
use super::block_files::{BlockFiles, LocalBlocks};
use super::cache::Cached;
use super::esplora::Esplora;
use super::ethereum::{self, Ethereum};
use super::etherscan::{self, Beside};
use super::http::Http;
use super::recorder::Recorder;
use super::recording::{Holds, Origin, Recording, Summary};
use super::uri::{Adapter, Endpoint, SourceUri};
use super::{
    AccountBlockSource, AccountHistorySource, Allowance, BlockSource, HistorySource, Interruption,
    Limits, Request, SourceError, Transport,
};
use crate::model::Chain;

/// A source that has been reached.
pub struct Source {
    /// Which chain it tells of.
    pub chain: Chain,
    /// Its address, without credentials.
    pub name: String,
    /// Its blocks, if it has whole ones.
    pub blocks: Option<Arc<dyn BlockSource>>,
    /// Its blocks, if it has whole ones of a chain of accounts.
    pub account_blocks: Option<Arc<dyn AccountBlockSource>>,
    /// Its answers to single questions, if it has any.
    pub history: Option<Arc<dyn HistorySource>>,
    /// Its answers to single questions, if it has any about a chain of accounts.
    pub account_history: Option<Arc<dyn AccountHistorySource>>,
    /// Of a folder of block files: the folder, which knows what it passed over.
    pub block_files: Option<Arc<BlockFiles>>,
    /// Of a recording: what it comes to.
    pub recording: Option<Summary>,
    origin: Origin,
    recorder: Option<Arc<Recorder<Box<dyn Transport>>>>,
}

/// What is asked by an adapter, under what it is told by.
struct Stack {
    transport: Arc<dyn Transport>,
    recorder: Option<Arc<Recorder<Box<dyn Transport>>>>,
}

/// What an adapter has.
struct Offers {
    chain: Chain,
    blocks: Option<Arc<dyn BlockSource>>,
    account_blocks: Option<Arc<dyn AccountBlockSource>>,
    history: Option<Arc<dyn HistorySource>>,
    account_history: Option<Arc<dyn AccountHistorySource>>,
}

impl Offers {
    fn blocks(blocks: Arc<dyn BlockSource>, history: Option<Arc<dyn HistorySource>>) -> Self {
        Self {
            chain: blocks.chain().into(),
            blocks: Some(blocks),
            account_blocks: None,
            history,
            account_history: None,
        }
    }

    fn accounts(node: Ethereum<Arc<dyn Transport>>) -> Self {
        let node = Arc::new(node);
        Self {
            chain: AccountBlockSource::chain(&*node).into(),
            blocks: None,
            account_blocks: Some(node.clone()),
            history: None,
            account_history: Some(node),
        }
    }
}

/// Reaches a source and learns its chain.
///
/// Under the adapter lies the limit on the number of requests, then the recorder, then the
/// cache, then the servers: a recording holds what the cache told as well.
///
/// # Errors
/// When the source does not answer, is not what its address says, or a file of the recorder
/// or the cache cannot be used.
pub async fn connect(
    uri: &SourceUri,
    limits: &Limits,
    interruption: Interruption,
) -> Result<Source, SourceError> {
    let mut block_files = None;
    let mut summary = None;
    let (origin, base): (Origin, Box<dyn Transport>) = match uri {
        SourceUri::BlockFiles(folder) => {
            let files = Arc::new(BlockFiles::open(folder, None)?);
            block_files = Some(Arc::clone(&files));
            (Origin::BlockFiles, Box::new(files))
        }
        SourceUri::Recording(path) => {
            let recording = Recording::open(path, limits)?;
            summary = Some(*recording.summary());
            (recording.summary().header.origin, Box::new(recording))
        }
        SourceUri::Network(Adapter::Etherscan, _) => {
            return Err(SourceError::Lacks {
                source_name: uri.to_string(),
                what: "tell what a transaction moves",
                lacks: "a node beside it, as a second source: ethereum+https://HOST".to_owned(),
            });
        }
        SourceUri::Network(adapter, endpoints) => {
            let servers = servers(*adapter, endpoints, limits, interruption)?;
            (Origin::Server(*adapter), servers)
        }
        SourceUri::Indexed { nodes, explorers } => {
            let node = servers(Adapter::Ethereum, nodes, limits, interruption.clone())?;
            let explorer = Http::new(explorers, limits, interruption)?;
            let explorer = explorer.with_meaning(etherscan::meaning);
            let beside = Beside::new(node, explorer);
            (Origin::Server(Adapter::Etherscan), Box::new(beside))
        }
    };
    let stack = Stack::over(base, limits)?;
    let mut source = Source::speaking(origin, stack, uri, limits).await?;
    source.block_files = block_files;
    source.recording = summary;
    if let Some(summary) = summary {
        source.keep_to(summary)?;
    }
    Ok(source)
}

/// Servers of one kind, and what was kept of their replies.
fn servers(
    adapter: Adapter,
    endpoints: &[Endpoint],
    limits: &Limits,
    interruption: Interruption,
) -> Result<Box<dyn Transport>, SourceError> {
    let http = Http::new(endpoints, limits, interruption)?;
    let http = http.with_identity(first_block(adapter));
    Ok(match &limits.cache {
        Some(folder) => Box::new(Cached::open(folder, adapter, limits, http)?),
        None => Box::new(http),
    })
}

impl Stack {
    fn over(base: Box<dyn Transport>, limits: &Limits) -> Result<Self, SourceError> {
        let (transport, recorder): (Arc<dyn Transport>, _) = match &limits.record {
            Some(path) => {
                let recorder = Arc::new(Recorder::create(path, base)?);
                (Arc::clone(&recorder) as _, Some(recorder))
            }
            None => (Arc::from(base), None),
        };
        let transport = match limits.requests_max {
            Some(requests_max) => Arc::new(Allowance::new(transport, requests_max)),
            None => transport,
        };
        Ok(Self {
            transport,
            recorder,
        })
    }
}

impl Source {
    async fn speaking(
        origin: Origin,
        stack: Stack,
        uri: &SourceUri,
        limits: &Limits,
    ) -> Result<Self, SourceError> {
        let transport = stack.transport;
        let requests_max = limits.question_requests_max;
        let offers = match origin {
            Origin::BlockFiles => {
                Offers::blocks(Arc::new(LocalBlocks::over(transport).await?), None)
            }
            Origin::Server(Adapter::BitcoinCore) => {
                let node = Arc::new(BitcoinCore::over(transport).await?);
                Offers::blocks(node.clone(), Some(node))
            }
            Origin::Server(Adapter::Esplora) => {
                let server = Arc::new(Esplora::over(transport).await?);
                Offers::blocks(server.clone(), Some(server))
            }
            Origin::Server(Adapter::Ethereum) => {
                let node = Ethereum::over(transport).await?;
                Offers::accounts(node.with_requests_max(requests_max))
            }
            Origin::Server(Adapter::Etherscan) => {
                let node = Ethereum::over(transport).await?.with_explorer();
                Offers::accounts(node.with_requests_max(requests_max))
            }
        };
        Ok(Self {
            chain: offers.chain,
            name: uri.to_string(),
            blocks: offers.blocks,
            account_blocks: offers.account_blocks,
            history: offers.history,
            account_history: offers.account_history,
            block_files: None,
            recording: None,
            origin,
            recorder: stack.recorder,
        })
    }

    /// Offers what a recording was made for, and nothing that would soon not be in it.
    fn keep_to(&mut self, recorded: Summary) -> Result<(), SourceError> {
        let said = recorded.header.chain;
        if said != self.chain {
            let got = self.chain;
            let why = format!("the recording is of {said} by its header, of {got} by its replies");
            return Err(SourceError::Contradiction(why));
        }
        match recorded.header.holds {
            Holds::Blocks { .. } => {
                self.history = None;
                self.account_history = None;
            }
            Holds::Questions => {
                self.blocks = None;
                self.account_blocks = None;
            }
        }
        Ok(())
    }

    /// Says what the recording that is being written is good for, and begins to write it.
    /// Must be called once before asking much: until then everything is held in memory.
    /// Nothing if none is being written.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin_recording(&self, holds: Holds) -> Result<(), SourceError> {
        match &self.recorder {
            Some(recorder) => recorder.begin(self.origin, self.chain, holds),
            None => Ok(()),
        }
    }

    /// Closes the recording that is being written, if there is one. One that is not closed
    /// says that it is incomplete.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish_recording(&self) -> Result<Option<Summary>, SourceError> {
        let recorder = self.recorder.as_ref();
        recorder.map(|recorder| recorder.finish()).transpose()
    }
}

/// What tells servers of different chains apart.
fn first_block(adapter: Adapter) -> Request {
    match adapter {
        Adapter::BitcoinCore => Request::Rpc {
            method: "getblockhash".to_owned(),
            params: "[0]".to_owned(),
        },
        Adapter::Esplora => Request::Get {
            path: "/block-height/0".to_owned(),
        },
        // Nodes write a block each in its own way, but a number in one.
        Adapter::Ethereum | Adapter::Etherscan => ethereum::identity(),
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source")
            .field("chain", &self.chain)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
