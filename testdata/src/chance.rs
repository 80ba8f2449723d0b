//! The one source of chance, in integers, the same for ever for the same seed.

#![expect(
    clippy::cast_possible_truncation,
    reason = "numbers are drawn below a bound that fits"
)]

use rand_core::{Rng as _, SeedableRng as _};
use rand_pcg::Pcg64;

/// Chance drawn from a seed. The generator's output is part of its specification, so a seed
/// means the same chain in every later version.
#[derive(Debug)]
pub struct Chance(Pcg64);

impl Chance {
    /// At the beginning of what the seed means.
    pub fn new(seed: u64) -> Self {
        Self(Pcg64::seed_from_u64(seed))
    }

    /// A number from 0 to `end`, without `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(end);
        (wide >> 64) as u64
    }

    /// An index into something of this length.
    pub fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True `per_mille` times in a thousand.
    pub fn happens(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// An amount about `median`, spread over some five powers of ten as payments are: the
    /// exponent is a sum of uniform numbers, so it is nearly normal.
    pub fn amount(&mut self, median: u64) -> u64 {
        let exponent = (0..6).map(|_| self.below(5)).sum::<u64>();
        let mantissa = self.between(64, 127);
        let scaled = (u128::from(median) * u128::from(mantissa)) << exponent;
        // 2^12 is the middle of the exponents, 96 that of the mantissas.
        u64::try_from(scaled / (96 << 12)).unwrap_or(u64::MAX)
    }

    /// The same things in another order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let other = self.index(last + 1);
            things.swap(last, other);
        }
    }

    /// Fills with what comes next.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}
