//! Amounts in the writings that nodes use for them. All are whole satoshis.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::value::RawValue;

/// All coins that will ever be: no value and no sum is larger (consensus, `MAX_MONEY`).
pub(super) const SUM_SAT_MAX: u64 = 2_100_000_000_000_000;

/// A satoshi is the eighth decimal of a bitcoin.
const DECIMALS: i64 = 8;

/// Adds `value_sat` to `sum_sat`, or says which of the two is more than there can be.
pub(super) fn add(sum_sat: u64, value_sat: u64) -> Result<u64, String> {
    match sum_sat.checked_add(value_sat) {
        Some(sum) if sum <= SUM_SAT_MAX => Ok(sum),
        _ => Err(format!(
            "{value_sat} satoshis after {sum_sat} are more than there can be"
        )),
    }
}

/// An amount written as a decimal number of bitcoins, as Bitcoin Core does. Read digit by
/// digit: binary fractions do not hold most amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bitcoins {
    pub(super) value_sat: u64,
}

impl<'de> Deserialize<'de> for Bitcoins {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let value_sat = decimal(text)
            .ok_or_else(|| D::Error::custom("a value is no whole number of satoshis"))?;
        Ok(Self { value_sat })
    }
}

/// The satoshis of a JSON number of bitcoins, or `None` where they are not whole, below zero,
/// or more than there can be.
fn decimal(text: &str) -> Option<u64> {
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let mut value: u64 = 0;
    for digit in whole.chars().chain(fraction.chars()) {
        let digit = u64::from(digit.to_digit(10)?);
        value = value.checked_mul(10)?.checked_add(digit)?;
    }
    if value == 0 {
        return Some(0);
    }
    let places = exponent
        .checked_add(DECIMALS)?
        .checked_sub(i64::try_from(fraction.len()).ok()?)?;
    let power = 10_u64.checked_pow(u32::try_from(places.unsigned_abs()).ok()?)?;
    let value = if places >= 0 {
        value.checked_mul(power)?
    } else if value.is_multiple_of(power) {
        value / power
    } else {
        return None;
    };
    (value <= SUM_SAT_MAX).then_some(value)
}

/// The satoshis behind Bitcoin Core's shortened form of an amount, which saves trailing zeros
/// (`DecompressAmount` in its `compressor.cpp`); `None` where they do not fit 64 bits.
pub(super) fn decompressed(code: u64) -> Option<u64> {
    let Some(rest) = code.checked_sub(1) else {
        return Some(0);
    };
    let zeros = rest % 10;
    let rest = rest / 10;
    let digits = if zeros < 9 {
        (rest / 9).checked_mul(10)?.checked_add(rest % 9 + 1)?
    } else {
        rest.checked_add(1)?
    };
    digits.checked_mul(10_u64.checked_pow(u32::try_from(zeros).ok()?)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_are_read_exactly() {
        for (text, value_sat) in [
            ("0", 0),
            ("0.00000000", 0),
            ("0e-400", 0),
            ("50.0", 5_000_000_000),
            ("50", 5_000_000_000),
            ("0.1", 10_000_000),
            ("0.29000000", 29_000_000),
            ("12345.67890123", 1_234_567_890_123),
            ("1e-8", 1),
            ("1E-08", 1),
            ("1.5e+2", 15_000_000_000),
            ("100e-10", 1),
            ("0.1000000000000000000000000", 10_000_000),
            ("21000000.00000000", SUM_SAT_MAX),
        ] {
            assert_eq!(decimal(text), Some(value_sat), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "-1",
            "-0.00000001",
            "0.000000001",
            "1e-9",
            "21000000.00000001",
            "1e400",
            "1e99999999999999999999",
            "123456789012345678901234567890",
            "\"1\"",
            "null",
            "true",
            "[1]",
        ] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    /// The other way, as Core does it when it writes undo data.
    fn compressed(value_sat: u64) -> u64 {
        if value_sat == 0 {
            return 0;
        }
        let (mut digits, mut zeros) = (value_sat, 0);
        while digits % 10 == 0 && zeros < 9 {
            digits /= 10;
            zeros += 1;
        }
        if zeros < 9 {
            1 + (digits / 10 * 9 + digits % 10 - 1) * 10 + zeros
        } else {
            1 + (digits - 1) * 10 + 9
        }
    }

    proptest! {
        #[test]
        fn every_amount_survives_shortening(digits in 0..=SUM_SAT_MAX, zeros in 0..10_u32) {
            let value_sat = digits / 10_u64.pow(zeros) * 10_u64.pow(zeros);
            prop_assert_eq!(decompressed(compressed(value_sat)), Some(value_sat));
        }

        #[test]
        fn every_amount_is_read_as_core_writes_it(value_sat in 0..=SUM_SAT_MAX) {
            let text = format!("{}.{:08}", value_sat / 100_000_000, value_sat % 100_000_000);
            prop_assert_eq!(decimal(&text), Some(value_sat));
        }

        #[test]
        fn no_code_panics(code: u64, text in "-?[0-9]{0,25}(\\.[0-9]{0,25})?([eE][+-]?[0-9]{0,20})?") {
            decompressed(code);
            decimal(&text);
        }
    }
}
