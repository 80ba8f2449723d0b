//! A transaction in the chain's own encoding (BIP 144).

use bitcoin::hashes::{Hash, HashEngine, sha256d};

use super::cursor::Cursor;
use super::prevouts::{self, Prevouts};
use super::{NormaliseError, amount, revealed_key};
use crate::model::{Address, Input, OutPoint, Output, Transaction, Txid};

/// The fewest bytes of a transaction with an input and an output.
pub(super) const TRANSACTION_BYTES_MIN: usize = 60;
const INPUT_BYTES_MIN: usize = 41;
const OUTPUT_BYTES_MIN: usize = 9;

/// What a coinbase names as its one input's output.
pub(super) const NOTHING: OutPoint = OutPoint {
    txid: Txid([0; 32]),
    vout: u32::MAX,
};

/// Reads the next transaction. Its hash is taken from the bytes as they lie there.
pub(super) fn read(
    cursor: &mut Cursor,
    prevouts: &mut Prevouts,
) -> Result<Transaction<Address, OutPoint>, NormaliseError> {
    let start = cursor.position();
    let version = i32::from_le_bytes(cursor.array()?);
    let has_witnesses = marked(cursor)?;
    let body_start = cursor.position();
    let (mut inputs, is_coinbase) = inputs(cursor, prevouts)?;
    let outputs = outputs(cursor)?;
    let body = cursor.since(body_start);
    if has_witnesses {
        witnesses(cursor, &mut inputs, is_coinbase)?;
    }
    let lock_time = cursor.array()?;
    let whole = cursor.since(start);
    let (txid, stripped_length) = if has_witnesses {
        let mut engine = sha256d::Hash::engine();
        engine.input(&version.to_le_bytes());
        engine.input(body);
        engine.input(&lock_time);
        (sha256d::Hash::from_engine(engine), body.len() + 8)
    } else {
        (sha256d::Hash::hash(whole), whole.len())
    };
    let transaction = Transaction {
        txid: Txid(txid.to_byte_array()),
        version,
        lock_time: u32::from_le_bytes(lock_time),
        weight: u32::try_from(3 * stripped_length + whole.len()).ok(),
        inputs,
        outputs,
    };
    covered(&transaction)?;
    Ok(transaction)
}

/// Reads one transaction and nothing else.
pub(super) fn read_one(
    bytes: &[u8],
    prevouts: &mut Prevouts,
) -> Result<Transaction<Address, OutPoint>, NormaliseError> {
    let mut cursor = Cursor::new(bytes);
    let transaction = read(&mut cursor, prevouts)?;
    cursor.end()?;
    prevouts.end()?;
    Ok(transaction)
}

/// That the inputs, as far as they are known, are worth the outputs.
pub(super) fn covered(transaction: &Transaction<Address, OutPoint>) -> Result<(), NormaliseError> {
    let Some(inputs_sat) = transaction.input_sum_sat() else {
        return Ok(());
    };
    let outputs_sat = transaction.output_sum_sat();
    if transaction.is_coinbase() || outputs_sat <= inputs_sat {
        return Ok(());
    }
    Err(NormaliseError::new(
        "fee",
        format!("it spends {inputs_sat} satoshis and pays {outputs_sat}"),
    ))
}

/// Whether witnesses follow the outputs: then a count of no inputs and a flag come first.
fn marked(cursor: &mut Cursor) -> Result<bool, NormaliseError> {
    let mut ahead = cursor.clone();
    if ahead.byte()? != 0 {
        return Ok(false);
    }
    let flag = ahead.byte()?;
    if flag != 1 {
        return Err(cursor.error(format!("no inputs, or the unknown flag {flag}")));
    }
    *cursor = ahead;
    Ok(true)
}

/// The inputs, and whether they are those of a coinbase, which are left out.
fn inputs(
    cursor: &mut Cursor,
    prevouts: &mut Prevouts,
) -> Result<(Vec<Input<Address, OutPoint>>, bool), NormaliseError> {
    let count = cursor.count(INPUT_BYTES_MIN)?;
    if count == 0 {
        return Err(cursor.error("a transaction without inputs"));
    }
    let first = outpoint(&mut cursor.clone())?;
    if count == 1 && first == NOTHING {
        outpoint(cursor)?;
        cursor.prefixed()?;
        cursor.u32()?;
        return Ok((Vec::new(), true));
    }
    prevouts.transaction(count)?;
    let mut inputs = Vec::with_capacity(count);
    for index in 0..count {
        let input =
            input(cursor, prevouts).map_err(|error| error.inside(format!("input {index}")))?;
        inputs.push(input);
    }
    Ok((inputs, false))
}

fn input(
    cursor: &mut Cursor,
    prevouts: &mut Prevouts,
) -> Result<Input<Address, OutPoint>, NormaliseError> {
    let spends = outpoint(cursor)?;
    if spends == NOTHING {
        return Err(cursor.error("only a coinbase spends nothing"));
    }
    let script_sig = cursor.prefixed()?;
    Ok(Input {
        spends,
        prevout: prevouts.next()?,
        sequence: cursor.u32()?,
        has_witness: false,
        reveals: revealed_key::of(script_sig),
    })
}

fn outpoint(cursor: &mut Cursor) -> Result<OutPoint, NormaliseError> {
    Ok(OutPoint {
        txid: Txid(cursor.array()?),
        vout: cursor.u32()?,
    })
}

fn outputs(cursor: &mut Cursor) -> Result<Vec<Output<Address>>, NormaliseError> {
    let count = cursor.count(OUTPUT_BYTES_MIN)?;
    if count == 0 {
        return Err(cursor.error("a transaction without outputs"));
    }
    let mut outputs = Vec::with_capacity(count);
    let mut sum_sat = 0;
    for index in 0..count {
        let place = |error: NormaliseError| error.inside(format!("output {index}"));
        let output = prevouts::serialised(cursor).map_err(place)?;
        sum_sat = amount::add(sum_sat, output.value_sat).map_err(|why| place(cursor.error(why)))?;
        outputs.push(output);
    }
    Ok(outputs)
}

/// Passes over the witnesses and notes which inputs have one.
fn witnesses(
    cursor: &mut Cursor,
    inputs: &mut [Input<Address, OutPoint>],
    is_coinbase: bool,
) -> Result<(), NormaliseError> {
    let mut any = is_coinbase && witness(cursor)?;
    for (index, input) in inputs.iter_mut().enumerate() {
        input.has_witness =
            witness(cursor).map_err(|error| error.inside(format!("witness {index}")))?;
        any |= input.has_witness;
    }
    // The same transaction would then have two encodings; nodes refuse this one.
    if !any {
        return Err(cursor.error("witnesses are announced and all are empty"));
    }
    Ok(())
}

fn witness(cursor: &mut Cursor) -> Result<bool, NormaliseError> {
    let items = cursor.count(1)?;
    for _ in 0..items {
        cursor.prefixed()?;
    }
    Ok(items > 0)
}
