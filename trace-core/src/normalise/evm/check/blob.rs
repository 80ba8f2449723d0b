//! What a unit of the gas of blobs costs (EIP-4844).

use super::header::ToldHeader;
use crate::model::ChainId;
use crate::model::account::U256;
use crate::normalise::evm::reward::ETHEREUM;

/// The gas of one blob.
pub(super) const GAS: u64 = 1 << 17;

/// The forks of Ethereum that changed how fast the price rises, each with its time and the
/// fraction by which it rises from then on (EIP-4844, EIP-7691, EIP-7892).
const FORKS: [(u64, u64); 4] = [
    (0, 3_338_477),
    (PRAGUE, 5_007_716),
    (1_765_290_071, 8_346_193),
    (LAST, 11_684_671),
];
const PRAGUE: u64 = 1_746_612_311;
const LAST: u64 = 1_767_747_671;

/// Whether this version knows by which fraction the price rises on a chain at a time.
pub(super) fn is_known(chain: ChainId, time: u64) -> bool {
    chain == ETHEREUM && time < LAST
}

/// Whether a price is one by the rules of Ethereum: at that time, or on another chain at any
/// time. `None` where the header does not tell enough.
pub(super) fn is_price(chain: ChainId, header: &ToldHeader, price: U256) -> Option<bool> {
    let (excess, time) = (header.excess_blob_gas?.0, header.timestamp?.0);
    let mut forks = FORKS.iter().enumerate().filter(|(index, (from, _))| {
        let until = FORKS.get(index + 1).map_or(u64::MAX, |(until, _)| *until);
        chain != ETHEREUM || (*from..until).contains(&time)
    });
    Some(forks.any(|(_, (_, fraction))| price_at(excess, *fraction) == Some(price)))
}

/// e to the power of `excess` / `fraction`, as the EIP approximates it in integers; `None` where
/// that is more than there can be.
fn price_at(excess: u64, fraction: u64) -> Option<U256> {
    let (excess, fraction) = (U256::from(excess), U256::from(fraction));
    let (mut sum, mut term, mut step) = (U256::ZERO, fraction, U256::from(1));
    while !term.is_zero() {
        sum = sum.checked_add(term)?;
        term = term
            .checked_mul(excess)?
            .checked_div(fraction.checked_mul(step)?)?;
        step = step.checked_add(U256::from(1))?;
    }
    sum.checked_div(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_rises_as_the_eip_has_it() {
        // From the tests of the specification (fake_exponential).
        for (excess, fraction, price) in [(0, 3_338_477, 1), (2_314_057, 3_338_477, 1)] {
            assert_eq!(price_at(excess, fraction), Some(U256::from(price)));
        }
        assert_eq!(price_at(2_314_058, 3_338_477), Some(U256::from(2)));
        assert_eq!(price_at(10 << 20, 3_338_477), Some(U256::from(23)));
        assert_eq!(price_at(u64::MAX, 3_338_477), None);
    }
}
