//! The links that joined clusters, twelve bytes each.

use super::packing::{PackedLink, Packing};
use crate::claim::Link;

/// Links in the order in which they joined: a spanning forest of the clusters, or the part of
/// it that was not handed over yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forest {
    packing: Packing,
    links: Vec<PackedLink>,
}

impl Forest {
    /// Appends a link.
    ///
    /// # Panics
    /// At more than 256 different rules, which are part of the program and not of its data.
    #[inline]
    pub(super) fn push(&mut self, link: Link) {
        let packed = self.packing.pack(link);
        self.links.push(packed);
    }

    /// Links kept.
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// The links in the order in which they joined.
    pub fn iter(&self) -> impl Iterator<Item = Link> + '_ {
        let mut unpacking = self.packing.unpacking();
        self.links
            .iter()
            .filter_map(move |link| unpacking.link(*link))
    }
}
