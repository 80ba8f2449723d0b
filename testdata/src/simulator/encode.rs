//! Transactions, blocks and undo records in the chain's own encoding.

use bitcoin::hashes::{Hash, sha256d};

use super::key::{Form, Key};
use crate::chance::Chance;

/// An unspent output and what its owner must know to spend it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coin {
    pub(crate) txid: [u8; 32],
    pub(crate) vout: u32,
    pub(crate) value_sat: u64,
    pub(crate) key: Key,
    pub(crate) height: u32,
    pub(crate) is_coinbase: bool,
}

/// What an output of a draft pays to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pay {
    To(Key),
    /// `OP_RETURN` and this many bytes of data.
    Return(u8),
}

/// A transaction's encoding and names.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) txid: [u8; 32],
    pub(crate) wtxid: [u8; 32],
}

/// The fields of a transaction that is to be encoded.
pub(crate) struct Fields<'a> {
    pub(crate) version: u32,
    pub(crate) lock_time: u32,
    pub(crate) sequence: u32,
    pub(crate) inputs: &'a [Coin],
    pub(crate) outputs: &'a [(Vec<u8>, u64)],
}

/// Encodes a transaction. Signatures have the right size and shape and sign nothing.
pub(crate) fn transaction(fields: &Fields<'_>, chance: &mut Chance) -> Encoded {
    let mut legacy = Vec::with_capacity(64 + 150 * fields.inputs.len() + 40 * fields.outputs.len());
    let mut witness = Vec::new();
    legacy.extend(fields.version.to_le_bytes());
    compact_size(&mut legacy, fields.inputs.len() as u64);
    for coin in fields.inputs {
        let (script_sig, stack) = unlock(coin.key, chance);
        legacy.extend(coin.txid);
        legacy.extend(coin.vout.to_le_bytes());
        compact_size(&mut legacy, script_sig.len() as u64);
        legacy.extend(script_sig);
        legacy.extend(fields.sequence.to_le_bytes());
        compact_size(&mut witness, stack.len() as u64);
        for item in stack {
            compact_size(&mut witness, item.len() as u64);
            witness.extend(item);
        }
    }
    outputs(&mut legacy, fields.outputs);
    let has_witness = fields.inputs.iter().any(|coin| coin.key.form.is_witness());
    finish(legacy, has_witness.then_some(witness), fields.lock_time)
}

/// Encodes a coinbase for `height`, committing to the witnesses under `witness_root`.
pub(crate) fn coinbase(height: u32, pays: &[(Vec<u8>, u64)], witness_root: [u8; 32]) -> Encoded {
    let mut legacy = 1_u32.to_le_bytes().to_vec();
    legacy.push(1);
    legacy.extend([0; 32]);
    legacy.extend(u32::MAX.to_le_bytes());
    let script = bitcoin::script::Builder::new()
        .push_int(i64::from(height))
        .push_slice(b"simulated")
        .into_script();
    compact_size(&mut legacy, script.len() as u64);
    legacy.extend(script.as_bytes());
    legacy.extend(u32::MAX.to_le_bytes());
    let reserved = [0; 32];
    let commitment = sha256d::Hash::hash(&[witness_root, reserved].concat()).to_byte_array();
    let mut pays = pays.to_vec();
    let header = [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed];
    pays.push(([&header[..], &commitment].concat(), 0));
    outputs(&mut legacy, &pays);
    let witness = [&[1, 32], &reserved[..]].concat();
    finish(legacy, Some(witness), 0)
}

fn outputs(into: &mut Vec<u8>, pays: &[(Vec<u8>, u64)]) {
    compact_size(into, pays.len() as u64);
    for (script, value_sat) in pays {
        into.extend(value_sat.to_le_bytes());
        compact_size(into, script.len() as u64);
        into.extend(script);
    }
}

fn finish(mut legacy: Vec<u8>, witness: Option<Vec<u8>>, lock_time: u32) -> Encoded {
    legacy.extend(lock_time.to_le_bytes());
    let txid = sha256d::Hash::hash(&legacy).to_byte_array();
    let Some(witness) = witness else {
        return Encoded {
            bytes: legacy,
            txid,
            wtxid: txid,
        };
    };
    let mut bytes = Vec::with_capacity(legacy.len() + witness.len() + 2);
    bytes.extend(&legacy[..4]);
    bytes.extend([0, 1]);
    bytes.extend(&legacy[4..legacy.len() - 4]);
    bytes.extend(witness);
    bytes.extend(&legacy[legacy.len() - 4..]);
    let wtxid = sha256d::Hash::hash(&bytes).to_byte_array();
    Encoded { bytes, txid, wtxid }
}

