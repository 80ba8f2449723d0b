//! Adds up the value of all outputs by their script form, against a plain sum over the same
//! bytes: how much of the memory's speed a question about the whole chain gets.

use trace_core::ledger::Ledger;
use trace_core::model::ScriptKind;

use super::Workload;
use crate::figures::Figures;

/// Outputs added up in all, so that a small ledger is gone over often enough to be timed.
const OUTPUTS: usize = 1_000_000_000;

/// Notes the sum by form under `all`, the plain one under `plain`, each over files that lie in
/// memory already.
pub const WORKLOAD: Workload = Workload {
    name: "sum-values",
    run: |folder, _| {
        let ledger = Ledger::open(&folder.join("ledger"))?;
        let view = ledger.view()?;
        let (values, kinds) = (view.values_sat(), view.kinds());
        let by_kind = || {
            let mut sums_sat = [0_u64; 256];
            for range in view.output_ranges() {
                let values = values.get(range.clone()).unwrap_or_default();
                let kinds = kinds.get(range).unwrap_or_default();
                for (value, [kind]) in values.iter().zip(kinds) {
                    // A byte is below the length.
                    if let Some(sum) = sums_sat.get_mut(usize::from(*kind)) {
                        *sum += u64::from_le_bytes(*value);
                    }
                }
            }
            sums_sat
        };
        let plain = || {
            let values = values.iter().map(|value| u64::from_le_bytes(*value));
            let kinds = kinds.iter().map(|[kind]| u64::from(*kind));
            values.sum::<u64>() + kinds.sum::<u64>()
        };
        // Once to bring the pages in.
        std::hint::black_box((by_kind(), plain()));
        let mut figures = Figures::default();
        let rounds = OUTPUTS.div_ceil(values.len().max(1));
        let mut sums_sat = [0; 256];
        figures.time("all", || {
            (0..rounds).for_each(|_| sums_sat = std::hint::black_box(by_kind()));
            Ok(())
        })?;
        figures.time("plain", || {
            (0..rounds).for_each(|_| {
                std::hint::black_box(plain());
            });
            Ok(())
        })?;
        figures.note("outputs", (rounds * values.len()) as u64);
        for kind in ScriptKind::ALL {
            let sum_sat = sums_sat.get(kind as usize).copied().unwrap_or_default();
            figures.note(format!("sat.{}", kind.name()), sum_sat);
        }
        Ok(figures)
    },
};
