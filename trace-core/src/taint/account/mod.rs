//! Follows value over accounts, from seeds forwards to where it is or backwards to where it came
//! from.
//!
//! What an account holds of an asset is a *pot*. Value comes into it and leaves it again, and at
//! each withdrawal the policy says which part of it is tainted. As with coins the propagator
//! does no I/O: it is advanced over an [`AccountView`](crate::view::account::AccountView) and
//! says what it wants to know. Decisions with two defensible answers are in
//! docs/adr/0011-lots-of-accounts.md, and in 0012-accounts-against-their-order.md.
//!
//! One step is one transaction in which an account that holds taint takes part. `script` sets
//! out what it moves and who exchanged what (`course` turns that round backwards), `moving` takes each transfer from pot to pot,
//! `exchange` hands the taint of what was given to what was received, `settle` finds each
//! account's next transaction.

mod apportion;
mod arrival;
mod course;
mod exchange;
mod finish;
mod inside;
mod lot;
mod marked;
mod mixture;
mod moving;
mod netting;
mod plan;
mod pot;
mod propagator;
mod queue;
mod record;
mod runs;
mod script;
mod seeding;
mod settle;
mod step;
mod surroundings;
mod totals;
mod trade;
mod trail;
mod walk;

pub use plan::{Bounds, Plan, Pools, Seed};
pub use propagator::{Progress, Propagator};
pub use surroundings::{Standing, Surroundings};
pub use totals::Totals;
pub use trade::{Trade, trades};
pub use trail::{Destination, DestinationKind, Gap, LimitHit, Share, Trail, Via, Visit};
