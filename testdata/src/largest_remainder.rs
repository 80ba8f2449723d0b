//! The division of an amount by largest remainders, as plainly as it can be written: what the
//! naive policies of the tests divide by.

use std::cmp::Reverse;

/// Deals `amount` in proportion to `weights`: each part rounded down, then what is left one by
/// one to whoever lacks most of its exact part, among equals to the first. Nobody gets anything
/// where all weights are 0.
///
/// # Panics
/// When a part does not fit into 64 bits, which needs an amount above the sum of the weights.
#[must_use]
pub fn deal(amount: u64, weights: &[u64]) -> Vec<u64> {
    let amount = u128::from(amount);
    let all: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if all == 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: &u64| amount * u128::from(*weight);
    let mut parts: Vec<u128> = weights.iter().map(|weight| exact(weight) / all).collect();
    let left = amount - parts.iter().sum::<u128>();
    let mut lacking: Vec<(Reverse<u128>, &mut u128)> = weights
        .iter()
        .map(|weight| Reverse(exact(weight) % all))
        .zip(&mut parts)
        .collect();
    // A stable sort leaves equals in their order.
    lacking.sort_by_key(|(lacks, _)| *lacks);
    for ((_, part), _) in lacking.into_iter().zip(0..left) {
        *part += 1;
    }
    let whole = parts.into_iter().map(u64::try_from);
    whole
        .collect::<Result<_, _>>()
        .expect("a part below the weights' sum")
}
