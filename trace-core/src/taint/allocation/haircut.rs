//! Haircut, or *pari passu*: each output is tainted in the proportion in which the inputs are.
//!
//! Of a taker worth o, T·o / V is tainted, where T of all V satoshis are; rounded to whole
//! satoshis by the largest remainder (see [`apportion`]). As T ≤ V, no taker gets more than it
//! is worth.
//!
//! Example: inputs of 3 (tainted) and 4 pay outputs of 5 and 1 and a fee of 1. The exact parts
//! are 15/7, 3/7 and 3/7; rounded down 2, 0 and 0. One satoshi is left and goes to the first of
//! the two largest remainders. Tainted: 2, 1, 0.

use super::apportion::apportion;

pub(in crate::taint) fn divide(tainted_sat: u64, takers: &[u64], into: &mut Vec<u64>) {
    apportion(tainted_sat, takers, into);
}
