//! A transaction told by its fields, put back into the encoding that its hash is of.
//!
//! There is then one reader for every source, and what a source says of a transaction is
//! checked by hashing it.

use bitcoin::consensus::encode;
use bitcoin::hashes::Hash;
use bitcoin::hex::FromHex;
use bitcoin::transaction::Version;
use bitcoin::{Amount, ScriptBuf, Sequence, TxIn, TxOut, Witness, absolute};

use super::prevouts::Prevouts;
use super::serialised_transaction::{NOTHING, read_one};
use super::{NormaliseError, output};
use crate::model::{Address, OutPoint, Output, Transaction, Txid};

/// The fields of a transaction, as far as they were told.
#[derive(Debug)]
pub(super) struct Fields {
    transaction: bitcoin::Transaction,
    prevouts: Vec<Option<Output<Address>>>,
}

impl Fields {
    /// A transaction that spends and pays nothing yet. The version is told as a signed or as an
    /// unsigned number of 32 bits.
    pub(super) fn new(version: i64, lock_time: u32) -> Result<Self, NormaliseError> {
        Ok(Self {
            transaction: bitcoin::Transaction {
                version: Version(self::version(version)?),
                lock_time: absolute::LockTime::from_consensus(lock_time),
                input: Vec::new(),
                output: Vec::new(),
            },
            prevouts: Vec::new(),
        })
    }

    /// Adds an input; [`NOTHING`] is what a coinbase spends.
    pub(super) fn spend(
        &mut self,
        spends: OutPoint,
        script_sig: &str,
        witness: &[&str],
        sequence: u32,
        prevout: Option<Output<Address>>,
    ) -> Result<(), NormaliseError> {
        let place =
            |error: NormaliseError| error.inside(format!("input {}", self.transaction.input.len()));
        let script_sig = bytes("signature script", script_sig).map_err(place)?;
        let witness: Result<Vec<_>, _> =
            witness.iter().map(|item| bytes("witness", item)).collect();
        let input = TxIn {
            previous_output: bitcoin::OutPoint {
                txid: bitcoin::Txid::from_byte_array(spends.txid.0),
                vout: spends.vout,
            },
            script_sig: ScriptBuf::from_bytes(script_sig),
            sequence: Sequence(sequence),
            witness: Witness::from_slice(&witness.map_err(place)?),
        };
        self.transaction.input.push(input);
        if spends != NOTHING {
            self.prevouts.push(prevout);
        }
        Ok(())
    }

    /// Adds an output.
    pub(super) fn pay(&mut self, value_sat: u64, script: &str) -> Result<(), NormaliseError> {
        let script = bytes("script", script)
            .map_err(|error| error.inside(format!("output {}", self.transaction.output.len())))?;
        self.transaction.output.push(TxOut {
            value: Amount::from_sat(value_sat),
            script_pubkey: ScriptBuf::from_bytes(script),
        });
        Ok(())
    }

    /// The transaction, hashed.
    pub(super) fn read(self) -> Result<Transaction<Address, OutPoint>, NormaliseError> {
        let bytes = encode::serialize(&self.transaction);
        read_one(&bytes, &mut Prevouts::Told(self.prevouts.into_iter()))
    }
}

/// An output told by its value and script.
pub(super) fn told_output(value_sat: u64, script: &str) -> Result<Output<Address>, NormaliseError> {
    Ok(output(value_sat, &bytes("script", script)?))
}

/// What a text of hexadecimal digits stands for.
pub(super) fn bytes(place: &str, text: &str) -> Result<Vec<u8>, NormaliseError> {
    Vec::from_hex(text).map_err(|error| NormaliseError::new(place, error.to_string()))
}

/// A transaction's hash as people write it.
pub(super) fn txid(text: &str) -> Result<Txid, NormaliseError> {
    text.parse()
        .map_err(|error: crate::model::HashError| NormaliseError::new("txid", error.to_string()))
}

/// That a transaction has the hash it was told by.
pub(super) fn named(
    transaction: &Transaction<Address, OutPoint>,
    told: &str,
) -> Result<(), NormaliseError> {
    let told = txid(told)?;
    if transaction.txid == told {
        return Ok(());
    }
    Err(NormaliseError::new(
        format!("transaction {told}"),
        format!("what is told of it hashes to {}", transaction.txid),
    ))
}

/// A version told as a signed or as an unsigned number.
pub(super) fn version(told: i64) -> Result<i32, NormaliseError> {
    i32::try_from(told)
        .or_else(|_| u32::try_from(told).map(u32::cast_signed))
        .map_err(|_| NormaliseError::new("version", format!("{told} is no number of 32 bits")))
}
