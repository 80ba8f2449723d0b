//! Equivalent scripts of many transactions, looked for at once.

use std::ops::Range;

use trace_core::model::{Address, AddressId};
use trace_core::view::{CoinView, NumberedTransaction};

use super::{Keys, shows_its_key};

/// What [`Keys::links`] would look for one by one: of each script the scripts of the same key
/// that the view has.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    /// Sorted by address, with a stretch of `found` each.
    of: Vec<(AddressId, Range<usize>)>,
    found: Vec<AddressId>,
}

impl Ahead {
    /// Looks for those of all scripts of these transactions that were not looked at yet. It only
    /// saves time: in a ledger of a whole chain a script that is looked for lies far away in
    /// memory, and many are waited for together.
    pub fn of_transactions(
        keys: &Keys,
        view: &dyn CoinView,
        transactions: &[NumberedTransaction],
    ) -> Self {
        let inputs = transactions.iter().flat_map(|t| &t.inputs);
        let spent = inputs.filter_map(|input| input.prevout.as_ref());
        let outputs = transactions.iter().flat_map(|t| &t.outputs);
        let shown = spent
            .chain(outputs)
            .filter(|output| shows_its_key(output.kind));
        let new = shown.filter_map(|output| output.address);
        let mut new: Vec<AddressId> = new.filter(|id| !keys.looked_at.holds(*id)).collect();
        new.sort_unstable();
        new.dedup();
        let mut wanted: Vec<Address> = Vec::new();
        let mut stretches = Vec::with_capacity(new.len());
        for address in new {
            let Some(own) = view.address(address) else {
                continue;
            };
            let start = wanted.len();
            let hashes = own.key_hashes();
            let others = hashes.iter().flat_map(|hash| hash.addresses());
            wanted.extend(others.filter(|other| *other != own));
            stretches.push((address, start..wanted.len()));
        }
        let numbers = view.find_addresses(&wanted);
        let mut ahead = Self::default();
        for (address, stretch) in stretches {
            let start = ahead.found.len();
            for other in numbers.get(stretch).unwrap_or_default().iter().flatten() {
                let found = ahead.found.get(start..).unwrap_or_default();
                if !found.contains(other) {
                    ahead.found.push(*other);
                }
            }
            ahead.of.push((address, start..ahead.found.len()));
        }
        ahead
    }

    /// The scripts equivalent to one, if they were looked for.
    pub(super) fn of(&self, address: AddressId) -> Option<&[AddressId]> {
        let by_address = |(of, _): &(AddressId, Range<usize>)| *of;
        let found = self.of.binary_search_by_key(&address, by_address).ok()?;
        let (_, stretch) = self.of.get(found)?;
        self.found.get(stretch.clone())
    }
}
