//! At which heights transactions are, as far as a node without an index of them has told.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::model::Txid;

/// Transactions remembered at most, about 100 MB. Those beyond are answered as if nothing
/// had been told of them: the node lacks an index.
const REMEMBERED_MAX: usize = 1 << 20;

/// Heights of transactions. Hints for where to look: what is found there is checked.
#[derive(Debug, Default)]
pub(super) struct Whereabouts(Mutex<BTreeMap<Txid, u32>>);

impl Whereabouts {
    pub(super) fn height_of(&self, txid: Txid) -> Option<u32> {
        // A map is whole after every call, whatever the thread that made it came to.
        let heights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heights.get(&txid).copied()
    }

    pub(super) fn remember(&self, told: impl IntoIterator<Item = (Txid, u32)>) {
        let mut heights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (txid, height) in told {
            if heights.len() < REMEMBERED_MAX || heights.contains_key(&txid) {
                heights.insert(txid, height);
            }
        }
    }
}
