//! The kinds of place at which value ends, by name.

use serde::Serialize;
use trace_core::taint::{DestinationKind, Direction};

/// What sort of place, without what is particular to one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Forwards: an output that nobody has spent.
    Unspent,
    /// Backwards: newly created coins.
    Coinbase,
    /// A service at which following stops.
    Service,
    /// A mix.
    Mix,
    /// The fee of a transaction.
    Fee,
    /// Cut off by a limit.
    Bound,
    /// Lost from view.
    Unseen,
}

impl Kind {
    /// Those that occur in one direction, in the order in which totals name them.
    pub(crate) fn all(direction: Direction) -> [Self; 6] {
        let first = match direction {
            Direction::Forward => Self::Unspent,
            Direction::Back => Self::Coinbase,
        };
        let [service, mix, fee] = [Self::Service, Self::Mix, Self::Fee];
        [first, service, mix, fee, Self::Bound, Self::Unseen]
    }

    pub(crate) fn of(kind: DestinationKind) -> Self {
        match kind {
            DestinationKind::Unspent => Self::Unspent,
            DestinationKind::Coinbase(_) => Self::Coinbase,
            DestinationKind::Service(_) => Self::Service,
            DestinationKind::Mix { .. } => Self::Mix,
            DestinationKind::Fee(_) => Self::Fee,
            DestinationKind::Bound(_) => Self::Bound,
            DestinationKind::Unseen(_) => Self::Unseen,
        }
    }

    /// Its name in documents.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unspent => "unspent",
            Self::Coinbase => "coinbase",
            Self::Service => "service",
            Self::Mix => "mix",
            Self::Fee => "fee",
            Self::Bound => "bound",
            Self::Unseen => "unseen",
        }
    }
}
