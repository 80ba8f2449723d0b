//! What the caller knows of accounts.

use std::collections::BTreeMap;

use trace_core::cluster::Actor;
use trace_core::model::account::Address;

use crate::account::mixer::Pool;

/// Labels, as rules need them.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Addresses of exchanges and other services of many customers, each with its owner.
    pub exchanges: BTreeMap<Address, Actor>,
    /// Other accounts whose owner is known. A link between two owners is refused.
    pub owners: BTreeMap<Address, Actor>,
    /// Pools of mixers.
    pub pools: Vec<Pool>,
    /// Whether contracts that speak as such pools do are taken for pools too.
    pub recognise_pools: bool,
}
