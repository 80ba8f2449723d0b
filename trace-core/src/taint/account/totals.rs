//! How much of a seed is in places of each sort, in one asset.

use alloy_primitives::U512;

use super::DestinationKind;
use crate::model::account::U256;
use crate::view::account::AssetId;

/// Sums of one seed's shares in one asset, in its smallest unit. Wider than an amount: the same
/// units count anew when they come to a seed again, and under poison in many places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Index into the plan's seeds.
    pub seed: u32,
    /// In what.
    pub asset: AssetId,
    /// What was seeded.
    pub seeded: U512,
    /// What took over the taint of another asset that was given for it; backwards: that was
    /// received for it.
    pub received: U512,
    /// In accounts, as of the tip; nothing backwards.
    pub held: U512,
    /// At services.
    pub service: U512,
    /// In mixers.
    pub mix: U512,
    /// In pools.
    pub pool: U512,
    /// In fees; backwards: earned as fees.
    pub fee: U512,
    /// Destroyed; nothing backwards.
    pub burnt: U512,
    /// Backwards: newly created.
    pub created: U512,
    /// Given for other assets; backwards: received for others.
    pub swapped: U512,
    /// Beyond a bound.
    pub bound: U512,
    /// Lost from view.
    pub unseen: U512,
}

impl Totals {
    pub(super) fn new(seed: u32, asset: AssetId) -> Self {
        Self {
            seed,
            asset,
            seeded: U512::ZERO,
            received: U512::ZERO,
            held: U512::ZERO,
            service: U512::ZERO,
            mix: U512::ZERO,
            pool: U512::ZERO,
            fee: U512::ZERO,
            burnt: U512::ZERO,
            created: U512::ZERO,
            swapped: U512::ZERO,
            bound: U512::ZERO,
            unseen: U512::ZERO,
        }
    }

    /// What was seeded and what was received for other assets.
    pub fn came(&self) -> U512 {
        self.seeded + self.received
    }

    /// What is in all places.
    pub fn sum(&self) -> U512 {
        self.held
            + self.service
            + self.mix
            + self.pool
            + self.fee
            + self.burnt
            + self.created
            + self.swapped
            + self.bound
            + self.unseen
    }

    pub(super) fn add(&mut self, kind: DestinationKind, amount: U256) {
        *match kind {
            DestinationKind::Held => &mut self.held,
            DestinationKind::Service(_) => &mut self.service,
            DestinationKind::Mix(_) => &mut self.mix,
            DestinationKind::Pool => &mut self.pool,
            DestinationKind::Fee(_) => &mut self.fee,
            DestinationKind::Burnt(_) => &mut self.burnt,
            DestinationKind::Created(_) => &mut self.created,
            DestinationKind::Swapped(_) => &mut self.swapped,
            DestinationKind::Bound(_) => &mut self.bound,
            DestinationKind::Unseen(_) => &mut self.unseen,
        } += U512::from(amount);
    }
}
