//! Compares what trace makes of a chain with what plain maps and loops make of it, byte by byte:
//! the ledger with one thread and with several, which addresses belong together, and where value
//! went under every policy.
//!
//! The plain side reads the block files with the `bitcoin` crate and knows nothing of ledgers,
//! clusters or propagators. It shares what is a function of one script or one transaction: the
//! form of a script, the key it shows, and whether a transaction is a mix. It holds the whole
//! chain in memory, at about 2 kB a transaction.

mod difference;
mod ledgers;
mod ours;
mod plain_chain;
mod plain_clusters;
mod plain_taint;

use std::fs;

use trace_core::ledger::{Ledger, LedgerView};
use trace_core::model::Txid;
use trace_core::taint::{Bounds, Mixes, Plan, Policy, Surroundings};

use super::Workload;
use super::follow::{OpenField, plan, widest};
use super::follow_theft::thefts;
use crate::figures::{Failure, Figures};
use difference::{same_addresses, same_lines, same_words};
use ours::Detected;
use plain_chain::PlainChain;
use plain_taint::PlainTaint;

/// Compares everything, and fails at the first difference. The argument is how many threads
/// decode for the second ledger. What is noted is how much was compared.
pub const WORKLOAD: Workload = Workload {
    name: "check",
    run: |folder, threads| {
        let threads = threads.parse()?;
        let made = folder.join("check");
        if made.exists() {
            fs::remove_dir_all(&made)?;
        }
        let mut figures = Figures::default();
        let ledger = figures.time("ledgers", || ledgers::make_alike(folder, &made, threads))?;
        figures.note("ledger_files", ledger.files);
        figures.note("ledger_bytes", ledger.bytes);
        let plain = figures.time("plain_read", || PlainChain::read(&folder.join("blocks")))?;
        figures.note("transactions", plain.transactions.len() as u64);
        let ledger = Ledger::open(&made.join("1"))?;
        let view = ledger.view()?;
        let clusters = figures.time("clusters", || {
            let (ours, plain_words) = (ours::clusters(&view)?, plain_clusters::of(&plain));
            same_addresses(&ours::addresses(&view)?, &plain.addresses)?;
            same_words(&ours, &plain_words)?;
            // A cluster is counted where its first address stands for itself.
            let firsts = (0..)
                .zip(&plain_words)
                .filter(|(number, first)| number == *first);
            Ok(firsts.count())
        })?;
        figures.note("addresses", plain.addresses.len() as u64);
        figures.note("clusters", clusters as u64);
        let theft = *thefts(folder)?.first().ok_or("a chain without thefts")?;
        let theft = Question {
            name: "theft",
            seed: theft,
            mixes: Mixes::Stop,
        };
        theft.compare(&view, &plain, &Detected, &mut figures)?;
        let wide = Question {
            name: "wide",
            seed: widest(&view)?,
            mixes: Mixes::Through,
        };
        wide.compare(&view, &plain, &OpenField, &mut figures)?;
        fs::remove_dir_all(&made)?;
        Ok(figures)
    },
};

/// Where the value of a transaction's outputs went.
struct Question {
    name: &'static str,
    seed: Txid,
    /// To stop at mixes, or to take no notice of them.
    mixes: Mixes,
}

impl Question {
    /// Asks under every policy.
    fn compare<'a>(
        &self,
        view: &LedgerView<'a>,
        plain: &PlainChain,
        surroundings: &impl Surroundings<LedgerView<'a>>,
        figures: &mut Figures,
    ) -> Result<(), Failure> {
        for policy in Policy::ALL {
            let name = format!("{}.{policy}", self.name);
            let [destinations, at_mixes] = figures.time(&name, || {
                let plan = Plan {
                    mixes: self.mixes,
                    ..plan(policy, self.seed, Bounds::default())
                };
                let ours = ours::destinations(view, plan, surroundings)?;
                let stops = self.mixes == Mixes::Stop;
                let plain = PlainTaint::new(policy, stops).destinations(plain, self.seed);
                same_lines(&name, &ours, &plain)?;
                let at_mixes = ours.lines().filter(|line| line.starts_with("mix "));
                Ok([ours.lines().count(), at_mixes.count()])
            })?;
            figures.note(format!("{name}.destinations"), destinations as u64);
            if self.mixes == Mixes::Stop {
                figures.note(format!("{name}.at_mixes"), at_mixes as u64);
            }
        }
        Ok(())
    }
}
