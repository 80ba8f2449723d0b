//! Workloads over chains of accounts. Each works in a folder of its own.

use super::Workload;

pub mod chain;
pub mod check;
pub mod follow;
pub mod ingest;
pub mod ingest_replies;
pub mod normalise;
pub mod repeated;
pub mod replies;
mod retold;

/// All of them, in the order in which they need each other.
pub const ALL: &[Workload] = &[
    normalise::WORKLOAD,
    ingest_replies::WORKLOAD,
    chain::WORKLOAD,
    ingest::WORKLOAD,
    follow::WALK,
    follow::WORKLOAD,
    check::WORKLOAD,
];
