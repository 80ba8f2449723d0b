//! What an amount is counted in.

use trace_core::model::Chain;
use trace_core::model::account::Asset;

use super::Amount;
use super::amount::decimal;

/// An asset of a chain. Only amounts of one unit are ever compared or added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unit {
    pub(crate) asset: Asset,
    pub(crate) chain: Chain,
}

/// Digits behind the point: 1 bitcoin is 10⁸ satoshis.
const BITCOIN: usize = 8;
/// 1 ether is 10¹⁸ wei, and every chain of the EVM counts its coin so.
const EVM: usize = 18;

impl Unit {
    /// The chain's own coin.
    pub(crate) fn coin(chain: impl Into<Chain>) -> Self {
        Self {
            asset: Asset::Native,
            chain: chain.into(),
        }
    }

    /// What people call it: a token is named by its contract, for what it says of its name is not
    /// to be trusted.
    pub(crate) fn name(self) -> String {
        match (self.chain, self.asset) {
            (Chain::Bitcoin(_), Asset::Native) => "BTC".to_owned(),
            (_, asset) => asset.to_string(),
        }
    }

    /// Digits behind the point when it is shown to people: of a chain's own coin all, of everything
    /// else none, for what a token says of its decimals is not to be trusted either.
    pub(crate) fn decimals(self) -> usize {
        match (self.chain, self.asset) {
            (Chain::Bitcoin(_), Asset::Native) => BITCOIN,
            (Chain::Evm(_), Asset::Native) => EVM,
            _ => 0,
        }
    }

    /// An amount for a person, without the name.
    pub(crate) fn number(self, amount: Amount) -> String {
        decimal(amount.0, self.decimals())
    }

    /// An amount for a person.
    pub(crate) fn shown(self, amount: Amount) -> String {
        format!("{} {}", self.number(amount), self.name())
    }
}

#[cfg(test)]
mod tests {
    use trace_core::model::account::{Address, U512};
    use trace_core::model::{BitcoinNetwork, ChainId};

    use super::*;

    fn check(unit: Unit, amount: &str, shown: &str) {
        assert_eq!(unit.shown(Amount(amount.parse().unwrap())), shown);
    }

    #[test]
    fn no_digit_is_lost() {
        let coin = Unit::coin(BitcoinNetwork::Mainnet);
        check(coin, "1", "0.00000001 BTC");
        check(coin, "1250000000", "12.50000000 BTC");
        check(coin, "2099999999999999", "20999999.99999999 BTC");
        let coin = Unit::coin(ChainId(1));
        check(coin, "0", "0.000000000000000000 native");
        check(coin, "12500000000000000000", "12.500000000000000000 native");
        let most = U512::MAX.to_string();
        let asset = Asset::Token(Address::ZERO);
        let token = Unit { asset, ..coin };
        check(token, &most, &format!("{most} {asset}"));
    }
}
