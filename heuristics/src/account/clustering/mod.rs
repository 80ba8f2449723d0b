//! The clusters of a whole chain of accounts, made by one walk over its transactions.

mod clusters;
mod known;
mod rules;
mod walk;

pub use clusters::{AccountClusters, Found, Standing, Untold};
pub use known::Known;
pub use rules::{Mining, Rules};
pub use walk::{Clustering, Unread};
