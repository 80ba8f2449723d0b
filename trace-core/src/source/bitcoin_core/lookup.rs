//! Which block holds a transaction.

use bitcoin::constants::genesis_block;
use bitcoin::hashes::Hash;

use super::call;
use super::history::Answering;
use super::locate::{Found, parse};
use crate::model::{BlockHash, BlockRef, Position, Txid};
use crate::normalise::{self, CoreTransaction, RawBlock, Spent};
use crate::source::round::{Replies, Round, Ticket};
use crate::source::{AskError, SourceError, Transport};

/// JSON-RPC error code of a transaction or block that is not known.
const NOT_KNOWN: i64 = -5;
/// How Core's refusal begins when it has looked into every block. Without an index, and while
/// it is still being built, the text is another one.
const NOWHERE: &str = "No such mempool or blockchain transaction";

/// A way to find a transaction.
pub(super) enum Lookup {
    /// The node keeps an index: this is its reply.
    ByIndex(Ticket),
    /// It told the height before: this is the hash of the block there.
    ByHeight(Ticket),
    /// It is the one of the genesis block, which Core does not hand out.
    Genesis,
}

impl<T: Transport> Answering<'_, T> {
    /// Adds to the round what is to be asked for a transaction.
    pub(super) fn look_up(&self, txid: Txid, round: &mut Round) -> Result<Lookup, SourceError> {
        // Of a block's only transaction the root of the tree of hashes is its own.
        let genesis = genesis_block(bitcoin::Network::from(self.core.node.network));
        if genesis.header.merkle_root.to_byte_array() == txid.0 {
            return Ok(Lookup::Genesis);
        }
        if self.indexes.transactions.is_some() {
            return Ok(Lookup::ByIndex(round.add(call::transaction(txid))));
        }
        match self.core.whereabouts.height_of(txid) {
            Some(height) => Ok(Lookup::ByHeight(round.add(call::block_hash(height)))),
            None => Err(self.no_index()),
        }
    }

    /// Reads where a transaction is; `None` when it is in no block.
    pub(super) fn read_lookup(
        &self,
        txid: Txid,
        lookup: &Lookup,
        replies: &Replies,
    ) -> Result<Option<Found>, SourceError> {
        let found = |block| Found {
            txid,
            block,
            position: None,
            transaction: None,
        };
        match lookup {
            Lookup::ByHeight(ticket) => Ok(Some(found(replies.hash(*ticket)?))),
            Lookup::Genesis => self.genesis_coinbase().map(Some),
            Lookup::ByIndex(ticket) => match replies.bytes(*ticket) {
                Err(AskError::Rpc {
                    code: NOT_KNOWN,
                    message,
                    ..
                }) if message.starts_with(NOWHERE) => Ok(None),
                Err(AskError::Rpc {
                    code: NOT_KNOWN,
                    message,
                    ..
                }) if message.contains("-txindex") => Err(self.no_index()),
                _ => {
                    let told = parse(replies, *ticket)?;
                    Ok(told.block.map(|block| Found {
                        transaction: Some(told),
                        ..found(block)
                    }))
                }
            },
        }
    }

    fn no_index(&self) -> SourceError {
        self.core.node.lacks(
            "find a transaction by its id",
            "it keeps no index of transactions; start it with -txindex=1",
        )
    }

    fn genesis_coinbase(&self) -> Result<Found, SourceError> {
        let block = genesis_block(bitcoin::Network::from(self.core.node.network));
        let hash = BlockHash(block.block_hash().to_byte_array());
        let parsed = normalise::block(&RawBlock::Serialised {
            at: BlockRef { height: 0, hash },
            block: bitcoin::consensus::serialize(&block),
            spent: Spent::Unknown,
        })?;
        let coinbase = parsed.transactions.into_iter().next().ok_or_else(|| {
            SourceError::Contradiction("the genesis block has no transaction".to_owned())
        })?;
        Ok(Found {
            txid: coinbase.txid,
            block: hash,
            position: Some(Position {
                height: 0,
                index: 0,
            }),
            transaction: Some(CoreTransaction {
                transaction: coinbase,
                block: Some(hash),
            }),
        })
    }
}
