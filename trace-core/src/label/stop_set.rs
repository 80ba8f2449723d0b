//! The categories of labels at which following stops.

use std::collections::BTreeSet;

use super::{Label, Labels};

/// A set of categories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopSet {
    categories: BTreeSet<String>,
}

impl StopSet {
    /// Those of services that pool what their customers bring, so that what goes out is not
    /// what came in: following through them would charge one customer with another's coins.
    pub const POOLING: [&'static str; 16] = [
        "atm",
        "bridge",
        "custodian",
        "darknet_market",
        "exchange",
        "gambling",
        "hosted_wallet",
        "hosting",
        "lending",
        "market",
        "mixer",
        "mixing",
        "mixing_service",
        "payment_processor",
        "service",
        "wallet_service",
    ];

    /// The categories of that name; the case of letters does not matter.
    pub fn of<'a>(categories: impl IntoIterator<Item = &'a str>) -> Self {
        let categories = categories
            .into_iter()
            .map(|name| name.trim().to_lowercase());
        Self {
            categories: categories.collect(),
        }
    }

    /// The categories, sorted.
    pub fn categories(&self) -> impl Iterator<Item = &str> {
        self.categories.iter().map(String::as_str)
    }

    /// Whether following stops at a label.
    pub fn stops_at<A>(&self, label: &Label<A>) -> bool {
        let mut categories = label.categories.iter();
        categories.any(|category| self.categories.contains(category))
    }

    /// The surest label of an address at which following stops.
    pub fn stop<'a, A: Ord + Clone>(
        &self,
        labels: &'a Labels<A>,
        address: &A,
    ) -> Option<(u32, &'a Label<A>)> {
        let mut labels = labels.of(address).into_iter();
        labels.find(|(_, label)| self.stops_at(label))
    }
}

impl Default for StopSet {
    /// [`StopSet::POOLING`].
    fn default() -> Self {
        Self::of(Self::POOLING)
    }
}
