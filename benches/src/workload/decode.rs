//! Turns the bytes of every block into transactions, scripts and addresses on one thread.

use trace_core::normalise;

use super::Workload;
use super::read_blocks::{open, read};
use crate::figures::Figures;

/// Reads and decodes every block.
pub const WORKLOAD: Workload = Workload {
    name: "decode",
    run: |folder, _| {
        let mut figures = Figures::default();
        let (source, refs) = open(&folder.join("blocks"))?;
        let (transactions, outputs) = figures.time("all", || {
            let (mut transactions, mut outputs) = (0_u64, 0_u64);
            for at in refs {
                let block = normalise::block(&read(&source, at)?)?;
                transactions += block.transactions.len() as u64;
                let of_block = block.transactions.iter();
                outputs += of_block.map(|tx| tx.outputs.len() as u64).sum::<u64>();
            }
            Ok((transactions, outputs))
        })?;
        figures.note("transactions", transactions);
        figures.note("outputs", outputs);
        Ok(figures)
    },
};
