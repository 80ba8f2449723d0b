//! Follows value from seeds, forwards to where it is or backwards to where it came from.
//!
//! The propagator does no I/O. It is advanced over a [`CoinView`](crate::view::CoinView); where the view has not
//! fetched something yet, it says what it wants and is advanced again once that is there.

mod bounds;
mod policy;
mod surroundings;
mod trail;

pub use bounds::Bounds;
pub use policy::{Policy, UnknownPolicy};
pub use surroundings::{LabelIndex, MixShape, Surroundings};
pub use trail::{
    Destination, DestinationKind, Direction, Gap, LimitHit, Seeded, Share, Trail, Visit, VisitId,
};
