//! Numbers in the writings that nodes use for them.
//!
//! The rule is hexadecimal digits after `0x`. Not everybody keeps it: some write JSON numbers
//! (`blockNumber` in `trace_block`), leading zeros, or `0x` for nothing at all. Decimal digits
//! in a text are refused: nobody could tell 10 from 16.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::model::account::U256;

/// A number of at most 64 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Quantity(pub(super) u64);

/// A number of at most 256 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Amount(pub(super) U256);

struct Written;

impl Visitor<'_> for Written {
    type Value = U256;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of hexadecimal digits after 0x")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<U256, E> {
        Ok(U256::from(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<U256, E> {
        hexadecimal(text).ok_or_else(|| E::custom(format!("{:?} is no number", cut(text))))
    }
}

/// The number of up to 64 digits after `0x`.
pub(super) fn hexadecimal(text: &str) -> Option<U256> {
    let digits = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))?;
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Some(U256::ZERO);
    }
    // The parser knows separators; a chain does not.
    if digits.len() > 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    U256::from_str_radix(digits, 16).ok()
}

/// So much of a text as an error should repeat.
pub(super) fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written).map(Self)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_any(Written)?;
        let number = u64::try_from(number)
            .map_err(|_| D::Error::custom(format!("{number} does not fit 64 bits")))?;
        Ok(Self(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(json: &str) -> Option<U256> {
        let amount: Result<Amount, _> = serde_json::from_str(json);
        amount.ok().map(|amount| amount.0)
    }

    #[test]
    fn every_writing_of_a_number_is_read() {
        for (json, number) in [
            (r#""0x10""#, 16),
            (r#""0X1f""#, 31),
            (r#""0x0""#, 0),
            (r#""0x""#, 0),
            (r#""0x00ff""#, 255),
            ("16", 16),
        ] {
            assert_eq!(amount(json), Some(U256::from(number)), "{json}");
        }
        let largest = format!("\"0x{}\"", "f".repeat(64));
        assert_eq!(amount(&largest), Some(U256::MAX));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let too_large = format!("\"0x1{}\"", "0".repeat(64));
        for json in [
            r#""10""#,
            r#""0xg""#,
            r#""0x1_0""#,
            r#""0x-1""#,
            r#""""#,
            "-1",
            "1.5",
            "null",
            "[]",
            "true",
            &too_large,
        ] {
            assert_eq!(amount(json), None, "{json}");
        }
        let over = serde_json::from_str::<Quantity>(r#""0x10000000000000000""#);
        assert!(over.unwrap_err().to_string().contains("64 bits"));
    }
}
