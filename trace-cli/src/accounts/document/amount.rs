//! An amount as a document writes it.

use serde::{Serialize, Serializer};
use trace_core::model::account::{Asset, U256, U512};

use crate::document::decimal;

/// An amount in the smallest unit of an asset that is named beside it. In JSON a decimal string,
/// since many readers of JSON round large numbers.
///
/// Wider than any amount on the chain: under poison the same units count at every place that they
/// may have reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Amount(pub(crate) U512);

/// Digits behind the point of the native coin: 1 ether is 10¹⁸ wei, and every chain of the EVM
/// counts its coin so.
const NATIVE_DECIMALS: usize = 18;

impl Amount {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(crate) fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// The share of `whole` in tenths of a percent, rounded down; 0 of nothing.
    pub(crate) fn per_mille(self, whole: Self) -> U512 {
        let thousand = U512::from(1000_u32);
        self.0
            .saturating_mul(thousand)
            .checked_div(whole.0)
            .unwrap_or_default()
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
        serializer.collect_str(&self.0)
    }
}

/// An amount of an asset for a person, with as many digits behind the point as [`decimals`] says.
pub(crate) fn shown(amount: Amount, asset: Asset) -> String {
    decimal(amount.0, decimals(asset))
}

/// Digits behind the point: of the native coin all eighteen, of everything else none, for what a
/// token says of its decimals is not to be trusted.
pub(crate) fn decimals(asset: Asset) -> usize {
    match asset {
        Asset::Native => NATIVE_DECIMALS,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn native(text: &str) -> String {
        shown(Amount(text.parse().unwrap()), Asset::Native)
    }

    #[test]
    fn no_digit_is_lost_on_the_way_to_ether() {
        assert_eq!(native("0"), "0.000000000000000000");
        assert_eq!(native("1"), "0.000000000000000001");
        assert_eq!(native("12500000000000000000"), "12.500000000000000000");
        let most = Amount(U512::MAX);
        let token = Asset::Token(trace_core::model::account::Address::ZERO);
        assert_eq!(shown(most, token), U512::MAX.to_string());
        assert_eq!(most.plus(most), most);
        assert_eq!(
            Amount::from(U256::from(1)).per_mille(Amount::default()),
            U512::ZERO
        );
    }
}
