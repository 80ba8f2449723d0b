//! A transaction told flatly: its hash, and of each input and output the value and script.

use serde::Deserialize;

use super::serialised_transaction::{NOTHING, covered};
use super::{NormaliseError, amount, fields, json};
use crate::model::{Address, Input, OutPoint, Output, ScriptKind, Transaction};

#[derive(Debug, Deserialize)]
struct Told<'a> {
    txid: &'a str,
    #[serde(borrow)]
    inputs: Vec<Spent<'a>>,
    #[serde(borrow)]
    outputs: Vec<Paid<'a>>,
}

#[derive(Debug, Deserialize)]
struct Spent<'a> {
    txid: &'a str,
    vout: u32,
    value_sat: Option<u64>,
    script_pubkey: Option<&'a str>,
}

#[derive(Debug, Deserialize)]
struct Paid<'a> {
    value_sat: u64,
    script_pubkey: &'a str,
}

/// Reads a transaction. What is not told stands as in a plain transaction of today: version
/// 2, no lock time, final inputs, a witness where the spent script cannot do without one.
pub(super) fn read(text: &[u8]) -> Result<Transaction<Address, OutPoint>, NormaliseError> {
    let told: Told = json::read(text)?;
    let txid = fields::txid(told.txid)?;
    let mut inputs = Vec::with_capacity(told.inputs.len());
    for (index, input) in told.inputs.iter().enumerate() {
        let input = input
            .read()
            .map_err(|error| error.inside(format!("input {index}")))?;
        inputs.push(input);
    }
    let mut outputs = Vec::with_capacity(told.outputs.len());
    let mut sum_sat = 0;
    for (index, paid) in told.outputs.iter().enumerate() {
        let place = |error: NormaliseError| error.inside(format!("output {index}"));
        sum_sat = amount::add(sum_sat, paid.value_sat)
            .map_err(|why| place(NormaliseError::new("value_sat", why)))?;
        let output = fields::told_output(paid.value_sat, paid.script_pubkey).map_err(place)?;
        outputs.push(output);
    }
    if outputs.is_empty() {
        return Err(NormaliseError::new(
            "outputs",
            "a transaction without outputs",
        ));
    }
    let transaction = Transaction {
        txid,
        version: 2,
        lock_time: 0,
        weight: None,
        inputs,
        outputs,
    };
    covered(&transaction)?;
    Ok(transaction)
}

impl Spent<'_> {
    fn read(&self) -> Result<Input<Address, OutPoint>, NormaliseError> {
        let spends = OutPoint {
            txid: fields::txid(self.txid)?,
            vout: self.vout,
        };
        if spends == NOTHING {
            return Err(NormaliseError::new(
                "txid",
                "an input spends an output; a coinbase has no inputs here",
            ));
        }
        let prevout = self.prevout()?;
        let has_witness = prevout.as_ref().is_some_and(|output| {
            matches!(
                output.kind,
                ScriptKind::P2wpkh | ScriptKind::P2wsh | ScriptKind::P2tr
            )
        });
        Ok(Input {
            spends,
            prevout,
            sequence: u32::MAX,
            has_witness,
            reveals: None,
        })
    }

    fn prevout(&self) -> Result<Option<Output<Address>>, NormaliseError> {
        match (self.value_sat, self.script_pubkey) {
            (None, None) => Ok(None),
            (Some(value_sat), Some(script)) => {
                amount::add(0, value_sat).map_err(|why| NormaliseError::new("value_sat", why))?;
                fields::told_output(value_sat, script).map(Some)
            }
            _ => Err(NormaliseError::new(
                "members",
                "there must be both `value_sat` and `script_pubkey`, or neither",
            )),
        }
    }
}
