//! An amount of something.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::{Amount, Shown, Unit};

/// An amount with its unit. In JSON `amount`, `asset` and `chain`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Money {
    pub(crate) amount: Amount,
    pub(crate) unit: Unit,
}

impl Unit {
    /// So much of it.
    pub(crate) fn of(self, amount: Amount) -> Money {
        Money { amount, unit: self }
    }
}

impl Money {
    /// For a person: the number and what it is a number of.
    pub(crate) fn shown(self) -> String {
        self.unit.shown(self.amount)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Money", 3)?;
        fields.serialize_field("amount", &self.amount)?;
        fields.serialize_field("asset", &Shown(self.unit.asset))?;
        fields.serialize_field("chain", &Shown(self.unit.chain))?;
        fields.end()
    }
}
