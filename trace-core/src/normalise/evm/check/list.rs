//! A list in the serialisation that is hashed (RLP; appendix B of Ethereum's Yellow Paper).

use alloy_rlp::{Encodable, Header};

/// A list under way: its items, each serialised.
#[derive(Clone, Debug, Default)]
pub(super) struct List(Vec<u8>);

impl List {
    /// Adds an item.
    pub(super) fn push(&mut self, item: &dyn Encodable) {
        item.encode(&mut self.0);
    }

    /// Adds a list.
    pub(super) fn push_list(&mut self, items: &Self) {
        self.push_serialised(&items.to_bytes());
    }

    /// Adds an item that is serialised already.
    pub(super) fn push_serialised(&mut self, item: &[u8]) {
        self.0.extend(item);
    }

    /// Adds the items of another list.
    pub(super) fn extend(&mut self, items: &Self) {
        self.0.extend(&items.0);
    }

    /// The items as a list.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let header = Header {
            list: true,
            payload_length: self.0.len(),
        };
        let mut bytes = Vec::with_capacity(header.length_with_payload());
        header.encode(&mut bytes);
        bytes.extend(&self.0);
        bytes
    }
}

impl<T: Encodable> FromIterator<T> for List {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut list = Self::default();
        for item in items {
            list.push(&item);
        }
        list
    }
}
