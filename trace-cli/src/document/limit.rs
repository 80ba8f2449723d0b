//! A limit that cut something off.

use serde::Serialize;
use trace_core::taint::{LimitHit, account};
use trace_core::view::Unknown;

use super::{Destination, Stage};
use crate::{accounts, wording};

/// A limit that cut something off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LimitNote {
    /// Its name, which is that of its argument.
    pub(crate) limit: &'static str,
    pub(crate) meaning: &'static str,
}

impl LimitNote {
    /// The limit of requests.
    pub(crate) const REQUESTS: Self = Self {
        limit: "requests",
        meaning: wording::unknown(Unknown::LimitReached),
    };

    /// That of the length of paths, if one of them is longer.
    pub(crate) fn path<S: Stage>(places: &[Destination<S>]) -> Option<Self> {
        let mut places = places.iter();
        places
            .any(|place| place.path.left_out() > 0)
            .then_some(Self {
                limit: "path",
                meaning: "of a longer path only the two ends are shown",
            })
    }
}

impl From<LimitHit> for LimitNote {
    fn from(limit: LimitHit) -> Self {
        Self {
            limit: wording::limit_name(limit),
            meaning: wording::limit(limit),
        }
    }
}

impl From<account::LimitHit> for LimitNote {
    fn from(limit: account::LimitHit) -> Self {
        Self {
            limit: accounts::wording::limit_name(limit),
            meaning: accounts::wording::limit(limit),
        }
    }
}
