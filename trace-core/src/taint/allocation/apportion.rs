//! Division of an amount in given proportions, without losing a satoshi.

use std::cmp::Reverse;

/// As many remainders as this need no memory of their own.
const FEW: usize = 8;

/// Divides `amount_sat` in proportion to `weights`: each part rounded down, then one satoshi
/// more for each of the largest remainders, among equal ones for the first (Hamilton's
/// method). The parts add up to the amount unless all weights are 0, where all parts are.
///
/// **No part is more than its weight if the amount is not more than their sum.** A part is its
/// quota a·w / W rounded down or up. With a ≤ W the quota is at most w, and so is the quota
/// rounded up, w being whole. Only a quota that is not whole is rounded up: what is left over
/// is the sum of the remainders, each below 1, so fewer satoshis are left than there are
/// remainders above 0.
///
/// Time: of the order of the weights.
pub(super) fn apportion(amount_sat: u64, weights: &[u64], into: &mut Vec<u64>) {
    into.clear();
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if total == 0 || total == u128::from(amount_sat) {
        into.extend(weights);
        return;
    }
    let (mut few, mut many) = ([(Reverse(0), 0); FEW], Vec::new());
    let remainders = if let Some(few) = few.get_mut(..weights.len()) {
        few
    } else {
        many.resize(weights.len(), (Reverse(0), 0));
        many.as_mut_slice()
    };
    let mut left_sat = amount_sat;
    for ((index, weight), remainder) in weights.iter().enumerate().zip(&mut *remainders) {
        let (part, rest) = divide(u128::from(amount_sat) * u128::from(*weight), total);
        let part = u64::try_from(part).expect("a part is at most the amount");
        left_sat -= part;
        into.push(part);
        *remainder = (Reverse(rest), index);
    }
    let left = usize::try_from(left_sat).expect("less than a satoshi for each part is left");
    if left > 0 && remainders.len() <= FEW {
        // Faster for few than to look for the one that parts them.
        remainders.sort_unstable();
    } else if left > 0 && left < remainders.len() {
        remainders.select_nth_unstable(left - 1);
    }
    for (_, index) in remainders.iter().take(left) {
        if let Some(part) = into.get_mut(*index) {
            *part += 1;
        }
    }
}

/// The quotient and the remainder. Most products of real amounts fit into 64 bits, where dividing
/// takes a quarter of the time.
fn divide(product: u128, total: u128) -> (u128, u128) {
    if let (Ok(product), Ok(total)) = (u64::try_from(product), u64::try_from(total)) {
        return ((product / total).into(), (product % total).into());
    }
    let quotient = product / total;
    (quotient, product - quotient * total)
}
