//! Which key an input shows that the script it spends only hid.

use crate::model::KeyHash;

/// The key hash that the form of `script_sig` shows: the inner key of P2SH-P2WPKH, or the
/// compressed form of an uncompressed key of P2PKH.
///
/// The form alone decides, so that an input is read alike whether or not its source told what
/// it spends. Another script may be spent in that form, even on purpose:
/// [`Address::hides`](crate::model::Address::hides) says whether the key fits.
pub(super) fn of(script_sig: &[u8]) -> Option<KeyHash> {
    match script_sig {
        // The one push of a witness program that BIP 141 allows.
        [0x16, 0x00, 0x14, hash @ ..] => hash.try_into().ok().map(KeyHash),
        // A signature and a key.
        [length @ 1..=75, rest @ ..] => match rest.split_at_checked(usize::from(*length))?.1 {
            [0x41, key @ ..] if key.len() == 65 => KeyHash::of_key(key).pop(),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Vec<u8> {
        let hex = "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\
                   483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
        bitcoin::ScriptBuf::from_hex(hex).unwrap().into_bytes()
    }

    fn push(bytes: &[u8]) -> Vec<u8> {
        let length = u8::try_from(bytes.len()).unwrap();
        [&[length], bytes].concat()
    }

    #[test]
    fn a_wrapped_key_is_shown_by_the_redeem_script() {
        let hash = KeyHash([7; 20]);
        let [_, witness, _] = hash.addresses();
        let script_sig = push(witness.script());
        assert_eq!(of(&script_sig), Some(hash));
        // More or less than the one push shows nothing.
        assert_eq!(of(&[&script_sig[..], &[0]].concat()), None);
        assert_eq!(of(&script_sig[..22]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn an_uncompressed_key_shows_its_compressed_form() {
        let key = key();
        let [_, compressed] = KeyHash::of_key(&key)[..] else {
            panic!("two hashes")
        };
        let script_sig = [push(&[0x30; 71]), push(&key)].concat();
        assert_eq!(of(&script_sig), Some(compressed));
        assert_eq!(of(&script_sig[..script_sig.len() - 1]), None);
        assert_eq!(of(&[&script_sig[..], &[0]].concat()), None);
        // A compressed key is named by the script already.
        let short = [push(&[0x30; 71]), push(&[&[2], &key[1..33]].concat())].concat();
        assert_eq!(of(&short), None);
        // Such a key cannot be: nodes accept these prefixes, nothing tells the compressed form.
        let hybrid = [push(&[0x30; 71]), push(&[&[6], &key[1..]].concat())].concat();
        assert_eq!(of(&hybrid), None);
    }
}
