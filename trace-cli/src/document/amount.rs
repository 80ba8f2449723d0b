//! An amount of money as a document writes it.

use std::fmt;

use serde::{Serialize, Serializer};

/// Satoshis. In JSON a decimal string, since many readers of JSON round large numbers.
///
/// Wider than any amount on the chain: under poison the same coin counts at every place it
/// may have reached, and the sums grow past 64 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Amount(pub(crate) u128);

/// Digits behind the point: 1 bitcoin is 10⁸ satoshis.
pub(crate) const DECIMALS: usize = 8;

impl Amount {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(crate) fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// In bitcoin, with all eight decimals.
    pub(crate) fn btc(self) -> Btc {
        Btc(self)
    }

    /// The share of `whole` in tenths of a percent, rounded down; 0 of nothing.
    pub(crate) fn per_mille(self, whole: Self) -> u128 {
        self.0
            .saturating_mul(1000)
            .checked_div(whole.0)
            .unwrap_or(0)
    }
}

impl From<u64> for Amount {
    fn from(sat: u64) -> Self {
        Self(sat.into())
    }
}

impl std::iter::Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Self::plus)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Writes an amount in bitcoin.
#[derive(Clone, Copy)]
pub(crate) struct Btc(Amount);

impl fmt::Display for Btc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&decimal(self.0.0, DECIMALS))
    }
}

/// A whole number with a point before its last `decimals` digits.
pub(crate) fn decimal(number: impl fmt::Display, decimals: usize) -> String {
    let digits = format!("{:0>width$}", number.to_string(), width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    let point = if part.is_empty() { "" } else { "." };
    [whole, point, part].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_digit_is_lost_on_the_way_to_bitcoin() {
        assert_eq!(Amount(1).btc().to_string(), "0.00000001");
        assert_eq!(Amount(1_250_000_000).btc().to_string(), "12.50000000");
        assert_eq!(
            Amount(2_099_999_999_999_999).btc().to_string(),
            "20999999.99999999"
        );
        assert_eq!(
            serde_json::to_string(&Amount(u128::MAX)).unwrap(),
            "\"340282366920938463463374607431768211455\""
        );
    }

    #[test]
    fn a_share_of_nothing_is_nothing() {
        assert_eq!(Amount(5).per_mille(Amount(0)), 0);
        assert_eq!(Amount(1).per_mille(Amount(3)), 333);
    }
}
