//! What the tests of every crate share: nodes to ask, chains with a known truth, recordings.

pub mod core_json;
pub mod economy;
pub mod evm;
pub mod explorer;
pub mod faulty_server;
pub mod largest_remainder;
pub mod node;
pub mod recorded;
pub mod scenario;
pub mod simulator;
mod skipped;
