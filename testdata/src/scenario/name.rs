//! What a name in a scenario stands for: a key, its scripts, a transaction hash.

use bitcoin::hashes::{Hash, hash160, sha256};
use trace_core::model::{Address, KeyHash, ScriptKind, Txid};

/// The hash of the transaction with this name.
pub(super) fn txid(name: &str) -> Txid {
    Txid(sha256::Hash::hash(name.as_bytes()).to_byte_array())
}

/// The hash of the public key that a name stands for, whatever form it is written with.
pub(super) fn key_hash(name: &str) -> KeyHash {
    let (name, _) = name.split_once('/').unwrap_or((name, ""));
    KeyHash(hash160::Hash::hash(&public_key(name)).to_byte_array())
}

/// The script form and the address of `NAME` or `NAME/form`.
pub(super) fn output_script(name: &str) -> Result<(ScriptKind, Option<Address>), String> {
    if name == "return" {
        return Ok((ScriptKind::Unspendable, None));
    }
    let (key, form) = name
        .split_once('/')
        .unwrap_or((name, ScriptKind::P2wpkh.name()));
    let plain =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !plain(key) {
        return Err(format!("{name:?} is no name"));
    }
    let kind = ScriptKind::ALL
        .into_iter()
        .find(|kind| kind.name() == form)
        .ok_or_else(|| format!("no form of script is named {form:?}"))?;
    let address = Address::of_script(&script(key, kind));
    match address {
        Some(address) if address.kind() == kind => Ok((kind, Some(address))),
        _ => Err(format!("a scenario has no address of the form {form:?}")),
    }
}

fn script(name: &str, kind: ScriptKind) -> Vec<u8> {
    let key = public_key(name);
    let key_hash = key_hash(name).0;
    let hash = sha256::Hash::hash(name.as_bytes()).to_byte_array();
    let [_, _, wrapped] = KeyHash(key_hash).addresses();
    match kind {
        ScriptKind::P2pk => [&[33], &key[..], &[0xac]].concat(),
        ScriptKind::P2pkh => [&[0x76, 0xa9, 0x14], &key_hash[..], &[0x88, 0xac]].concat(),
        ScriptKind::P2sh => wrapped.script().to_vec(),
        ScriptKind::P2wpkh => [&[0x00, 0x14], &key_hash[..]].concat(),
        ScriptKind::P2wsh => [&[0x00, 0x20], &hash[..]].concat(),
        ScriptKind::P2tr => [&[0x51, 0x20], &hash[..]].concat(),
        ScriptKind::P2a => vec![0x51, 0x02, 0x4e, 0x73],
        ScriptKind::WitnessUnknown => [&[0x52, 0x20], &hash[..]].concat(),
        ScriptKind::Multisig => [&[0x51, 33], &key[..], &[0x51, 0xae]].concat(),
        // OP_DROP over a pushed hash: spendable in principle, of no standard form.
        ScriptKind::Nonstandard => [&[32], &hash[..], &[0x75, 0x51]].concat(),
        ScriptKind::Unspendable => vec![0x6a],
    }
}

/// Bytes with the shape of a compressed key. Nothing here checks that it is on the curve.
fn public_key(name: &str) -> [u8; 33] {
    let mut key = [2; 33];
    let hash = sha256::Hash::hash(name.as_bytes()).to_byte_array();
    key.iter_mut()
        .skip(1)
        .zip(hash)
        .for_each(|(to, from)| *to = from);
    key
}
