//! What to follow, by which policy and how far.

use std::collections::BTreeMap;

use crate::model::account::{Address, Asset, B256, U256};
use crate::taint::{Direction, Policy};

/// Where following starts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seed {
    /// Everything that an account holds before the block of a height and receives from there on.
    /// What it gets in exchange for what was seeded is received too, and seeded anew.
    ///
    /// Backwards the same value, as it goes: what the account holds at the tip, and everything
    /// that leaves it from that block on, its fees and what it gives in exchange included.
    Account {
        /// The account. It is followed whatever it is, a service included.
        address: Address,
        /// Only this asset; all of them where it is `None`.
        asset: Option<Asset>,
        /// The first block that counts.
        from_height: u32,
    },
    /// Everything that a transaction moves to others: what each account has more of each asset
    /// behind it than before, fees and wrapping apart. What passes through an account is not
    /// seeded there. Backwards what each account has less of.
    Transaction(B256),
    /// What arrives by one transfer of a transaction. Backwards what leaves by it.
    Transfer {
        /// The transaction.
        transaction: B256,
        /// The transfer's index among those of the transaction.
        index: u32,
    },
}

/// What happens at a pool that nobody's label calls a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pools {
    /// Following stops at what goes into it (backwards: comes out of it).
    #[default]
    Stop,
    /// It is followed by the policy like any account; what it gets is no exchange for what it
    /// gives.
    Spread,
}

/// Limits of one run. `None` is no limit. What a limit cut off is a destination of its own kind,
/// so the sums still come out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Transactions between a seed and an arrival, at most: what leaves a pot beyond is not
    /// followed. Moves within one transaction count as one.
    pub hops_max: Option<u32>,
    /// Transactions looked at in all, at most: those in which an account that holds taint, or is
    /// a seed, takes part. Nothing behind the last is looked at, later seeds included.
    pub transactions_max: Option<u64>,
    /// Forwards: blocks above this height are not followed into.
    pub height_max: Option<u32>,
    /// Backwards: blocks below this height are not followed into. What an account holds there is
    /// cut off; whether it did anything before is not asked.
    pub height_min: Option<u32>,
    /// An arrival whose tainted part, all seeds together, is below this amount of its asset is
    /// not followed. Assets that are not named have no such limit.
    pub amount_min: BTreeMap<Asset, U256>,
    /// Accounts that come to hold taint, at most, seeds apart.
    pub accounts_max: Option<u64>,
}

/// One run of following.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Which way.
    pub direction: Direction,
    /// By which policy.
    pub policy: Policy,
    /// What happens at pools.
    pub pools: Pools,
    /// How far.
    pub bounds: Bounds,
    /// From where. Each seed's share is kept apart.
    pub seeds: Vec<Seed>,
}
