//! Division of an amount in given proportions, without losing a unit.

use std::cmp::Reverse;

use alloy_primitives::U512;

use crate::model::account::U256;

/// Divides `amount` in proportion to `weights`, as for coins: each part rounded down, then one
/// unit more for each of the largest remainders, among equal ones for the first. The parts add up
/// to the amount unless all weights are 0, where all parts are. No part is more than its weight if
/// the amount is not more than their sum.
///
/// Time: n log n in the weights.
pub(super) fn apportion(amount: U256, weights: &[U256]) -> Vec<U256> {
    let total = weights
        .iter()
        .fold(U512::ZERO, |sum, weight| sum + U512::from(*weight));
    if total.is_zero() || total == U512::from(amount) {
        return weights.to_vec();
    }
    let mut left = amount;
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    for (index, weight) in weights.iter().enumerate() {
        let product: U512 = amount.widening_mul(*weight);
        // At most the amount, for a weight is at most their sum.
        let part = U256::saturating_from(product / total);
        left = left.saturating_sub(part);
        parts.push(part);
        remainders.push((Reverse(product % total), index));
    }
    remainders.sort_unstable();
    for (_, index) in remainders {
        if left.is_zero() {
            break;
        }
        if let Some(part) = parts.get_mut(index) {
            *part += U256::ONE;
            left -= U256::ONE;
        }
    }
    parts
}

/// The first part of an amount divided in two.
pub(super) fn part_of(amount: U256, mine: U256, others: U256) -> U256 {
    let parts = apportion(amount, &[mine, others]);
    parts.first().copied().unwrap_or(U256::ZERO)
}
