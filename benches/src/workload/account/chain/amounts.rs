//! How much there is of everything on a drawn chain.

use trace_core::model::account::U256;

/// Units at the beginning, and of a fee.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amounts {
    /// What each of the first accounts holds of each asset.
    pub(super) founder: u64,
    /// What each pool holds of what it gives: more than anybody will ask for.
    pub(super) pool: U256,
    pub(super) fee: u64,
}

impl Amounts {
    /// As on a real chain: no amount is soon divided up.
    pub(super) fn many() -> Self {
        Self {
            founder: 1 << 50,
            pool: U256::ONE << 80,
            fee: 21_000,
        }
    }

    /// Enough for the fees of about 100 000 transactions.
    pub(super) fn few(transfers: u64) -> Self {
        Self {
            founder: 512,
            pool: U256::from((1 << 13) + 4 * transfers),
            fee: 4,
        }
    }
}
