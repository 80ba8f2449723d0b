//! Who is in a cluster, for many clusters after one pass.

use super::Clusters;
use crate::model::AddressId;

/// The members of every cluster, in four bytes an address.
#[derive(Clone, Debug)]
pub struct Members {
    /// The next larger member of the same cluster; of the last one, its own number.
    next: Vec<u32>,
}

impl Members {
    /// Goes over all addresses once.
    pub fn of(clusters: &Clusters) -> Self {
        let mut next: Vec<u32> = (0..u32::MAX).take(clusters.address_count()).collect();
        // From the largest down, each put in behind its root, so that they end up ascending.
        for address in (0..u32::MAX).take(clusters.address_count()).rev() {
            let root = clusters.find(AddressId(address)).0;
            if root == address {
                continue;
            }
            let Some(second) = next.get(root as usize).copied() else {
                continue;
            };
            let after = if second == root { address } else { second };
            if let Some(link) = next.get_mut(address as usize) {
                *link = after;
            }
            if let Some(link) = next.get_mut(root as usize) {
                *link = address;
            }
        }
        Self { next }
    }

    /// The members from a root on, ascending, itself first. A root is what
    /// [`Clusters::find`] returns; from another member on, only the larger ones are named.
    pub fn from(&self, root: AddressId) -> impl Iterator<Item = AddressId> + '_ {
        std::iter::successors(Some(root), |at| {
            let next = *self.next.get(at.0 as usize)?;
            (next != at.0).then_some(AddressId(next))
        })
    }

    /// The root of every cluster of two or more, ascending.
    pub fn shared<'a>(&'a self, clusters: &'a Clusters) -> impl Iterator<Item = AddressId> + 'a {
        (0..u32::MAX)
            .zip(&self.next)
            .filter(|(address, next)| address != *next)
            .map(|(address, _)| AddressId(address))
            .filter(|address| clusters.find(*address) == *address)
    }
}
