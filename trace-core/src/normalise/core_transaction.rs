//! A transaction in Bitcoin Core's JSON: `getrawtransaction` 1 and 2, and in `getblock` 2 and 3.

use serde::Deserialize;

use super::amount::Bitcoins;
use super::fields::{self, Fields};
use super::prevouts::Prevouts;
use super::serialised_transaction::{NOTHING, read_one};
use super::{CoreTransaction, NormaliseError, json};
use crate::model::{Address, OutPoint, Output, Transaction};

/// The members that are read. Where `hex` is left out, the others are hashed in its place.
#[derive(Debug, Deserialize)]
pub(super) struct Told<'a> {
    txid: &'a str,
    hex: Option<&'a str>,
    version: i64,
    locktime: u32,
    #[serde(borrow)]
    vin: Vec<Spending<'a>>,
    #[serde(borrow)]
    vout: Vec<Paid<'a>>,
    blockhash: Option<&'a str>,
}

#[derive(Debug, Deserialize)]
struct Spending<'a> {
    coinbase: Option<&'a str>,
    txid: Option<&'a str>,
    vout: Option<u32>,
    #[serde(borrow, rename = "scriptSig")]
    script_sig: Option<Script<'a>>,
    #[serde(borrow)]
    txinwitness: Option<Vec<&'a str>>,
    sequence: u32,
    #[serde(borrow)]
    prevout: Option<Paid<'a>>,
}

#[derive(Debug, Deserialize)]
struct Paid<'a> {
    value: Bitcoins,
    #[serde(borrow, rename = "scriptPubKey")]
    script: Script<'a>,
}

#[derive(Debug, Deserialize)]
struct Script<'a> {
    hex: &'a str,
}

/// Reads the `result` of `getrawtransaction`.
pub(super) fn read(text: &[u8]) -> Result<CoreTransaction, NormaliseError> {
    let told: Told = json::read(text)?;
    let block = told
        .blockhash
        .map(|hash| json::block_hash("blockhash", hash))
        .transpose()?;
    Ok(CoreTransaction {
        transaction: told.transaction()?,
        block,
    })
}

impl Told<'_> {
    /// The transaction, whose hash is the one it is told by.
    pub(super) fn transaction(&self) -> Result<Transaction<Address, OutPoint>, NormaliseError> {
        let transaction = match self.hex {
            Some(hex) => self.serialised(hex)?,
            None => self.by_fields()?,
        };
        fields::named(&transaction, self.txid)?;
        Ok(transaction)
    }

    /// From its bytes, which lack only the spent outputs.
    fn serialised(&self, hex: &str) -> Result<Transaction<Address, OutPoint>, NormaliseError> {
        let mut spends = Vec::with_capacity(self.vin.len());
        let mut prevouts = Vec::with_capacity(self.vin.len());
        for (index, input) in self.vin.iter().enumerate() {
            let place = |error: NormaliseError| error.inside(format!("input {index}"));
            let outpoint = input.spends().map_err(place)?;
            if outpoint != NOTHING {
                spends.push(outpoint);
                prevouts.push(input.prevout().map_err(place)?);
            }
        }
        let bytes = fields::bytes("hex", hex)?;
        let transaction = read_one(&bytes, &mut Prevouts::Told(prevouts.into_iter()))?;
        let read = transaction.inputs.iter().map(|input| input.spends);
        if let Some(index) = read.zip(spends).position(|(read, told)| read != told) {
            return Err(NormaliseError::new(
                format!("input {index}"),
                "the output it spends is not the one in `hex`",
            ));
        }
        Ok(transaction)
    }

    fn by_fields(&self) -> Result<Transaction<Address, OutPoint>, NormaliseError> {
        let mut fields = Fields::new(self.version, self.locktime)?;
        for (index, input) in self.vin.iter().enumerate() {
            let place = |error: NormaliseError| error.inside(format!("input {index}"));
            let script_sig = input.script_sig.as_ref().map(|script| script.hex);
            fields.spend(
                input.spends().map_err(place)?,
                input.coinbase.or(script_sig).unwrap_or_default(),
                input.txinwitness.as_deref().unwrap_or_default(),
                input.sequence,
                input.prevout().map_err(place)?,
            )?;
        }
        for output in &self.vout {
            fields.pay(output.value.value_sat, output.script.hex)?;
        }
        fields.read()
    }
}

impl Spending<'_> {
    fn spends(&self) -> Result<OutPoint, NormaliseError> {
        match (self.coinbase, self.txid, self.vout) {
            (Some(_), None, None) => Ok(NOTHING),
            (None, Some(txid), Some(vout)) => Ok(OutPoint {
                txid: fields::txid(txid)?,
                vout,
            }),
            _ => Err(NormaliseError::new(
                "members",
                "there must be either `coinbase` or both `txid` and `vout`",
            )),
        }
    }

    fn prevout(&self) -> Result<Option<Output<Address>>, NormaliseError> {
        let told = self.prevout.as_ref();
        told.map(|paid| fields::told_output(paid.value.value_sat, paid.script.hex))
            .transpose()
            .map_err(|error| error.inside("prevout"))
    }
}
