//! Workloads. Each works in the folder of one chain, finds there what the ones before it left,
//! and says what it found.
//!
//! | in the folder | is |
//! |---|---|
//! | `blocks`, `truth` | the simulated chain |
//! | `ledger` | its ledger and, in it, its clusters |
//! | `accounts` | the ledger of a chain of accounts |
//! | `replies` | the ledger of a chain of accounts that recorded replies tell of |
//! | `check`, `check-accounts` | ledgers that are compared with each other, while that is done |
//! | `widest` | the transaction that `follow` begins with |
//! | `edges.u32` | the links of common spending, for who joins nothing but pairs of numbers |

use std::path::Path;

use crate::figures::{Failure, Figures};

pub mod account;
pub mod check;
pub mod cluster;
pub mod decode;
pub mod edges;
pub mod follow;
pub mod follow_theft;
pub mod ingest;
pub mod join_edges;
pub mod open_blocks;
pub mod read_blocks;
pub mod read_plainly;
pub mod reopen;
pub mod simulate;
pub mod sum_values;
pub mod walk;

/// Something to time.
#[derive(Clone, Copy, Debug)]
pub struct Workload {
    /// Its name on the command line.
    pub name: &'static str,
    /// Does it, in the folder of a chain. What the argument is, the workload says. What is to be
    /// compared between workloads is noted under `ns`, and what it did in that time under
    /// `transactions`, `inputs`, `outputs` or `bytes`.
    pub run: fn(folder: &Path, argument: &str) -> Result<Figures, Failure>,
}

/// All of them.
pub const ALL: &[Workload] = &[
    simulate::WORKLOAD,
    read_plainly::WORKLOAD,
    open_blocks::WORKLOAD,
    read_blocks::WORKLOAD,
    decode::WORKLOAD,
    ingest::WORKLOAD,
    reopen::WORKLOAD,
    sum_values::WORKLOAD,
    walk::WORKLOAD,
    cluster::WORKLOAD,
    edges::WORKLOAD,
    join_edges::WORKLOAD,
    follow::WORKLOAD,
    follow_theft::WORKLOAD,
    check::WORKLOAD,
];
