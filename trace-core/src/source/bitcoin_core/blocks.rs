//! Whole blocks of a node.
//!
//! With prevouts a block is asked for as JSON (`getblock` 3, Core 23). A node too old for
//! that hands out the serialised block, and the outputs that it spends are looked up one by
//! one where there is a transaction index; where there is none they stay unknown.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::consensus::Encodable;
use bitcoin::{Amount, ScriptBuf, TxOut};
use futures_util::future::BoxFuture;

use super::locate::parse;
use super::{BitcoinCore, call};
use crate::model::{Address, BitcoinNetwork, Block, BlockRef, OutPoint, Output, Txid};
use crate::normalise::{self, RawBlock, Spent};
use crate::source::branch;
use crate::source::round::Round;
use crate::source::{BlockSource, SourceError, Transport};

impl<T: Transport> BlockSource for BitcoinCore<T> {
    fn chain(&self) -> BitcoinNetwork {
        self.chain()
    }

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
        Box::pin(self.tip())
    }

    fn refs(&self, from: u32, to: u32) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>> {
        Box::pin(async move {
            let to = to.min(self.tip().await?.height);
            let range = (from, to);
            branch::refs(&self.transport, range, call::block_hash, call::header_bytes).await
        })
    }

    fn blocks<'a>(
        &'a self,
        named: &'a [BlockRef],
    ) -> BoxFuture<'a, Vec<Result<RawBlock, SourceError>>> {
        Box::pin(async move {
            if self.with_prevouts && self.node.tells_prevouts() {
                return self.json_blocks(named).await;
            }
            let serialised = self.serialised_blocks(named).await;
            if self.with_prevouts && self.known_indexes().transactions.is_some() {
                self.with_prevouts_looked_up(serialised).await
            } else {
                serialised
            }
        })
    }
}

impl<T: Transport> BitcoinCore<T> {
    async fn json_blocks(&self, named: &[BlockRef]) -> Vec<Result<RawBlock, SourceError>> {
        let mut round = Round::default();
        let asked: Vec<_> = named
            .iter()
            .map(|at| round.add(call::block_with_prevouts(at.hash)))
            .collect();
        let replies = round.ask(&self.transport).await;
        let blocks = named.iter().zip(asked).map(|(at, ticket)| {
            let json = replies
                .bytes(ticket)
                .map_err(|error| self.block_lost(at, error))?;
            Ok(RawBlock::Json {
                at: *at,
                json: json.to_vec(),
            })
        });
        blocks.collect()
    }

    async fn serialised_blocks(&self, named: &[BlockRef]) -> Vec<Result<RawBlock, SourceError>> {
        let mut round = Round::default();
        let asked: Vec<_> = named
            .iter()
            .map(|at| round.add(call::block(at.hash)))
            .collect();
        let replies = round.ask(&self.transport).await;
        let blocks = named.iter().zip(asked).map(|(at, ticket)| {
            replies
                .bytes(ticket)
                .map_err(|error| self.block_lost(at, error))?;
            Ok(RawBlock::Serialised {
                at: *at,
                block: replies.hex_bytes(ticket)?,
                spent: Spent::Unknown,
            })
        });
        blocks.collect()
    }

    /// Why a block was not handed out: where the node removes old blocks, that is why.
    fn block_lost(&self, at: &BlockRef, error: crate::source::AskError) -> SourceError {
        match self.node.pruned_below {
            Some(lowest) if at.height < lowest => self.node.lacks(
                "hand out the block",
                format!(
                    "height {} is below {lowest}, the lowest block that it keeps; \
                     start it with -prune=0 and let it fetch the chain again",
                    at.height
                ),
            ),
            _ => error.into(),
        }
    }

    /// Looks up what each block spends from outside itself, all blocks in one round trip.
    async fn with_prevouts_looked_up(
        &self,
        raw: Vec<Result<RawBlock, SourceError>>,
    ) -> Vec<Result<RawBlock, SourceError>> {
        let parsed: Vec<Result<Block, SourceError>> = raw
            .iter()
            .map(|raw| Ok(normalise::block(raw.as_ref().map_err(Clone::clone)?)?))
            .collect();
        let inside: BTreeSet<Txid> = transactions(&parsed).map(|(txid, _)| txid).collect();
        let mut round = Round::default();
        let asked: BTreeMap<Txid, _> = parsed
            .iter()
            .flatten()
            .flat_map(|block| &block.transactions)
            .flat_map(|transaction| &transaction.inputs)
            .map(|input| input.spends.txid)
            .filter(|txid| !inside.contains(txid))
            .map(|txid| (txid, round.add(call::transaction(txid))))
            .collect();
        let replies = round.ask(&self.transport).await;
        let mut outputs: BTreeMap<Txid, Result<Vec<Output<Address>>, SourceError>> = asked
            .into_iter()
            .map(|(txid, ticket)| {
                (
                    txid,
                    parse(&replies, ticket).map(|told| told.transaction.outputs),
                )
            })
            .collect();
        outputs.extend(transactions(&parsed).map(|(txid, outputs)| (txid, Ok(outputs.to_vec()))));
        let blocks = raw.into_iter().zip(&parsed).map(|(raw, parsed)| {
            let spent = spent_by(parsed.as_ref().map_err(Clone::clone)?, &outputs)?;
            raw.map(|raw| match raw {
                RawBlock::Serialised { at, block, .. } => RawBlock::Serialised { at, block, spent },
                json @ RawBlock::Json { .. } => json,
            })
        });
        blocks.collect()
    }
}

fn transactions(
    blocks: &[Result<Block, SourceError>],
) -> impl Iterator<Item = (Txid, &[Output<Address>])> {
    let transactions = blocks
        .iter()
        .flatten()
        .flat_map(|block| &block.transactions);
    transactions.map(|transaction| (transaction.txid, &transaction.outputs[..]))
}

/// The outputs that a block spends, one for each input in order.
fn spent_by(
    block: &Block,
    outputs: &BTreeMap<Txid, Result<Vec<Output<Address>>, SourceError>>,
) -> Result<Spent, SourceError> {
    let mut bytes = Vec::new();
    let inputs = block
        .transactions
        .iter()
        .flat_map(|transaction| &transaction.inputs);
    for OutPoint { txid, vout } in inputs.map(|input| input.spends) {
        let created = match outputs.get(&txid) {
            Some(Ok(created)) => created,
            Some(Err(error)) => return Err(error.clone()),
            None => &Vec::new(),
        };
        let spent = usize::try_from(vout)
            .ok()
            .and_then(|vout| created.get(vout));
        let Some((spent, address)) = spent.and_then(|spent| Some((spent, spent.address.as_ref()?)))
        else {
            return Err(SourceError::Contradiction(format!(
                "block {} spends {txid}:{vout}, which is no output that can be spent",
                block.at.hash
            )));
        };
        let output = TxOut {
            value: Amount::from_sat(spent.value_sat),
            script_pubkey: ScriptBuf::from_bytes(address.script().to_vec()),
        };
        // Writing to a vector cannot fail.
        let _ = output.consensus_encode(&mut bytes);
    }
    Ok(Spent::Outputs(bytes))
}
