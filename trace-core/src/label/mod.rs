//! What is said of addresses by others: who says so, what they say, and how sure that is.
//!
//! A label is hearsay with its source. It never changes what the chain itself shows; it says
//! where following stops, and what a place is called.

mod chain;
#[cfg(feature = "labels")]
mod csv_list;
mod error;
mod labels;
mod stop_set;
#[cfg(feature = "labels")]
mod tag_pack;

pub use chain::LabelledChain;
#[cfg(feature = "labels")]
pub use csv_list::csv_list;
pub use error::{LabelError, Skipped, SkippedEntry};
pub use labels::{Confidence, Label, Labels};
pub use stop_set::StopSet;
#[cfg(feature = "labels")]
pub use tag_pack::tag_pack;
