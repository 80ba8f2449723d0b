//! What trace costs in time, memory and disk.
//!
//! A workload is a file in [`workload`]. `cargo run --release -p benches -- --help` runs them on
//! simulated chains, each in a process of its own, and prints tables; `cargo bench` times the
//! small ones over and over. With `--check` it measures nothing and compares what trace finds with
//! what plain maps and loops find.

pub mod child;
pub mod figures;
pub mod peers;
mod plain_walk;
pub mod report;
pub mod run;
pub mod table;
pub mod unit;
pub mod workload;

// By these names its parts know each other.
use plain_walk::{moves, naive, story};
