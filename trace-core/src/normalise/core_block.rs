//! A block in Bitcoin Core's JSON: `getblock` with verbosity 2 and 3.

use serde::Deserialize;

use super::core_transaction::Told;
use super::{NormaliseError, fields, json, serialised_block};
use crate::model::{Block, BlockRef, Header};

#[derive(Debug, Deserialize)]
struct ToldBlock<'a> {
    height: u32,
    version: i64,
    /// Missing in the genesis block.
    previousblockhash: Option<&'a str>,
    merkleroot: &'a str,
    time: u32,
    bits: &'a str,
    nonce: u32,
    #[serde(borrow)]
    tx: Vec<Told<'a>>,
}

/// Reads the `result` of `getblock`.
pub(super) fn read(at: BlockRef, text: &[u8]) -> Result<Block, NormaliseError> {
    let told: ToldBlock = json::read(text)?;
    if told.height != at.height {
        return Err(NormaliseError::new(
            "height",
            format!("{} is told, {} was asked for", told.height, at.height),
        ));
    }
    let header = told.header()?;
    serialised_block::named(at, &header)?;
    let mut transactions = Vec::with_capacity(told.tx.len());
    for (index, transaction) in told.tx.iter().enumerate() {
        let transaction = transaction
            .transaction()
            .map_err(|error| error.inside(format!("transaction {index}")))?;
        transactions.push(transaction);
    }
    serialised_block::whole(at, header, transactions)
}

impl ToldBlock<'_> {
    /// The 80 bytes that were hashed.
    fn header(&self) -> Result<Header, NormaliseError> {
        let previous = self.previousblockhash.map_or(Ok([0; 32]), |hash| {
            json::block_hash("previousblockhash", hash).map(|hash| hash.0)
        })?;
        let merkle_root = json::block_hash("merkleroot", self.merkleroot)?.0;
        let bits = u32::from_str_radix(self.bits, 16)
            .map_err(|error| NormaliseError::new("bits", error.to_string()))?;
        let parts: [&[u8]; 6] = [
            &fields::version(self.version)?.to_le_bytes(),
            &previous,
            &merkle_root,
            &self.time.to_le_bytes(),
            &bits.to_le_bytes(),
            &self.nonce.to_le_bytes(),
        ];
        let mut header = [0; 80];
        for (to, from) in header.iter_mut().zip(parts.into_iter().flatten()) {
            *to = *from;
        }
        Ok(Header(header))
    }
}
