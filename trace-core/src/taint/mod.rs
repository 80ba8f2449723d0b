//! Follows value from seeds, forwards to where it is or backwards to where it came from.
//!
//! The propagator does no I/O. It is advanced over a [`CoinView`](crate::view::CoinView); where the view has not
//! fetched something yet, it says what it wants and is advanced again once that is there.
//!
//! One step is one transaction: `draw` sets out its sources and takers, `allocation` says
//! by the policy which taker becomes tainted, `settle` finds where each taker goes on, and
//! the `frontier` says whose turn is next.
//!
//! That is of chains of coins; [`account`] follows value over accounts.

pub mod account;
mod allocation;
mod arrival;
mod bounds;
mod draw;
mod few;
mod frontier;
mod plan;
mod policy;
mod propagator;
mod record;
mod seeding;
mod segment;
mod settle;
mod shares;
mod step;
mod surroundings;
mod totals;
mod trail;
mod walk;

pub use bounds::Bounds;
pub use plan::{Mixes, Plan, Seed};
pub use policy::{Policy, UnknownPolicy};
pub use propagator::{Progress, Propagator};
pub use record::Keep;
pub use shares::{Share, Shares};
pub use surroundings::{LabelIndex, MixAnswer, MixShape, Surroundings};
pub use totals::Totals;
pub use trail::{
    Destination, DestinationKind, Direction, Gap, LimitHit, Seeded, Trail, Visit, VisitId,
};

use allocation::Allocation;
