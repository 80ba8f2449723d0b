//! How sure a rule is.

use std::fmt;

/// How sure a rule is, in thousandths. Rules say what their figure is made of; figures of two
/// rules say nothing about each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u16);

impl Confidence {
    /// What the chain itself proves.
    pub const CERTAIN: Self = Self(1000);

    /// So many thousandths, at most 1000.
    pub fn thousandths(thousandths: u16) -> Self {
        Self(thousandths.min(1000))
    }

    /// In thousandths, 0 to 1000.
    pub fn as_thousandths(self) -> u16 {
        self.0
    }

    /// That of each of several that fit equally well, rounded down.
    #[must_use]
    pub fn among(self, several: usize) -> Self {
        let several = u16::try_from(several).unwrap_or(u16::MAX).max(1);
        Self(self.0 / several)
    }
}

/// As a decimal fraction: `0.875`, `1`.
impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1000.. => f.write_str("1"),
            thousandths => write!(f, "0.{thousandths:03}"),
        }
    }
}
