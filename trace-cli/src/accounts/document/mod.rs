//! What a result over accounts says. Its structures are those of [`crate::document`]; here is what
//! fills them, and what there is over accounts only.

mod build;
mod gap;
mod held_against;
mod inspection;
mod names;
mod rule_limits;
mod step;
mod sums;

pub(crate) use build::{Found, Strange};
pub(crate) use inspection::{Asked, verdicts};
pub(crate) use names::Names;
pub(crate) use rule_limits::RuleLimits;
pub(crate) use step::{Arrival, Step};

use crate::document;
pub(crate) use crate::document::Amount;

pub(crate) type Report = document::Report<Step>;
pub(crate) type Destination = document::Destination<Step>;
pub(crate) type Possible = document::Possible<Step>;
