//! Makes the chain that the others work on.

use testdata::simulator::{Settings, write_files};

use super::Workload;
use crate::figures::Figures;

/// Simulates a chain of as many transactions as the argument says.
pub const WORKLOAD: Workload = Workload {
    name: "simulate",
    run: |folder, transactions| {
        let mut figures = Figures::default();
        let settings = Settings::of_size(transactions.parse()?, 1);
        let written = figures.time("all", || Ok(write_files(settings, folder, |_| ())?))?;
        figures.note("blocks", written.blocks);
        figures.note("transactions", written.transactions);
        figures.note("inputs", written.inputs);
        figures.note("outputs", written.outputs);
        figures.note("block_bytes", written.block_bytes);
        Ok(figures)
    },
};
