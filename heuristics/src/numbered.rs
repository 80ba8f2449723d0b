//! A transaction as a view holds it, as a value.

use trace_core::model::TxNumber;
use trace_core::view::{Answer, CoinView, NumberedTransaction};

/// The transaction, or the answer that was given instead.
pub(crate) fn loaded(view: &dyn CoinView, tx: TxNumber) -> Result<NumberedTransaction, Answer<()>> {
    let mut transaction = NumberedTransaction::default();
    match view.transaction(tx, &mut transaction) {
        Answer::Known(()) => Ok(transaction),
        other => Err(other),
    }
}
