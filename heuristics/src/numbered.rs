//! A transaction as a view holds it, as a value.

use trace_core::model::{Transaction, TxNumber, Txid};
use trace_core::view::{Answer, CoinView, NumberedTransaction};

/// A transaction to be filled by a view.
pub(crate) fn empty() -> NumberedTransaction {
    Transaction {
        txid: Txid::default(),
        version: 0,
        lock_time: 0,
        weight: None,
        inputs: Vec::new(),
        outputs: Vec::new(),
    }
}

/// The transaction, or the answer that was given instead.
pub(crate) fn loaded(view: &dyn CoinView, tx: TxNumber) -> Result<NumberedTransaction, Answer<()>> {
    let mut transaction = empty();
    match view.transaction(tx, &mut transaction) {
        Answer::Known(()) => Ok(transaction),
        other => Err(other),
    }
}
