//! Clean first: clean value leaves first, in the order of the outputs, the fee last.
//!
//! The presumption of *Re Hallett's Estate* (1880) 13 Ch D 696: whoever mixes money held for
//! another with their own is taken to spend their own first.
//!
//! Example: inputs of 3 (tainted) and 4 pay outputs of 5 and 1 and a fee of 1. The 4 clean ones
//! go to the first output. Tainted: 1, 1, 1.

use super::fill::fill;

pub(in crate::taint) fn divide(tainted_sat: u64, takers: &[u64], into: &mut Vec<u64>) {
    let all_sat = takers
        .iter()
        .fold(0_u64, |sum, taker| sum.saturating_add(*taker));
    let clean_sat = all_sat.saturating_sub(tainted_sat);
    fill(clean_sat, takers, 0..takers.len(), into);
    for (part, taker_sat) in into.iter_mut().zip(takers) {
        *part = taker_sat - *part;
    }
}
