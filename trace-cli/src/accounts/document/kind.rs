//! The kinds of place at which value ends, by name.

use serde::Serialize;
use trace_core::taint::Direction;
use trace_core::taint::account::DestinationKind;

/// What sort of place, without what is particular to one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Forwards: an account holds it as of the block.
    Held,
    /// A service at which following stops.
    Service,
    /// A mixer.
    Mix,
    /// A pool of many owners' assets.
    Pool,
    /// The fee of a transaction.
    Fee,
    /// Forwards: destroyed.
    Burnt,
    /// Backwards: newly created.
    Created,
    /// Given for another asset, which took over the taint; backwards received for it.
    Swapped,
    /// Cut off by a limit.
    Bound,
    /// Lost from view.
    Unseen,
}

impl Kind {
    /// Those that occur in one direction, in the order in which totals name them.
    pub(crate) fn all(direction: Direction) -> Vec<Self> {
        let (first, last): (&[Self], &[Self]) = match direction {
            Direction::Forward => (&[Self::Held], &[Self::Burnt]),
            Direction::Back => (&[Self::Created], &[]),
        };
        let places = [Self::Service, Self::Mix, Self::Pool, Self::Fee];
        let rest = [Self::Swapped, Self::Bound, Self::Unseen];
        [first, &places, last, &rest].concat()
    }

    pub(crate) fn of(kind: DestinationKind) -> Self {
        match kind {
            DestinationKind::Held => Self::Held,
            DestinationKind::Service(_) => Self::Service,
            DestinationKind::Mix(_) => Self::Mix,
            DestinationKind::Pool => Self::Pool,
            DestinationKind::Fee(_) => Self::Fee,
            DestinationKind::Burnt(_) => Self::Burnt,
            DestinationKind::Created(_) => Self::Created,
            DestinationKind::Swapped(_) => Self::Swapped,
            DestinationKind::Bound(_) => Self::Bound,
            DestinationKind::Unseen(_) => Self::Unseen,
        }
    }

    /// Its name in documents.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Service => "service",
            Self::Mix => "mix",
            Self::Pool => "pool",
            Self::Fee => "fee",
            Self::Burnt => "burnt",
            Self::Created => "created",
            Self::Swapped => "swapped",
            Self::Bound => "bound",
            Self::Unseen => "unseen",
        }
    }
}
