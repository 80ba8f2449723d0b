//! Joins the addresses of a whole chain by common spending, mixes left out, and by equivalent
//! scripts.

use std::fs;

use heuristics::RuleSet;
use heuristics::clustering::Clustering;
use trace_core::cluster::{ClusterFolder, Members};
use trace_core::ledger::Ledger;
use trace_core::view::CoinView as _;

use super::Workload;
use crate::figures::Figures;

/// Links after which they are saved, as the program does.
const LINKS_UNSAVED: usize = 1 << 20;

/// Makes the clusters and stores them.
pub const WORKLOAD: Workload = Workload {
    name: "cluster",
    run: |folder, _| {
        let ledger = Ledger::open(&folder.join("ledger"))?;
        let view = ledger.view()?.with_script_filter();
        let mut figures = Figures::default();
        let mut clustering = Clustering::new(RuleSet::default(), 0);
        let stored = folder.join("ledger").join("clusters");
        let mut into = ClusterFolder::open(&stored)?;
        figures.time("all", || {
            for height in view.first_height()..=view.tip().height {
                clustering.advance(&view, view.transactions_between(height, height))?;
                if clustering.clusters().forest().len() >= LINKS_UNSAVED {
                    let as_of = view.block_at(height).ok_or("a block of the branch")?;
                    clustering.save(&mut into, as_of)?;
                }
            }
            if !clustering.save(&mut into, view.tip())? {
                return Err("clusters of these rules are stored".into());
            }
            Ok(())
        })?;
        figures.note_peak();
        let transactions = view.transaction_numbers();
        let inputs: usize = transactions.map(|tx| view.spends(tx).count()).sum();
        let clusters = clustering.clusters();
        figures.note("inputs", inputs as u64);
        figures.note("addresses", u64::from(view.address_count()));
        figures.note("unions", into.len());
        let shared = Members::of(clusters).shared(clusters).count();
        figures.note("shared_clusters", shared as u64);
        let mut bytes = 0;
        for file in fs::read_dir(&stored)? {
            bytes += file?.metadata()?.len();
        }
        figures.note("stored_bytes", bytes);
        Ok(figures)
    },
};
