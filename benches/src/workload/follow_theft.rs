//! Follows each theft of the chain for a few hops, as an investigator would look around.

use std::fs;
use std::path::Path;

use trace_core::ledger::Ledger;
use trace_core::model::Txid;
use trace_core::taint::{Bounds, Propagator};

use super::Workload;
use super::follow::{OpenField, follow, plan};
use crate::figures::{Failure, Figures};

/// Hops from the theft.
const HOPS_MAX: u32 = 6;

/// Thefts that are followed, spread evenly over the chain where it has more.
const THEFTS_MAX: usize = 256;

/// Follows thefts by the policy that the argument names; what is noted is of all of them.
pub const WORKLOAD: Workload = Workload {
    name: "follow-theft",
    run: |folder, policy| {
        let policy = policy.parse()?;
        let ledger = Ledger::open(&folder.join("ledger"))?;
        let view = ledger.view()?;
        let mut seeds = thefts(folder)?;
        let apart = seeds.len().div_ceil(THEFTS_MAX).max(1);
        seeds = seeds.into_iter().step_by(apart).collect();
        let bounds = Bounds {
            hops_max: Some(HOPS_MAX),
            ..Bounds::default()
        };
        let mut figures = Figures::default();
        let (mut transactions, mut outputs) = (0, 0);
        figures.time("all", || {
            for seed in &seeds {
                let propagator = Propagator::new(plan(policy, *seed, bounds));
                let trail = follow(&view, propagator, &OpenField)?;
                transactions += trail.transactions;
                outputs += trail.visits.len() as u64;
            }
            Ok(())
        })?;
        figures.note("thefts", seeds.len() as u64);
        figures.note("transactions", transactions);
        figures.note("outputs", outputs);
        Ok(figures)
    },
};

/// The transactions by which somebody stole something, in chain order.
///
/// # Errors
/// When the truth of the chain in the folder cannot be read.
pub fn thefts(folder: &Path) -> Result<Vec<Txid>, Failure> {
    let text = fs::read_to_string(folder.join("truth/theft.csv"))?;
    let mut thefts = Vec::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        if let (Some(_), Some(txid), Some("Theft")) = (cells.next(), cells.next(), cells.next()) {
            thefts.push(txid.parse()?);
        }
    }
    Ok(thefts)
}
