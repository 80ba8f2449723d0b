//! Sums by kind of place.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use trace_core::taint::Direction;

use super::{Amount, Kind};

/// What was seeded, and how much of it ended in each kind of place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) seeded: Amount,
    by_kind: [(Kind, Amount); 6],
}

impl Totals {
    pub(crate) fn new(direction: Direction, seeded: Amount) -> Self {
        Self {
            seeded,
            by_kind: Kind::all(direction).map(|kind| (kind, Amount::default())),
        }
    }

    pub(crate) fn add(&mut self, kind: Kind, amount: Amount) {
        for (known, sum) in &mut self.by_kind {
            if *known == kind {
                *sum = sum.plus(amount);
            }
        }
    }

    /// The sums, in the order in which a document names them.
    pub(crate) fn by_kind(&self) -> &[(Kind, Amount)] {
        &self.by_kind
    }

    /// All places together.
    pub(crate) fn placed(&self) -> Amount {
        self.by_kind.iter().map(|(_, sum)| *sum).sum()
    }
}

impl Serialize for Totals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1 + self.by_kind.len()))?;
        map.serialize_entry("seeded", &self.seeded)?;
        for (kind, sum) in &self.by_kind {
            map.serialize_entry(kind.name(), sum)?;
        }
        map.end()
    }
}
