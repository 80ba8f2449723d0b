//! Which accounts are one owner's, for documents to name.

use std::collections::BTreeMap;

use heuristics::account::clustering::AccountClusters;
use trace_core::model::account::Address;

/// The clusters of a whole chain; or nothing, where none were made.
#[derive(Default)]
pub(super) struct Owners(Option<BTreeMap<Address, std::rc::Rc<[Address]>>>);

impl Owners {
    pub(super) fn of(clusters: &AccountClusters) -> Self {
        let mut by_address = BTreeMap::new();
        for members in clusters.shared() {
            let members: std::rc::Rc<[Address]> = members.into();
            for member in &*members {
                by_address.insert(*member, std::rc::Rc::clone(&members));
            }
        }
        Self(Some(by_address))
    }

    /// The address by which an account's cluster is named, the smallest in it; `None` where
    /// clusters were not made.
    pub(super) fn cluster(&self, account: &Address) -> Option<Address> {
        let Self(Some(_)) = self else {
            return None;
        };
        let first = self.members(account).first().copied();
        Some(first.unwrap_or(*account))
    }

    /// The members of an account's cluster, ascending; empty where it is alone.
    pub(super) fn members(&self, account: &Address) -> &[Address] {
        let members = self.0.as_ref().and_then(|known| known.get(account));
        members.map_or(&[], |members| members)
    }
}
