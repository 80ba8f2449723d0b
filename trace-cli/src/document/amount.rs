//! An amount as a document writes it.

use serde::{Serialize, Serializer};
use trace_core::model::account::{U256, U512};

/// An amount in the smallest unit of an asset that is named beside it. In JSON a decimal string,
/// since many readers of JSON round large numbers.
///
/// Wider than any amount on a chain: under poison the same units count at every place that they
/// may have reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Amount(pub(crate) U512);

impl Amount {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(crate) fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    pub(crate) fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// The share of `whole` in percent with one digit behind the point, rounded down; 0.0 of
    /// nothing.
    pub(crate) fn percent_of(self, whole: Self) -> String {
        let share = self.0.saturating_mul(U512::from(1000_u32));
        let share = share.checked_div(whole.0).unwrap_or_default();
        decimal(share, 1)
    }
}

impl From<u64> for Amount {
    fn from(amount: u64) -> Self {
        Self(U512::from(amount))
    }
}

impl From<U256> for Amount {
    fn from(amount: U256) -> Self {
        Self(U512::from(amount))
    }
}

impl std::iter::Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Self::plus)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Nearly all are narrow, and those are written many times as fast.
        match u128::try_from(self.0) {
            Ok(narrow) => serializer.collect_str(&narrow),
            Err(_) => serializer.collect_str(&self.0),
        }
    }
}

/// A whole number with a point before its last `decimals` digits.
pub(crate) fn decimal(number: U512, decimals: usize) -> String {
    let digits = format!("{:0>width$}", number.to_string(), width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    let point = if part.is_empty() { "" } else { "." };
    [whole, point, part].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_whole() {
        let written = |amount: Amount| serde_json::to_string(&amount).unwrap();
        assert_eq!(written(Amount::from(7_u64)), "\"7\"");
        assert_eq!(written(Amount(U512::MAX)), format!("\"{}\"", U512::MAX));
        assert_eq!(Amount(U512::MAX).plus(1_u64.into()), Amount(U512::MAX));
    }

    #[test]
    fn a_share_of_nothing_is_nothing() {
        let share = |part: u64, whole: u64| Amount::from(part).percent_of(whole.into());
        assert_eq!(share(5, 0), "0.0");
        assert_eq!(share(1, 3), "33.3");
        assert_eq!(share(3, 3), "100.0");
    }
}
