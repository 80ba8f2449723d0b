//! Reads every transaction of the ledger, as rules and following see it.

use trace_core::ledger::{Ledger, LedgerView};
use trace_core::model::TxNumber;
use trace_core::view::{Answer, CoinView as _, NumberedTransaction};

use super::Workload;
use crate::figures::{Failure, Figures};

/// Adds up all fees.
pub const WORKLOAD: Workload = Workload {
    name: "walk",
    run: |folder, _| {
        let ledger = Ledger::open(&folder.join("ledger"))?;
        let view = ledger.view()?;
        let mut figures = Figures::default();
        let (mut transactions, mut inputs, mut outputs, mut fees_sat) = (0, 0, 0, 0);
        figures.time("all", || {
            let mut transaction = NumberedTransaction::default();
            for tx in view.transaction_numbers() {
                load(&view, tx, &mut transaction)?;
                transactions += 1;
                inputs += transaction.inputs.len() as u64;
                outputs += transaction.outputs.len() as u64;
                fees_sat += transaction.fee_sat().unwrap_or_default();
            }
            Ok(())
        })?;
        figures.note("transactions", transactions);
        figures.note("inputs", inputs);
        figures.note("outputs", outputs);
        figures.note("fees_sat", fees_sat);
        Ok(figures)
    },
};

/// Fills a transaction.
///
/// # Errors
/// When the view does not hold it.
pub fn load(
    view: &LedgerView<'_>,
    tx: TxNumber,
    into: &mut NumberedTransaction,
) -> Result<(), Failure> {
    match view.transaction(tx, into) {
        Answer::Known(()) => Ok(()),
        other => Err(format!("transaction number {}: {other:?}", tx.0).into()),
    }
}
