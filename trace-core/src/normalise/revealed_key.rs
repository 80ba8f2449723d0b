//! Which key an input shows that the script it spends only hid.

use bitcoin::hashes::{Hash, hash160};

use crate::model::{Address, KeyHash, Output, ScriptKind};

/// What a signature script shows of the key behind the output it spends.
enum Shown<'a> {
    /// Only the 22 bytes of a P2WPKH script: P2SH-P2WPKH, by the one form that BIP 141 allows.
    Wrapped(&'a [u8; 22]),
    /// A signature and an uncompressed key: P2PKH.
    Uncompressed(&'a [u8]),
}

/// The key hash that `script_sig` shows: the inner P2WPKH of a P2SH, or the compressed form
/// of an uncompressed key of a P2PKH.
///
/// Where the spent output is known, the key must be the one it pays to. Where it is not, the
/// form alone decides, and another script than those two may have been spent in that form.
pub(super) fn of(script_sig: &[u8], prevout: Option<&Output<Address>>) -> Option<KeyHash> {
    let shown = shown(script_sig)?;
    let paid = prevout.map(|output| (output.kind, output.address.as_ref().map(Address::script)));
    match (shown, paid) {
        (Shown::Wrapped(witness_script), None) => key_hash(witness_script),
        (Shown::Wrapped(witness_script), Some((ScriptKind::P2sh, Some(script)))) => {
            let hash = hash160::Hash::hash(witness_script).to_byte_array();
            let fits = script.get(2..22) == Some(&hash[..]);
            fits.then(|| key_hash(witness_script)).flatten()
        }
        (Shown::Uncompressed(key), None) => KeyHash::of_key(key).pop(),
        (Shown::Uncompressed(key), Some((ScriptKind::P2pkh, Some(script)))) => {
            let hashes = KeyHash::of_key(key);
            let fits = script.get(3..23) == hashes.first().map(|hash| &hash.0[..]);
            hashes.last().copied().filter(|_| fits)
        }
        _ => None,
    }
}

fn shown(script_sig: &[u8]) -> Option<Shown<'_>> {
    match script_sig {
        [0x16, witness_script @ ..] if witness_script.starts_with(&[0x00, 0x14]) => {
            witness_script.try_into().ok().map(Shown::Wrapped)
        }
        [length @ 1..=75, rest @ ..] => match rest.split_at_checked(usize::from(*length))?.1 {
            [0x41, key @ ..] if key.len() == 65 && key.first() == Some(&4) => {
                Some(Shown::Uncompressed(key))
            }
            _ => None,
        },
        _ => None,
    }
}

fn key_hash(witness_script: &[u8; 22]) -> Option<KeyHash> {
    witness_script.last_chunk().map(|hash| KeyHash(*hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Vec<u8> {
        let hex = "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\
                   483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
        bitcoin::ScriptBuf::from_hex(hex).unwrap().into_bytes()
    }

    fn pays(address: &Address) -> Output<Address> {
        Output {
            value_sat: 1,
            kind: address.kind(),
            address: Some(address.clone()),
        }
    }

    fn push(bytes: &[u8]) -> Vec<u8> {
        let length = u8::try_from(bytes.len()).unwrap();
        [&[length], bytes].concat()
    }

    #[test]
    fn a_wrapped_key_is_shown_by_the_redeem_script() {
        let hash = KeyHash([7; 20]);
        let [legacy, witness, wrapped] = hash.addresses();
        let script_sig = push(witness.script());
        assert_eq!(of(&script_sig, Some(&pays(&wrapped))), Some(hash));
        assert_eq!(of(&script_sig, None), Some(hash));
        // Another P2SH, another form, and more or less than the one push show nothing.
        let [_, _, other] = KeyHash([8; 20]).addresses();
        assert_eq!(of(&script_sig, Some(&pays(&other))), None);
        assert_eq!(of(&script_sig, Some(&pays(&legacy))), None);
        assert_eq!(of(&[&script_sig[..], &[0]].concat(), None), None);
        assert_eq!(of(&script_sig[..22], None), None);
        assert_eq!(of(&[], None), None);
    }

    #[test]
    fn an_uncompressed_key_shows_its_compressed_form() {
        let key = key();
        let [uncompressed, compressed] = KeyHash::of_key(&key)[..] else {
            panic!("two hashes")
        };
        let script_sig = [push(&[0x30; 71]), push(&key)].concat();
        let [p2pkh, ..] = uncompressed.addresses();
        assert_eq!(of(&script_sig, Some(&pays(&p2pkh))), Some(compressed));
        assert_eq!(of(&script_sig, None), Some(compressed));
        let [other, _, p2sh] = compressed.addresses();
        assert_eq!(of(&script_sig, Some(&pays(&other))), None);
        assert_eq!(of(&script_sig, Some(&pays(&p2sh))), None);
        assert_eq!(of(&script_sig[..script_sig.len() - 1], None), None);
        // A compressed key is named by the script already.
        let short = [push(&[0x30; 71]), push(&[&[2], &key[1..33]].concat())].concat();
        assert_eq!(of(&short, None), None);
    }
}
