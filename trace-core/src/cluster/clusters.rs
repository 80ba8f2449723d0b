//! The clusters and the links that made them.

use super::{Forest, Partition};
use crate::claim::Link;
use crate::model::AddressId;

/// Addresses in clusters, and of each cluster the links that joined it.
///
/// Which addresses are together does not depend on the order of the links. Which of several
/// links is kept as the reason does: it is the first, so links are added in chain order.
/// Addresses and links can be added at any time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clusters {
    partition: Partition,
    forest: Forest,
}

impl Clusters {
    /// Addresses 0 to `address_count` - 1, each alone. There may be more later.
    pub fn new(address_count: u32) -> Self {
        Self::of_partition(Partition::new(address_count))
    }

    /// Clusters whose links are elsewhere.
    pub(super) fn of_partition(partition: Partition) -> Self {
        Self {
            partition,
            forest: Forest::default(),
        }
    }

    /// Makes room for addresses up to `address_count` - 1.
    pub fn grow(&mut self, address_count: u32) {
        self.partition.grow(address_count);
    }

    /// Addresses held, alone or not.
    pub fn address_count(&self) -> usize {
        self.partition.address_count()
    }

    /// Joins two clusters and keeps the link; false, and nothing kept, if they are one
    /// already.
    #[inline]
    pub fn add(&mut self, link: Link) -> bool {
        let joined = self.partition.join(link.a, link.b);
        if joined {
            self.forest.push(link);
        }
        joined
    }

    /// The smallest address of the cluster, which names it.
    pub fn find(&self, address: AddressId) -> AddressId {
        self.partition.find(address)
    }

    /// Makes each later [`Clusters::find`] one step, in one pass over all addresses.
    pub fn flatten(&mut self) {
        self.partition.flatten();
    }

    /// The addresses of one cluster, ascending. A pass over all addresses, without memory of
    /// its own; [`Members`](super::Members) answers for many clusters after one pass.
    pub fn members(&self, address: AddressId) -> impl Iterator<Item = AddressId> + '_ {
        let root = self.find(address);
        let held = u32::try_from(self.address_count()).unwrap_or(u32::MAX);
        // An address that is not held is alone, and none of the others is in its cluster.
        let alone = (root.0 >= held).then_some(root);
        (root.0..held)
            .map(AddressId)
            .filter(move |member| self.find(*member) == root)
            .chain(alone)
    }

    /// The links that joined and were not handed over, in the order in which they joined.
    pub fn forest(&self) -> &Forest {
        &self.forest
    }

    /// Hands over the links that joined since this was last done. What is left takes four bytes
    /// an address.
    pub fn take_links(&mut self) -> Forest {
        std::mem::take(&mut self.forest)
    }
}
