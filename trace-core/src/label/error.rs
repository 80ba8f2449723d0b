//! What is wrong with a list of labels.

use crate::model::AddressError;

/// Why a list of labels cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// The text is not what it should be.
    #[error("line {line}: {why}")]
    Malformed {
        /// The line, from 1.
        line: u64,
        /// What is wrong there.
        why: String,
    },
    /// A column that no list of labels has. Refused, since a misspelt category would
    /// silently let following go on through a service.
    #[error("no column is named {name:?}; the columns are {known}")]
    UnknownColumn {
        /// The name found.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A column without which a list says nothing.
    #[error("there is no column {0:?}")]
    MissingColumn(&'static str),
    /// More entries than the caller allows.
    #[error("there are more than {0} entries")]
    TooMany(usize),
}

/// An entry that was passed over, so that nothing is lost in silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedEntry {
    /// The line it begins at, from 1.
    pub line: u64,
    /// Why.
    pub why: Skipped,
}

/// Why an entry was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Skipped {
    /// It is about another currency or network, as named.
    OtherChain(String),
    /// It names a transaction and no address.
    NoAddress,
    /// It has no label.
    NoLabel,
    /// Its address cannot be read.
    Address(AddressError),
}

impl std::fmt::Display for Skipped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OtherChain(name) => write!(f, "about another chain, {name:?}"),
            Self::NoAddress => f.write_str("names no address"),
            Self::NoLabel => f.write_str("has no label"),
            Self::Address(error) => error.fmt(f),
        }
    }
}
