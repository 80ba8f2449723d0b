//! TIHO, taint in, highest out: the largest outputs take the taint first (Tironsakkul et al.,
//! *Probing the Mystery of Cryptocurrency Theft*, 2019, arXiv 1906.05754).
//!
//! Of equal outputs the first one takes first; the fee takes last, whatever it is. It rests on
//! the thought that a thief pays small sums away and keeps the large one.
//!
//! Example: inputs of 3 (tainted) and 4 pay outputs of 1 and 5 and a fee of 1. Tainted: 0, 3, 0.

use std::cmp::Reverse;

use super::fill::fill;

pub(in crate::taint) fn divide(tainted_sat: u64, takers: &[u64], into: &mut Vec<u64>) {
    let fee = takers.len().saturating_sub(1);
    let mut order: Vec<usize> = (0..fee).collect();
    order.sort_unstable_by_key(|taker| (Reverse(takers.get(*taker)), *taker));
    order.push(fee);
    fill(tainted_sat, takers, order, into);
}
