//! What the clusters in a result are called.

use std::collections::BTreeMap;

use trace_core::model::AddressId;

/// The clusters of the addresses that a result shows, as numbered by the view of the result.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClusterNames {
    by_address: BTreeMap<AddressId, ClusterName>,
}

/// A cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClusterName {
    /// The text of its address that comes first in the chain, of those that were looked at.
    pub(crate) name: String,
    /// The surest label of any of its addresses.
    pub(crate) label: Option<u32>,
}

impl ClusterNames {
    /// The cluster of an address, if clusters were made.
    pub(crate) fn of(&self, address: AddressId) -> Option<&ClusterName> {
        self.by_address.get(&address)
    }
}
