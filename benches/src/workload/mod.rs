//! Workloads. Each works in the folder of one chain and says what it found.

use std::path::Path;

use crate::figures::{Failure, Figures};

pub mod decode;
pub mod open_blocks;
pub mod read_blocks;
pub mod read_plainly;
pub mod simulate;

/// Something to time.
#[derive(Clone, Copy, Debug)]
pub struct Workload {
    /// Its name on the command line.
    pub name: &'static str,
    /// Does it, in the folder of a chain, with whatever else its name was followed by.
    pub run: fn(folder: &Path, argument: &str) -> Result<Figures, Failure>,
}

/// All of them, in the order in which each finds what the ones before it left.
pub const ALL: &[Workload] = &[
    simulate::WORKLOAD,
    read_plainly::WORKLOAD,
    open_blocks::WORKLOAD,
    read_blocks::WORKLOAD,
    decode::WORKLOAD,
];
