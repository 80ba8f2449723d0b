//! Names of transactions and blocks as the chain gives them.

use std::fmt;
use std::str::FromStr;

/// Text that is not a hash of 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a hash of 64 hexadecimal digits")]
pub struct HashError(pub String);

macro_rules! bitcoin_hash {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub [u8; 32]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().rev().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = HashError;

            fn from_str(text: &str) -> Result<Self, HashError> {
                reversed_hex(text).map(Self).ok_or_else(|| HashError(text.to_owned()))
            }
        }
    };
}

bitcoin_hash! {
    /// A transaction's double SHA-256, in the order in which it is hashed.
    ///
    /// Shown, as everywhere in this field, with its bytes reversed.
    Txid
}

bitcoin_hash! {
    /// A block header's double SHA-256, in the order in which it is hashed; shown reversed.
    BlockHash
}

impl BlockHash {
    /// The hash whose bytes are `shown` as people write them: first byte first. Chains of
    /// accounts neither hash nor show their blocks reversed; kept this way, their hashes are
    /// shown and ordered as everything else is.
    pub fn from_shown(mut shown: [u8; 32]) -> Self {
        shown.reverse();
        Self(shown)
    }

    /// The bytes as people write them: first byte first.
    pub fn shown(self) -> [u8; 32] {
        let mut shown = self.0;
        shown.reverse();
        shown
    }
}

fn reversed_hex(text: &str) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().rev().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        let high = char::from(*high).to_digit(16)?;
        let low = char::from(*low).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENESIS: &str = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";

    #[test]
    fn a_hash_is_shown_reversed_and_read_back() {
        let hash: BlockHash = GENESIS.parse().unwrap();
        assert_eq!(hash.0[31], 0);
        assert_eq!(hash.0[0], 0x6f);
        assert_eq!(hash.to_string(), GENESIS);
    }

    #[test]
    fn bytes_as_shown_are_the_same_hash_as_their_text() {
        let mut shown = [0; 32];
        for (value, byte) in (1..).zip(&mut shown) {
            *byte = value;
        }
        let hash = BlockHash::from_shown(shown);
        assert!(hash.to_string().starts_with("010203"), "{hash}");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(hash.shown(), shown);
    }

    #[test]
    fn text_that_is_no_hash_is_refused() {
        for text in [
            "",
            "00",
            &GENESIS[1..],
            &format!("{GENESIS}0"),
            &GENESIS.replace('f', "g"),
        ] {
            assert!(text.parse::<Txid>().is_err(), "{text}");
        }
    }
}
