//! The kinds of place at which value ends, by name.

use serde::Serialize;
use trace_core::taint::Direction;

/// What sort of place, without what is particular to one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Forwards over coins: an output that nobody has spent.
    Unspent,
    /// Forwards over accounts: an account holds it as of the block.
    Held,
    /// Backwards over coins: newly created coins.
    Coinbase,
    /// A service at which following stops.
    Service,
    /// A mix, or a mixer.
    Mix,
    /// A pool of many owners' assets.
    Pool,
    /// The fee of a transaction.
    Fee,
    /// Forwards over accounts: destroyed.
    Burnt,
    /// Backwards over accounts: newly created, or there from the beginning.
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
    pub(crate) fn all(direction: Direction) -> &'static [Self] {
        match direction {
            Direction::Forward => &[
                Self::Unspent,
                Self::Held,
                Self::Service,
                Self::Mix,
                Self::Pool,
                Self::Fee,
                Self::Burnt,
                Self::Swapped,
                Self::Bound,
                Self::Unseen,
            ],
            Direction::Back => &[
                Self::Coinbase,
                Self::Created,
                Self::Service,
                Self::Mix,
                Self::Pool,
                Self::Fee,
                Self::Swapped,
                Self::Bound,
                Self::Unseen,
            ],
        }
    }

    /// Whether value of this kind was used up in a transaction, and rests nowhere.
    pub(crate) fn is_used_up(self) -> bool {
        matches!(
            self,
            Self::Fee | Self::Burnt | Self::Created | Self::Swapped
        )
    }

    /// Whether text lists places of this kind one by one. Fees, and what was given for something
    /// else, are told with their transactions.
    pub(crate) fn is_listed(self) -> bool {
        !matches!(self, Self::Fee | Self::Swapped)
    }

    /// Its name in documents.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unspent => "unspent",
            Self::Held => "held",
            Self::Coinbase => "coinbase",
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
