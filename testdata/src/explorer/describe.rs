//! Transactions and blocks in the words of an Esplora server.

use bitcoin::hex::DisplayHex;
use bitcoin::{Address, Block, Network, OutPoint, Script, Transaction, TxIn, TxOut};
use serde_json::{Value, json};

/// A transaction, but for where it is.
pub(super) fn transaction<'a>(
    transaction: &Transaction,
    prevout: impl Fn(OutPoint) -> Option<&'a TxOut>,
) -> Value {
    let spent: Vec<Option<&TxOut>> = transaction
        .input
        .iter()
        .map(|input| prevout(input.previous_output))
        .collect();
    let sum = |outputs: &mut dyn Iterator<Item = &TxOut>| -> u64 {
        outputs.map(|output| output.value.to_sat()).sum()
    };
    let fee = if transaction.is_coinbase() {
        0
    } else {
        sum(&mut spent.iter().copied().flatten()) - sum(&mut transaction.output.iter())
    };
    let inputs = transaction.input.iter().zip(spent);
    json!({
        "txid": transaction.compute_txid().to_string(),
        // As a number without a sign, which is how the server's program holds it.
        "version": transaction.version.0.cast_unsigned(),
        "locktime": transaction.lock_time.to_consensus_u32(),
        "vin": inputs.map(|(input, spent)| self::input(input, spent)).collect::<Value>(),
        "vout": transaction.output.iter().map(output).collect::<Value>(),
        "size": transaction.total_size(),
        "weight": transaction.weight().to_wu(),
        "fee": fee,
    })
}

/// An object with one member more.
pub(super) fn with(mut object: Value, name: &str, member: impl Into<Value>) -> Value {
    if let Value::Object(members) = &mut object {
        members.insert(name.to_owned(), member.into());
    }
    object
}

/// A block without its transactions.
pub(super) fn block(block: &Block, height: usize) -> Value {
    json!({
        "id": block.block_hash().to_string(),
        "height": height,
        "version": block.header.version.to_consensus().cast_unsigned(),
        "timestamp": block.header.time,
        "tx_count": block.txdata.len(),
        "size": block.total_size(),
        "weight": block.weight().to_wu(),
        "merkle_root": block.header.merkle_root.to_string(),
        "previousblockhash": (height > 0).then(|| block.header.prev_blockhash.to_string()),
        "mediantime": block.header.time,
        "nonce": block.header.nonce,
        "bits": block.header.bits.to_consensus(),
        "difficulty": 0,
    })
}

fn input(input: &TxIn, spent: Option<&TxOut>) -> Value {
    let value = json!({
        "txid": input.previous_output.txid.to_string(),
        "vout": input.previous_output.vout,
        "prevout": spent.map(output),
        "scriptsig": input.script_sig.as_bytes().to_lower_hex_string(),
        "scriptsig_asm": input.script_sig.to_asm_string(),
        "is_coinbase": input.previous_output.is_null(),
        "sequence": input.sequence.0,
    });
    if input.witness.is_empty() {
        return value;
    }
    let items = input.witness.iter().map(DisplayHex::to_lower_hex_string);
    with(value, "witness", items.collect::<Value>())
}

fn output(output: &TxOut) -> Value {
    let script = &output.script_pubkey;
    let value = json!({
        "scriptpubkey": script.as_bytes().to_lower_hex_string(),
        "scriptpubkey_asm": script.to_asm_string(),
        "scriptpubkey_type": kind(script),
        "value": output.value.to_sat(),
    });
    match Address::from_script(script, Network::Regtest) {
        Ok(address) => with(value, "scriptpubkey_address", address.to_string()),
        Err(_) => value,
    }
}

fn kind(script: &Script) -> &'static str {
    match script {
        script if script.is_empty() => "empty",
        script if script.is_op_return() => "op_return",
        script if script.is_p2pk() => "p2pk",
        script if script.is_p2pkh() => "p2pkh",
        script if script.is_p2sh() => "p2sh",
        script if script.is_p2wpkh() => "v0_p2wpkh",
        script if script.is_p2wsh() => "v0_p2wsh",
        script if script.is_p2tr() => "v1_p2tr",
        _ => "unknown",
    }
}
