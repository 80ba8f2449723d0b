//! The links that joined clusters, against known owners.

use std::collections::BTreeMap;

use trace_core::claim::{Link, Rule};
use trace_core::model::AddressId;

use super::Rate;

/// For each rule, how many of the links that joined by it are wrong: between addresses of two
/// different owners. A link of an address without a known owner is not counted.
///
/// One wrong link can make many wrong pairs; [`pairs`](super::pairs()) counts those.
pub fn joins<O: PartialEq>(
    links: impl IntoIterator<Item = Link>,
    owner_of: impl Fn(AddressId) -> Option<O>,
) -> BTreeMap<Rule, Rate> {
    let mut wrong: BTreeMap<Rule, Rate> = BTreeMap::new();
    for link in links {
        if let (Some(a), Some(b)) = (owner_of(link.a), owner_of(link.b)) {
            let rate = wrong.entry(link.rule).or_default();
            rate.of += 1;
            rate.hits += u64::from(a != b);
        }
    }
    wrong
}
