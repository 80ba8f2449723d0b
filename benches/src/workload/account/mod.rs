//! Workloads over chains of accounts. Each works in a folder of its own.

use super::Workload;

pub mod chain;
pub mod follow;
pub mod ingest;
pub mod normalise;

/// All of them, in the order in which they need each other.
pub const ALL: &[Workload] = &[
    normalise::WORKLOAD,
    chain::WORKLOAD,
    ingest::WORKLOAD,
    follow::WALK,
    follow::WORKLOAD,
];
