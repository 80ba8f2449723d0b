//! How often the rules are wrong: by what the chain reveals later, or by a known truth.
//!
//! All figures are counts and parts per million of counts, with the interval of Wilson.

mod change;
mod joins;
mod pairs;
mod rate;
mod revealed;

pub use change::{ChangeMeasured, MeasuredRule, change};
pub use joins::joins;
pub use pairs::{Pairs, pairs};
pub use rate::Rate;
pub use revealed::Evidence;
