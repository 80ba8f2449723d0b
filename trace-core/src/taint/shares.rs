//! Whose part of an amount is how much.

use std::ops::Deref;

use super::few::Few;

/// One seed's part of an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share {
    /// Index into [`Trail::seeds`](super::Trail::seeds).
    pub seed: u32,
    /// The part, in satoshis; never 0.
    pub amount_sat: u64,
}

/// The parts of an amount, ascending by seed. Reads as a slice; one part alone, which is what
/// most outputs have, takes no memory of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shares(Few<Share>);

impl From<&[Share]> for Shares {
    fn from(shares: &[Share]) -> Self {
        Self(shares.into())
    }
}

impl Deref for Shares {
    type Target = [Share];

    fn deref(&self) -> &[Share] {
        &self.0
    }
}

impl<'a> IntoIterator for &'a Shares {
    type Item = &'a Share;
    type IntoIter = std::slice::Iter<'a, Share>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