/// What spends an output of this key: a script and a witness.
fn unlock(key: Key, chance: &mut Chance) -> (Vec<u8>, Vec<Vec<u8>>) {
    let public = || key.public(0).to_vec();
    match key.form {
        Form::P2pk => (pushes(&[signature(chance)]), Vec::new()),
        Form::P2pkh => (pushes(&[signature(chance), public()]), Vec::new()),
        Form::P2wpkh => (Vec::new(), vec![signature(chance), public()]),
        Form::P2shP2wpkh => (
            pushes(&[key.inner_script()]),
            vec![signature(chance), public()],
        ),
        Form::P2wsh => {
            let stack = vec![
                Vec::new(),
                signature(chance),
                signature(chance),
                key.inner_script(),
            ];
            (Vec::new(), stack)
        }
        Form::P2shMultisig => {
            let mut script = vec![0];
            script.extend(pushes(&[
                signature(chance),
                signature(chance),
                key.inner_script(),
            ]));
            (script, Vec::new())
        }
        Form::P2tr => {
            let mut schnorr = vec![0; 64];
            chance.fill(&mut schnorr);
            (Vec::new(), vec![schnorr])
        }
    }
}

/// Bytes with the shape of a DER signature with low R and S, and the byte for "all".
fn signature(chance: &mut Chance) -> Vec<u8> {
    let mut bytes = vec![0x30, 0x44, 0x02, 0x20];
    bytes.resize(71, 0);
    chance.fill(&mut bytes[4..]);
    bytes[4] &= 0x7f;
    bytes[36] = 0x02;
    bytes[37] = 0x20;
    bytes[38] &= 0x7f;
    bytes[70] = 0x01;
    bytes
}

fn pushes(items: &[Vec<u8>]) -> Vec<u8> {
    let mut script = Vec::new();
    for item in items {
        match item.len() {
            length @ 0..=75 => script.push(length as u8),
            length => script.extend([0x4c, length as u8]),
        }
        script.extend(item);
    }
    script
}

/// Bitcoin's length prefix.
pub(crate) fn compact_size(into: &mut Vec<u8>, number: u64) {
    match number {
        0..=0xfc => into.push(number as u8),
        0xfd..=0xffff => {
            into.push(0xfd);
            into.extend((number as u16).to_le_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            into.push(0xfe);
            into.extend((number as u32).to_le_bytes());
        }
        _ => {
            into.push(0xff);
            into.extend(number.to_le_bytes());
        }
    }
}

/// One spent output as Bitcoin Core's undo files hold it.
pub(crate) fn undo_coin(into: &mut Vec<u8>, coin: &Coin) {
    var_int(
        into,
        u64::from(coin.height) * 2 + u64::from(coin.is_coinbase),
    );
    if coin.height > 0 {
        into.push(0);
    }
    var_int(into, compressed_amount(coin.value_sat));
    let script = coin.key.output_script();
    match coin.key.form {
        Form::P2pkh => {
            into.push(0);
            into.extend(&script[3..23]);
        }
        Form::P2shP2wpkh | Form::P2shMultisig => {
            into.push(1);
            into.extend(&script[2..22]);
        }
        Form::P2pk => into.extend(&script[1..34]),
        _ => {
            var_int(into, script.len() as u64 + 6);
            into.extend(script);
        }
    }
}

/// Bitcoin Core's `VARINT`: base 128, most significant first, each length having one encoding.
fn var_int(into: &mut Vec<u8>, mut number: u64) {
    let mut digits = vec![(number & 0x7f) as u8];
    while number > 0x7f {
        number = (number >> 7) - 1;
        digits.push((number & 0x7f) as u8 | 0x80);
    }
    into.extend(digits.iter().rev());
}

/// Bitcoin Core's `CompressAmount`: trailing zeros as one digit.
fn compressed_amount(value_sat: u64) -> u64 {
    if value_sat == 0 {
        return 0;
    }
    let (mut rest, mut zeros) = (value_sat, 0);
    while rest.is_multiple_of(10) && zeros < 9 {
        rest /= 10;
        zeros += 1;
    }
    if zeros < 9 {
        let digit = rest % 10;
        1 + (rest / 10 * 9 + digit - 1) * 10 + zeros
    } else {
        1 + (rest - 1) * 10 + 9
    }
}

/// The root of the tree of hashes, an odd one being paired with itself.
pub(crate) fn merkle_root(mut hashes: Vec<[u8; 32]>) -> [u8; 32] {
    while hashes.len() > 1 {
        hashes = hashes
            .chunks(2)
            .map(|pair| {
                let both = [pair[0], *pair.last().unwrap_or(&pair[0])].concat();
                sha256d::Hash::hash(&both).to_byte_array()
            })
            .collect();
    }
    hashes.first().copied().unwrap_or_default()
}
