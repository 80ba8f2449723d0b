//! What to follow, which way, by which policy and how far.

use super::{Bounds, Direction, Policy};
use crate::model::{Address, OutPoint, Txid};

/// Where following starts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seed {
    /// One output.
    Output(OutPoint),
    /// All outputs of a transaction.
    Transaction(Txid),
    /// Everything that an address receives in blocks from a height on.
    Address {
        /// The address.
        address: Address,
        /// The first block that counts.
        from_height: u32,
    },
}

/// What happens at a mix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mixes {
    /// Following stops at the output that goes into the mix (backwards: comes out of it).
    #[default]
    Stop,
    /// The policy allots the taint to the outputs of equal value, and to the others only what
    /// does not fit there. Backwards a mix is then a transaction like any other: its inputs
    /// are all alike.
    Through,
    /// Everything that comes out of the mix is tainted (backwards: that goes in), shared
    /// among the seeds in proportion to what they bring. Does not conserve value.
    Poison,
}

/// One run of following.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Which way.
    pub direction: Direction,
    /// By which policy.
    pub policy: Policy,
    /// What happens at mixes.
    pub mixes: Mixes,
    /// How far.
    pub bounds: Bounds,
    /// From where. Each seed's share is kept apart.
    pub seeds: Vec<Seed>,
}
