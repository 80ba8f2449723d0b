//! How much of a seed is in places of each sort.

use super::DestinationKind;

/// Sums of one seed's shares by the kind of destination, in satoshis. Wider than an amount:
/// under poison the same satoshi counts in many places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// In outputs nobody has spent.
    pub unspent_sat: u128,
    /// Backwards: newly created.
    pub coinbase_sat: u128,
    /// At services.
    pub service_sat: u128,
    /// In mixes.
    pub mix_sat: u128,
    /// In fees.
    pub fee_sat: u128,
    /// Beyond a bound.
    pub bound_sat: u128,
    /// Lost from view.
    pub unseen_sat: u128,
}

impl Totals {
    /// All of it, in satoshis.
    pub fn sum_sat(&self) -> u128 {
        self.unspent_sat
            + self.coinbase_sat
            + self.service_sat
            + self.mix_sat
            + self.fee_sat
            + self.bound_sat
            + self.unseen_sat
    }

    pub(super) fn add(&mut self, kind: DestinationKind, amount_sat: u64) {
        *match kind {
            DestinationKind::Unspent => &mut self.unspent_sat,
            DestinationKind::Coinbase(_) => &mut self.coinbase_sat,
            DestinationKind::Service(_) => &mut self.service_sat,
            DestinationKind::Mix { .. } => &mut self.mix_sat,
            DestinationKind::Fee(_) => &mut self.fee_sat,
            DestinationKind::Bound(_) => &mut self.bound_sat,
            DestinationKind::Unseen(_) => &mut self.unseen_sat,
        } += u128::from(amount_sat);
    }
}
