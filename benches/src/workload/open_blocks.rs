//! Finds all blocks of a folder by their headers.

use super::Workload;
use super::read_blocks::open;
use crate::figures::Figures;

/// Opens the folder.
pub const WORKLOAD: Workload = Workload {
    name: "open-blocks",
    run: |folder, _| {
        let mut figures = Figures::default();
        let (_, refs) = figures.time("all", || open(&folder.join("blocks")))?;
        figures.note("blocks", refs.len() as u64);
        Ok(figures)
    },
};
