//! Dirty first: the outputs take the taint first, in their order, the fee last.
//!
//! Example: inputs of 3 (clean) and 4 (tainted) pay outputs of 1 and 5 and a fee of 1.
//! Tainted: 1, 3, 0.

use super::fill::fill;

pub(in crate::taint) fn divide(tainted_sat: u64, takers: &[u64], into: &mut Vec<u64>) {
    fill(tainted_sat, takers, 0..takers.len(), into);
}
