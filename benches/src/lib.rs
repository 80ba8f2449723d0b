//! What trace costs in time, memory and disk.
//!
//! A workload is a file in [`workload`]. `cargo run --release -p benches -- --help` runs all of
//! them on simulated chains, each in a process of its own, and prints one table; `cargo bench`
//! times the small ones over and over on real blocks.

pub mod figures;
pub mod workload;
