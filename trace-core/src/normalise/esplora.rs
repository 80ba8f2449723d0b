//! A transaction in Esplora's JSON.

use serde::Deserialize;

use super::fields::{self, Fields};
use super::{EsploraTransaction, NormaliseError, json};
use crate::model::{Address, BlockRef, OutPoint, Output};

#[derive(Debug, Deserialize)]
struct Told<'a> {
    /// Files of single transactions may leave it out; it is computed in any case.
    txid: Option<&'a str>,
    version: i64,
    locktime: u32,
    #[serde(borrow)]
    vin: Vec<Spending<'a>>,
    #[serde(borrow)]
    vout: Vec<Paid<'a>>,
    #[serde(borrow)]
    status: Option<Status<'a>>,
}

#[derive(Debug, Deserialize)]
struct Spending<'a> {
    txid: &'a str,
    vout: u32,
    scriptsig: &'a str,
    #[serde(borrow)]
    witness: Option<Vec<&'a str>>,
    sequence: u32,
    #[serde(borrow)]
    prevout: Option<Paid<'a>>,
}

#[derive(Debug, Deserialize)]
struct Paid<'a> {
    value: u64,
    scriptpubkey: &'a str,
}

#[derive(Debug, Deserialize)]
struct Status<'a> {
    confirmed: bool,
    block_height: Option<u32>,
    block_hash: Option<&'a str>,
}

/// Reads a transaction.
pub(super) fn read(text: &[u8]) -> Result<EsploraTransaction, NormaliseError> {
    let told: Told = json::read(text)?;
    let mut fields = Fields::new(told.version, told.locktime)?;
    for (index, input) in told.vin.iter().enumerate() {
        let place = |error: NormaliseError| error.inside(format!("input {index}"));
        fields.spend(
            OutPoint {
                txid: fields::txid(input.txid).map_err(place)?,
                vout: input.vout,
            },
            input.scriptsig,
            input.witness.as_deref().unwrap_or_default(),
            input.sequence,
            input.prevout().map_err(place)?,
        )?;
    }
    for output in &told.vout {
        fields.pay(output.value, output.scriptpubkey)?;
    }
    let transaction = fields.read()?;
    if let Some(txid) = told.txid {
        fields::named(&transaction, txid)?;
    }
    let confirmed = told.status.map_or(Ok(None), |status| status.block())?;
    Ok(EsploraTransaction {
        transaction,
        confirmed,
    })
}

impl Spending<'_> {
    fn prevout(&self) -> Result<Option<Output<Address>>, NormaliseError> {
        let told = self.prevout.as_ref();
        told.map(|paid| fields::told_output(paid.value, paid.scriptpubkey))
            .transpose()
            .map_err(|error| error.inside("prevout"))
    }
}

impl Status<'_> {
    fn block(&self) -> Result<Option<BlockRef>, NormaliseError> {
        let (true, Some(height), Some(hash)) = (self.confirmed, self.block_height, self.block_hash)
        else {
            return Ok(None);
        };
        let hash = json::block_hash("block_hash", hash)?;
        Ok(Some(BlockRef { height, hash }))
    }
}
