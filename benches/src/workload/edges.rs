//! Writes the links of a chain as pairs of numbers, for those who only join such.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use heuristics::{RuleSet, links};
use trace_core::ledger::Ledger;

use trace_core::view::NumberedTransaction;

use super::Workload;
use super::walk::load;
use crate::figures::Figures;

/// Writes `edges.u32`: little-endian, how many addresses there are, then the pairs.
pub const WORKLOAD: Workload = Workload {
    name: "edges",
    run: |folder, _| {
        let ledger = Ledger::open(&folder.join("ledger"))?;
        let view = ledger.view()?.with_script_filter();
        let mut figures = Figures::default();
        let mut file = BufWriter::new(File::create(folder.join("edges.u32"))?);
        let pairs = figures.time("all", || {
            file.write_all(&view.address_count().to_le_bytes())?;
            let (rules, mut transaction) = (RuleSet::default(), NumberedTransaction::default());
            let (mut of_transaction, mut pairs) = (Vec::new(), 0_u64);
            for tx in view.transaction_numbers() {
                load(&view, tx, &mut transaction)?;
                links::of_transaction(&view, tx, &transaction, &rules, &mut of_transaction);
                for link in of_transaction.drain(..) {
                    file.write_all(&link.a.0.to_le_bytes())?;
                    file.write_all(&link.b.0.to_le_bytes())?;
                    pairs += 1;
                }
            }
            file.flush()?;
            Ok(pairs)
        })?;
        figures.note("pairs", pairs);
        Ok(figures)
    },
};
