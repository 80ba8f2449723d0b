//! A transaction put together without the rest of its block.

use super::call::Execution;
use super::check::{self, ToldHeader};
use super::told::{ToldBlock, ToldReceipt, ToldTransaction};
use super::transaction::{self, Surrounding};
use super::{NormaliseError, call_tracer, flat_trace, json, otterscan, rollup};
use crate::model::account::{B256, Check, InnerCalls, Transaction};
use crate::model::{BlockHash, BlockRef, ChainId, Position};

/// A transaction as a source gave it, unparsed: the `result` members of a node's replies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawAccountTransaction {
    /// Which transaction it is said to be.
    pub hash: B256,
    /// Its block with the hashes of its transactions.
    pub block: Vec<u8>,
    /// Of `eth_getTransactionByHash`.
    pub transaction: Vec<u8>,
    /// Of `eth_getTransactionReceipt`.
    pub receipt: Vec<u8>,
    /// What it did while it ran.
    pub calls: RawTransactionCalls,
}

/// What a transaction did while it ran, unparsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawTransactionCalls {
    /// Nobody told.
    NotTold,
    /// Of `debug_traceTransaction` with the tracer `callTracer`, best with `withLog`.
    CallTracer(Vec<u8>),
    /// Of `trace_transaction`.
    Flat(Vec<u8>),
    /// Of `ots_traceTransaction`.
    Frames(Vec<u8>),
    /// Of `ots_getInternalOperations`.
    Operations(Vec<u8>),
}

/// A transaction in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedTransaction {
    /// Its block.
    pub at: BlockRef,
    /// Its place in the chain.
    pub position: Position,
    /// Its block's time in seconds since 1970.
    pub time: u64,
    /// Whether value that contracts passed on is among its transfers.
    pub inner_calls: InnerCalls,
    /// Whether its block's header holds against the block's hash.
    pub header: Check,
    /// Whether the transaction holds against its own hash and its sender against the signature.
    /// Its receipt, and that it is in the block, are the node's word: the hash of the block commits
    /// to all receipts together.
    pub itself: Check,
    /// The transaction.
    pub transaction: Transaction,
}

/// The block in which a transaction is, as `eth_getTransactionByHash` or
/// `eth_getTransactionReceipt` names it; `None` where it is in none yet.
///
/// # Errors
/// When the text is no transaction, or not the one asked for.
pub fn block_of_transaction(hash: B256, text: &[u8]) -> Result<Option<BlockRef>, NormaliseError> {
    let told: Option<ToldTransaction> = json::read(text)?;
    let Some(told) = told else { return Ok(None) };
    if told.hash != hash {
        let why = format!("this is transaction {}", told.hash);
        return Err(NormaliseError::new("hash", why));
    }
    let (Some(block), Some(number)) = (told.block_hash, told.block_number) else {
        return Ok(None);
    };
    Ok(Some(BlockRef {
        height: height(number.0)?,
        hash: BlockHash::from_shown(block.0),
    }))
}

fn height(number: u64) -> Result<u32, NormaliseError> {
    u32::try_from(number)
        .map_err(|_| NormaliseError::new("number", format!("{number} does not fit 32 bits")))
}

/// Puts a transaction together. It comes out as it does out of its whole block, but for what only
/// the rest of the block could contradict.
///
/// # Errors
/// When a reply is not what its method gives, is of another block or transaction, contradicts
/// another one, or is told in full and does not hash to its name.
pub fn account_transaction(
    chain: ChainId,
    raw: &RawAccountTransaction,
) -> Result<PlacedTransaction, NormaliseError> {
    read(chain, raw).map_err(|error| error.inside(format!("transaction {}", raw.hash)))
}

fn read(chain: ChainId, raw: &RawAccountTransaction) -> Result<PlacedTransaction, NormaliseError> {
    let block: ToldBlock<B256> = json::read(&raw.block).map_err(|error| error.inside("block"))?;
    let told: ToldTransaction =
        json::read(&raw.transaction).map_err(|error| error.inside("transaction"))?;
    if told.hash != raw.hash {
        let why = format!("this is transaction {}", told.hash);
        return Err(NormaliseError::new("hash", why));
    }
    let receipt: ToldReceipt = json::read(&raw.receipt).map_err(|error| error.inside("receipt"))?;
    let place = block
        .transactions
        .iter()
        .position(|hash| *hash == told.hash);
    let index = place.and_then(|place| u32::try_from(place).ok());
    let index = index.ok_or_else(|| {
        let why = format!("block {} does not hold it", block.hash);
        NormaliseError::new("block", why)
    })?;
    let (execution, inner_calls) =
        execution(&told, &receipt, &block, &raw.calls).map_err(|error| error.inside("trace"))?;
    let (held, header) = ToldHeader::read(&raw.block).map_err(|error| error.inside("block"))?;
    let itself = check::alone(chain, &held, &told, &receipt)?;
    let around = Surrounding::of(chain, &block);
    let unsure = rollup::may_move_more(&told, &receipt).then_some(InnerCalls::Unsure);
    let transaction = transaction::read(&around, (u64::from(index), &told), receipt, execution)?;
    let height = height(block.number.0)?;
    Ok(PlacedTransaction {
        at: BlockRef {
            height,
            hash: BlockHash::from_shown(block.hash.0),
        },
        position: Position { height, index },
        time: block.timestamp.0,
        inner_calls: inner_calls.max(unsure.unwrap_or(InnerCalls::Seen)),
        header,
        itself,
        transaction,
    })
}

fn execution(
    told: &ToldTransaction,
    receipt: &ToldReceipt,
    block: &ToldBlock<B256>,
    raw: &RawTransactionCalls,
) -> Result<(Option<Execution>, InnerCalls), NormaliseError> {
    let (execution, seen) = match raw {
        RawTransactionCalls::NotTold => return Ok((None, InnerCalls::NotSeen)),
        RawTransactionCalls::CallTracer(text) => (call_tracer::read_one(text)?, InnerCalls::Seen),
        RawTransactionCalls::Flat(text) => {
            let mut trace = flat_trace::read(text)?;
            if let Some(hash) = trace.block
                && hash != block.hash
            {
                return Err(NormaliseError::new("", format!("it is of block {hash}")));
            }
            let (_, (hash, execution)) = trace
                .executions
                .pop_first()
                .ok_or_else(|| NormaliseError::new("", "it is empty"))?;
            if let Some(hash) = hash.filter(|hash| *hash != told.hash) {
                return Err(NormaliseError::new("", format!("it is that of {hash}")));
            }
            if !trace.executions.is_empty() {
                return Err(NormaliseError::new("", "it is of several transactions"));
            }
            (execution, InnerCalls::Seen)
        }
        RawTransactionCalls::Frames(text) => (otterscan::frames(text)?, InnerCalls::Unsure),
        RawTransactionCalls::Operations(text) => {
            let own = transaction::own_act(told, receipt);
            (otterscan::operations(text, own)?, InnerCalls::Unsure)
        }
    };
    Ok((Some(execution), seen))
}
