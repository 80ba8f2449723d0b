//! A clustering against known owners, by pairs of addresses.

use std::collections::BTreeMap;

use trace_core::cluster::Clusters;
use trace_core::model::AddressId;

/// Pairs of addresses whose owners are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// Pairs of one owner that are in one cluster.
    pub right: u128,
    /// Pairs in one cluster.
    pub clustered: u128,
    /// Pairs of one owner.
    pub owned: u128,
}

/// Counts the pairs among `addresses`, whose owners `owner_of` knows; an address of which it
/// says `None` is left out.
///
/// Memory: an entry for each cluster and owner that meet.
pub fn pairs<O: Ord>(
    clusters: &Clusters,
    addresses: impl IntoIterator<Item = AddressId>,
    owner_of: impl Fn(AddressId) -> Option<O>,
) -> Pairs {
    let mut of_both: BTreeMap<(AddressId, O), u64> = BTreeMap::new();
    for address in addresses {
        if let Some(owner) = owner_of(address) {
            let both = (clusters.find(address), owner);
            *of_both.entry(both).or_default() += 1;
        }
    }
    let mut of_cluster: BTreeMap<AddressId, u64> = BTreeMap::new();
    let mut of_owner: BTreeMap<&O, u64> = BTreeMap::new();
    for ((cluster, owner), count) in &of_both {
        *of_cluster.entry(*cluster).or_default() += count;
        *of_owner.entry(owner).or_default() += count;
    }
    Pairs {
        right: of_both.values().copied().map(two_of).sum(),
        clustered: of_cluster.values().copied().map(two_of).sum(),
        owned: of_owner.values().copied().map(two_of).sum(),
    }
}

impl Pairs {
    /// Of the pairs in one cluster, those of one owner, in parts per million, rounded down;
    /// `None` where nothing is clustered.
    pub fn precision_ppm(&self) -> Option<u128> {
        (self.right * 1_000_000).checked_div(self.clustered)
    }

    /// Of the pairs of one owner, those in one cluster, in parts per million, rounded down;
    /// `None` where no owner has two addresses.
    pub fn recall_ppm(&self) -> Option<u128> {
        (self.right * 1_000_000).checked_div(self.owned)
    }
}

fn two_of(count: u64) -> u128 {
    let count = u128::from(count);
    count * count.saturating_sub(1) / 2
}
