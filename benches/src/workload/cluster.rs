//! Joins the addresses of a whole chain by common spending, mixes left out, and by equivalent
//! scripts.

use std::fs;

use heuristics::RuleSet;
use heuristics::clustering::Clustering;
use trace_core::cluster::Members;
use trace_core::ledger::Ledger;
use trace_core::view::CoinView as _;

use super::Workload;
use crate::figures::Figures;

/// Makes the clusters and stores them.
pub const WORKLOAD: Workload = Workload {
    name: "cluster",
    run: |folder, _| {
        let ledger = Ledger::open(&folder.join("ledger"))?;
        let view = ledger.view()?.with_script_filter();
        let mut figures = Figures::default();
        let mut clustering = Clustering::new(RuleSet::default(), 0);
        figures.time("all", || {
            clustering.advance(&view, view.transaction_numbers())?;
            Ok(())
        })?;
        figures.note_peak();
        let stored = clustering.to_bytes(view.tip());
        let stored = stored.ok_or("clusters of these rules are stored")?;
        fs::write(folder.join("clusters"), &stored)?;
        let transactions = view.transaction_numbers();
        let inputs: usize = transactions.map(|tx| view.spends(tx).count()).sum();
        let clusters = clustering.clusters();
        figures.note("inputs", inputs as u64);
        figures.note("addresses", u64::from(view.address_count()));
        figures.note("unions", clusters.forest().len() as u64);
        let shared = Members::of(clusters).shared(clusters).count();
        figures.note("shared_clusters", shared as u64);
        figures.note("stored_bytes", stored.len() as u64);
        Ok(figures)
    },
};
