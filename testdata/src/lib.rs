//! What the tests of every crate share: nodes to ask, chains with a known truth, recordings.

pub mod chance;
pub mod core_json;
pub mod economy;
pub mod evm;
pub mod evm_economy;
pub mod evm_node;
pub mod explorer;
pub mod faulty_server;
pub mod largest_remainder;
pub mod node;
pub mod recorded;
pub mod recorded_accounts;
pub mod recorded_theft;
pub mod retold;
mod rpc;
pub mod scenario;
pub mod simulator;
mod skipped;
