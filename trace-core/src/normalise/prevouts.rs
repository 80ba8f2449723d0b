//! The outputs that a block or a transaction spends, handed out input by input.

use std::vec;

use super::cursor::Cursor;
use super::undo::Undo;
use super::{NormaliseError, Spent, amount, output};
use crate::model::{Address, Output};

/// Where the spent outputs come from. They are handed out in the order of the inputs, of
/// which a coinbase has none.
#[derive(Debug)]
pub(super) enum Prevouts<'a> {
    /// Nobody told them.
    Unknown,
    /// A node's undo data.
    Undo(Undo<'a>),
    /// One serialised output after the other.
    Outputs(Cursor<'a>),
    /// As read from elsewhere already.
    Told(vec::IntoIter<Option<Output<Address>>>),
}

impl<'a> Prevouts<'a> {
    /// Those of a block of `transactions` transactions, the coinbase counted.
    pub(super) fn of_block(spent: &'a Spent, transactions: usize) -> Result<Self, NormaliseError> {
        Ok(match spent {
            Spent::Unknown => Self::Unknown,
            Spent::Undo(bytes) => Self::Undo(
                Undo::new(bytes, transactions).map_err(|error| error.inside("undo data"))?,
            ),
            Spent::Outputs(bytes) => Self::Outputs(Cursor::new(bytes)),
        })
    }

    /// That a transaction of `inputs` inputs comes next.
    pub(super) fn transaction(&mut self, inputs: usize) -> Result<(), NormaliseError> {
        match self {
            Self::Undo(undo) => undo
                .transaction(inputs)
                .map_err(|error| error.inside("undo data")),
            Self::Unknown | Self::Outputs(_) | Self::Told(_) => Ok(()),
        }
    }

    /// The output that the next input spends.
    pub(super) fn next(&mut self) -> Result<Option<Output<Address>>, NormaliseError> {
        match self {
            Self::Unknown => Ok(None),
            Self::Undo(undo) => undo
                .output()
                .map(Some)
                .map_err(|error| error.inside("undo data")),
            Self::Outputs(cursor) => serialised(cursor)
                .map(Some)
                .map_err(|error| error.inside("spent outputs")),
            Self::Told(outputs) => outputs.next().ok_or_else(|| {
                NormaliseError::new("spent outputs", "fewer are told than there are inputs")
            }),
        }
    }

    /// That every one was handed out.
    pub(super) fn end(&self) -> Result<(), NormaliseError> {
        match self {
            Self::Unknown => Ok(()),
            Self::Undo(undo) => undo.end().map_err(|error| error.inside("undo data")),
            Self::Outputs(cursor) => cursor.end().map_err(|error| error.inside("spent outputs")),
            Self::Told(outputs) => match outputs.len() {
                0 => Ok(()),
                left => Err(NormaliseError::new(
                    "spent outputs",
                    format!("{left} more are told than there are inputs"),
                )),
            },
        }
    }
}

/// An output as it stands in a transaction: value, script length, script.
pub(super) fn serialised(cursor: &mut Cursor) -> Result<Output<Address>, NormaliseError> {
    let value_sat = cursor.u64()?;
    amount::add(0, value_sat).map_err(|why| cursor.error(why))?;
    Ok(output(value_sat, cursor.prefixed()?))
}
