//! Bridges: what went into one on one chain, what came out of it on another, and which belongs
//! to which.
//!
//! Yousaf, Kappos and Meiklejohn, *Tracing Transactions Across Cryptocurrency Ledgers* (USENIX
//! Security 2019), section 5, and the field's tools that read the events of bridges. A bridge
//! takes an asset in by keeping it (lock) or by destroying it (burn), and gives it out from what
//! it keeps (release) or makes it (mint), and says so in an event. Which contracts are bridges is
//! the caller's to say; of their events nothing need be known but the words in them.

mod crossing;
mod journey;
mod pairing;

pub use crossing::{Crossing, Direction, Way, crossings};
pub use journey::{Journey, Turn, journeys};
pub use pairing::{By, Common, Limits, Pairing, pair};
