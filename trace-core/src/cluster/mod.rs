//! Which addresses have one owner, and why.
//!
//! [`Clusters`] is the partition that links make of all addresses, at four bytes an address,
//! together with the links that made it, at twelve bytes each. Which links there are is for
//! rules to say; nothing here judges a transaction. [`Constrained`] refuses the links that
//! would join what is known to be apart. [`shortest_path`] explains two addresses by links.
//! [`ClusterFolder`] keeps the links on disk, so that only the partition need be in memory.

mod appended;
mod basis;
mod clusters;
mod constraint;
mod error;
mod folder;
mod forest;
mod members;
mod packing;
mod partition;
mod path;

pub use basis::Basis;
pub use clusters::Clusters;
pub use constraint::{Actor, Added, Constrained, Veto};
pub use error::StoredError;
pub use folder::ClusterFolder;
pub use forest::Forest;
pub use members::Members;
pub use partition::Partition;
pub use path::{Connection, shortest_path};
