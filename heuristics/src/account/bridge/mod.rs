//! Bridges: what went into one on one chain, what came out of it on another, and which belongs
//! to which.
//!
//! Yousaf, Kappos and Meiklejohn, *Tracing Transactions Across Cryptocurrency Ledgers* (USENIX
//! Security 2019), and the field's tools that read the events of bridges. A bridge
//! takes an asset in by keeping it (lock) or by destroying it (burn), and gives it out from what
//! it keeps (release) or makes it (mint), and says so in an event. Which contracts are bridges is
//! the caller's to say; of their events nothing need be known but the words in them.

use trace_core::claim::Rule;

mod crossing;
mod journey;
mod pairing;

pub use crossing::{Crossing, Direction, Way, crossings};
pub use journey::{Journey, Turn, journeys};
pub use pairing::{By, Common, Limits, Pairing, pair};

/// The rule by which [`crossings`] are told.
pub const CROSSING: Rule = Rule {
    name: "bridge-crossing",
    version: 1,
};

/// The rule by which both sides are paired ([`pair`]).
pub const PAIR: Rule = Rule {
    name: "bridge-pair",
    version: 1,
};

/// The rule by which [`journeys`] are told.
pub const JOURNEY: Rule = Rule {
    name: "bridge-journey",
    version: 1,
};
