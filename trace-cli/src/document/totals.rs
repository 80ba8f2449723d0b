//! Sums by kind of place, in one asset.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use trace_core::taint::Direction;

use super::{Amount, Kind, Unit};

/// What was seeded of one asset and received for others, and how much of that ended in each kind
/// of place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) unit: Unit,
    pub(crate) seeded: Amount,
    /// What took over the taint of another asset that was given for it.
    pub(crate) received: Amount,
    by_kind: Vec<(Kind, Amount)>,
}

impl Totals {
    pub(crate) fn new(unit: Unit, direction: Direction) -> Self {
        let kinds = Kind::all(direction).iter();
        Self {
            unit,
            seeded: Amount::default(),
            received: Amount::default(),
            by_kind: kinds.map(|kind| (*kind, Amount::default())).collect(),
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

    pub(crate) fn of_kind(&self, kind: Kind) -> Amount {
        let mut sums = self.by_kind.iter();
        let sum = sums.find(|(known, _)| *known == kind);
        sum.map_or(Amount::default(), |(_, sum)| *sum)
    }

    /// All that came.
    pub(crate) fn came(&self) -> Amount {
        self.seeded.plus(self.received)
    }

    /// All places together.
    pub(crate) fn placed(&self) -> Amount {
        self.by_kind.iter().map(|(_, sum)| *sum).sum()
    }
}

impl Serialize for Totals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4 + self.by_kind.len()))?;
        map.serialize_entry("asset", &self.unit.asset.to_string())?;
        map.serialize_entry("chain", &self.unit.chain.to_string())?;
        map.serialize_entry("seeded", &self.seeded)?;
        map.serialize_entry("received", &self.received)?;
        for (kind, sum) in &self.by_kind {
            map.serialize_entry(kind.name(), sum)?;
        }
        map.end()
    }
}
