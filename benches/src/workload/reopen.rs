//! Opens the ledger again, as every command does.

use trace_core::ledger::Ledger;
use trace_core::view::CoinView as _;

use super::Workload;
use crate::figures::Figures;

/// Opens the ledger and takes the view at its tip.
pub const WORKLOAD: Workload = Workload {
    name: "reopen",
    run: |folder, _| {
        let mut figures = Figures::default();
        let height = figures.time("all", || {
            let ledger = Ledger::open(&folder.join("ledger"))?;
            Ok(ledger.view()?.tip().height)
        })?;
        figures.note("height", u64::from(height));
        Ok(figures)
    },
};
