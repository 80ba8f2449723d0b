//! Where following stops: what labels say of the accounts it comes to.

use std::collections::{BTreeMap, BTreeSet};

use trace_core::label::{Label, Labels, StopSet};
use trace_core::model::account::Address;
use trace_core::taint::LabelIndex;
use trace_core::taint::account::{Standing, Surroundings};
use trace_core::view::account::{AccountId, AccountView};

use super::owners::Owners;

/// The categories of services that hide who paid whom.
const MIXERS: [&str; 3] = ["mixer", "mixing", "mixing_service"];
/// The category of contracts that hold the assets of many, of whatever make.
const POOL: &str = "pool";

/// What is known of each address at which something else happens than at a plain account.
pub(super) struct Places(BTreeMap<Address, Standing>);

impl Places {
    /// By labels; an address that has none goes by those of its cluster.
    pub(super) fn of(labels: &Labels<Address>, stop: &StopSet, owners: &Owners) -> Self {
        let mut places = BTreeMap::new();
        let labelled: BTreeSet<Address> = labels.all().iter().map(|label| label.address).collect();
        for address in labelled {
            if let Some(standing) = standing(labels, stop, &address) {
                places.insert(address, standing);
            }
        }
        let mut by_cluster = BTreeMap::new();
        for (address, standing) in &places {
            // A pool's neighbours are no pools.
            if *standing != Standing::Pool {
                for member in owners.members(address) {
                    let first = by_cluster.entry(*member).or_insert(*standing);
                    *first = (*first).min(*standing);
                }
            }
        }
        for (address, standing) in by_cluster {
            places.entry(address).or_insert(standing);
        }
        Self(places)
    }
}

fn standing(labels: &Labels<Address>, stop: &StopSet, address: &Address) -> Option<Standing> {
    if let Some((index, label)) = stop.stop(labels, address) {
        let index = LabelIndex(index);
        return Some(if is_of(label, &MIXERS) {
            Standing::Mixer(index)
        } else {
            Standing::Service(index)
        });
    }
    let mut labels = labels.of(address).into_iter();
    labels
        .any(|(_, label)| is_of(label, &[POOL]))
        .then_some(Standing::Pool)
}

pub(super) fn is_of(label: &Label<Address>, categories: &[&str]) -> bool {
    let mut own = label.categories.iter();
    own.any(|category| categories.contains(&category.as_str()))
}

/// Whether a label is of a mixer.
pub(super) fn is_mixer(label: &Label<Address>) -> bool {
    is_of(label, &MIXERS)
}

impl<V: AccountView + ?Sized> Surroundings<V> for Places {
    fn standing(&self, view: &V, account: AccountId) -> Standing {
        let address = view.address(account);
        let known = address.and_then(|address| self.0.get(&address));
        known.copied().unwrap_or(Standing::Plain)
    }
}
