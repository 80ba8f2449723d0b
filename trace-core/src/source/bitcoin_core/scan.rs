//! Finds by block filters (BIP 157, 158) where scripts are paid or spent.
//!
//! A filter has false positives, so every block it matches is fetched and searched. It has no
//! false negatives, so what is not found is not there. All searches share one pass over the
//! chain, from the lowest height any of them begins at, in windows: the node answers each
//! within seconds, where one scan of a whole chain takes minutes and outlasts any time limit.
//! A spender is mostly near its output, so most searches end in their first window.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::locate::{Found, Header};
use super::{BitcoinCore, call};
use crate::model::{Address, Block, BlockHash, BlockRef, OutPoint, Position};
use crate::normalise::{self, CoreTransaction, RawBlock, Spent};
use crate::source::round::Round;
use crate::source::{SourceError, Transport};

/// Heights scanned by one call. Core reads several thousand filters a second.
const WINDOW: u32 = 10_000;
/// Blocks fetched at once: up to 8 MB each in hexadecimal digits.
const BLOCKS_AT_ONCE: usize = 4;

/// What to look for, from which height on.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) address: Address,
    pub(super) from: u32,
    /// The output whose spender ends the search; without one, all that pay are wanted.
    pub(super) spends: Option<OutPoint>,
    pub(super) found: Result<Vec<Found>, SourceError>,
}

#[derive(Deserialize)]
struct Scanned {
    from_height: u32,
    to_height: u32,
    relevant_blocks: Vec<String>,
    completed: bool,
}

impl Search {
    pub(super) fn new(address: Address, from: u32, spends: Option<OutPoint>) -> Self {
        Self {
            address,
            from,
            spends,
            found: Ok(Vec::new()),
        }
    }

    fn is_open(&self) -> bool {
        match &self.found {
            Ok(found) => self.spends.is_none() || found.is_empty(),
            Err(_) => false,
        }
    }

    fn look_into(&mut self, block: &Block) {
        let Ok(found) = &mut self.found else { return };
        for (index, transaction) in (0..).zip(&block.transactions) {
            let wanted = if let Some(outpoint) = self.spends {
                let mut inputs = transaction.inputs.iter();
                inputs.any(|input| input.spends == outpoint)
            } else {
                let mut outputs = transaction.outputs.iter();
                outputs.any(|output| output.address.as_ref() == Some(&self.address))
            };
            if wanted {
                found.push(Found {
                    txid: transaction.txid,
                    block: block.at.hash,
                    position: Some(Position {
                        height: block.at.height,
                        index,
                    }),
                    // Nothing is missing of a coinbase, and the one of the genesis block Core
                    // would not hand out.
                    transaction: transaction.is_coinbase().then(|| CoreTransaction {
                        transaction: transaction.clone(),
                        block: Some(block.at.hash),
                    }),
                });
            }
        }
    }
}

impl<T: Transport> BitcoinCore<T> {
    /// Ends every search: with what there is up to height `to`, or with an error.
    pub(super) async fn scan(&self, searches: &mut [&mut Search], to: u32) {
        let mut from = 0;
        loop {
            let open = searches.iter().filter(|search| search.is_open());
            let Some(lowest) = open.map(|search| search.from).min() else {
                return;
            };
            from = lowest.max(from);
            if from > to {
                return;
            }
            let until = to.min(from.saturating_add(WINDOW - 1));
            let mut within: Vec<&mut Search> = searches
                .iter_mut()
                .map(|search| &mut **search)
                .filter(|search| search.is_open() && search.from <= until)
                .collect();
            if let Err(error) = self.scan_window(&mut within, from, until).await {
                for search in within.iter_mut().filter(|search| search.is_open()) {
                    search.found = Err(error.clone());
                }
            }
            let Some(next) = until.checked_add(1) else {
                return;
            };
            from = next;
        }
    }

    async fn scan_window(
        &self,
        searches: &mut [&mut Search],
        from: u32,
        to: u32,
    ) -> Result<(), SourceError> {
        let addresses: BTreeSet<&Address> = searches.iter().map(|search| &search.address).collect();
        let mut round = Round::default();
        let ticket = round.add(call::scan(&addresses, from, to));
        let replies = round.ask(&self.transport).await;
        let scanned: Scanned = replies.json(ticket)?;
        if !scanned.completed || (scanned.from_height, scanned.to_height) != (from, to) {
            return Err(replies.malformed(ticket, "the node did not scan all it was asked to"));
        }
        let hashes: Result<Vec<BlockHash>, _> = scanned
            .relevant_blocks
            .iter()
            .map(|text| replies.hash_in(ticket, text))
            .collect();
        let mut heights = from..=to;
        for hashes in hashes?.chunks(BLOCKS_AT_ONCE) {
            for block in self.scanned_blocks(hashes).await? {
                // Ascending, so that no block is searched twice.
                if !heights.contains(&block.at.height) {
                    return Err(replies.malformed(ticket, "its blocks do not ascend"));
                }
                heights = block.at.height.saturating_add(1)..=to;
                for search in searches.iter_mut() {
                    if search.is_open() && search.from <= block.at.height {
                        search.look_into(&block);
                    }
                }
            }
            if searches.iter().all(|search| !search.is_open()) {
                break;
            }
        }
        Ok(())
    }

    async fn scanned_blocks(&self, hashes: &[BlockHash]) -> Result<Vec<Block>, SourceError> {
        let mut round = Round::default();
        let asked: Vec<_> = hashes
            .iter()
            .map(|hash| {
                (
                    *hash,
                    round.add(call::header(*hash)),
                    round.add(call::block(*hash)),
                )
            })
            .collect();
        let replies = round.ask(&self.transport).await;
        let blocks = asked.into_iter().map(|(hash, header, block)| {
            let header: Header = replies.json(header)?;
            if !header.is_on_best_chain() {
                return Err(SourceError::Contradiction(format!(
                    "block {hash} was found on the best chain and is not on it any more"
                )));
            }
            let height = header.height;
            let raw = RawBlock::Serialised {
                at: BlockRef { height, hash },
                block: replies.hex_bytes(block)?,
                spent: Spent::Unknown,
            };
            Ok(normalise::block(&raw)?)
        });
        blocks.collect()
    }
}
