//! A transaction to be filled by a view.

use trace_core::model::{Transaction, Txid};
use trace_core::view::NumberedTransaction;

/// An empty one; a view reuses its memory.
pub(crate) fn transaction() -> NumberedTransaction {
    Transaction {
        txid: Txid::default(),
        version: 0,
        lock_time: 0,
        weight: None,
        inputs: Vec::new(),
        outputs: Vec::new(),
    }
}
