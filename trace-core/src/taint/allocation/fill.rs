//! Takers that are served in turn until nothing is left.

/// Gives `amount_sat` to the takers in `order`, each as much as it can hold.
pub(super) fn fill(
    amount_sat: u64,
    takers: &[u64],
    order: impl IntoIterator<Item = usize>,
    into: &mut Vec<u64>,
) {
    into.clear();
    into.resize(takers.len(), 0);
    let mut left_sat = amount_sat;
    for taker in order {
        if let (Some(part), Some(taker_sat)) = (into.get_mut(taker), takers.get(taker)) {
            *part = left_sat.min(*taker_sat);
            left_sat -= *part;
        }
    }
}
