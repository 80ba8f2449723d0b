//! What a node is and has: asked once and remembered.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::call;
use crate::model::{BitcoinNetwork, BlockHash, BlockRef};
use crate::source::round::{Replies, Round, Ticket};
use crate::source::{AskError, SourceError, Transport};

/// JSON-RPC's code for a method that the node does not have.
const NO_SUCH_METHOD: i64 = -32601;
/// The first version whose `getblock` tells what inputs spend.
const TELLS_PREVOUTS: u64 = 230_000;

/// What a node is and has.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) network: BitcoinNetwork,
    version: u64,
    /// The lowest block still on disk, where earlier ones were removed.
    pub(super) pruned_below: Option<u32>,
}

/// How high the indexes reach that the node keeps. One that is still being built answers
/// "nothing there" for what it has not come to yet, so this is asked before it is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Indexes {
    /// `-txindex`.
    pub(super) transactions: Option<u32>,
    /// `-txospenderindex`.
    pub(super) spenders: Option<u32>,
    /// `-blockfilterindex`.
    pub(super) filters: Option<u32>,
}

#[derive(Deserialize)]
struct ChainInfo {
    chain: String,
    blocks: u32,
    bestblockhash: String,
    pruneheight: Option<u32>,
}

#[derive(Deserialize)]
struct NetworkInfo {
    version: u64,
}

#[derive(Deserialize)]
struct IndexState {
    best_block_height: u32,
}

impl Node {
    /// Asks what the node is and has. One round trip.
    pub(super) async fn meet<T: Transport>(transport: &T) -> Result<(Self, Indexes), SourceError> {
        let mut round = Round::default();
        let chain = round.add(call::chain());
        let network = round.add(call::network());
        let indexes = round.add(call::indexes());
        let replies = round.ask(transport).await;
        let info: ChainInfo = replies.json(chain)?;
        let NetworkInfo { version } = replies.json(network)?;
        let node = Self {
            network: network_named(&info.chain)
                .ok_or_else(|| replies.malformed(chain, "a chain that is not known"))?,
            version,
            pruned_below: info.pruneheight.filter(|height| *height > 0),
        };
        Ok((node, Indexes::read(&replies, indexes)?))
    }

    /// Whether its `getblock` tells what inputs spend.
    pub(super) fn tells_prevouts(&self) -> bool {
        self.version >= TELLS_PREVOUTS
    }

    /// That the node cannot do something, and how to start it so that it can.
    pub(super) fn lacks(&self, what: &'static str, lacks: impl Into<String>) -> SourceError {
        let (major, minor, build) = (
            self.version / 10_000,
            self.version / 100 % 100,
            self.version % 100,
        );
        SourceError::Lacks {
            source_name: format!("Bitcoin Core {major}.{minor}.{build}"),
            what,
            lacks: lacks.into(),
        }
    }
}

impl Indexes {
    /// Reads a reply to [`call::indexes`].
    pub(super) fn read(replies: &Replies, ticket: Ticket) -> Result<Self, SourceError> {
        if let Err(AskError::Rpc { code, .. }) = replies.bytes(ticket)
            && code == NO_SUCH_METHOD
        {
            // A node too old to tell. Whether it has a transaction index it says when asked
            // for a transaction.
            return Ok(Self {
                transactions: Some(u32::MAX),
                spenders: None,
                filters: None,
            });
        }
        let states: BTreeMap<String, IndexState> = replies.json(ticket)?;
        let height = |name| states.get(name).map(|state| state.best_block_height);
        Ok(Self {
            transactions: height("txindex"),
            spenders: height("txospenderindex"),
            filters: height("basic block filter index"),
        })
    }

    /// Whether all that there are reach `height`.
    pub(super) fn reach(&self, height: u32) -> bool {
        let all = [self.transactions, self.spenders, self.filters];
        all.into_iter().flatten().all(|reached| reached >= height)
    }
}

/// The best block in a reply to [`call::chain`].
pub(super) fn tip_in(replies: &Replies, ticket: Ticket) -> Result<BlockRef, SourceError> {
    let info: ChainInfo = replies.json(ticket)?;
    let hash: BlockHash = replies.hash_in(ticket, &info.bestblockhash)?;
    Ok(BlockRef {
        height: info.blocks,
        hash,
    })
}

fn network_named(chain: &str) -> Option<BitcoinNetwork> {
    Some(match chain {
        "main" => BitcoinNetwork::Mainnet,
        "test" => BitcoinNetwork::Testnet3,
        "testnet4" => BitcoinNetwork::Testnet4,
        "signet" => BitcoinNetwork::Signet,
        "regtest" => BitcoinNetwork::Regtest,
        _ => return None,
    })
}
