//! Why no answer could be given, in words.

use std::fmt;
use std::io;
use std::path::Path;

use trace_core::ingest::IngestError;
use trace_core::label::LabelError;
use trace_core::ledger::LedgerError;
use trace_core::model::AddressError;
use trace_core::source::SourceError;

/// Why a command could not answer. Ends in exit code 2, but for a reader that went away.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was asked for makes no sense, and this is why.
    Asked(String),
    /// A file cannot be read or written.
    File(String, io::Error),
    /// A list of labels cannot be read.
    Labels(String, LabelError),
    /// A text is no address of the chain.
    Address(AddressError),
    /// A source could not answer.
    Source(SourceError),
    /// A ledger could not be used.
    Ledger(LedgerError),
    /// Standard output could not be written.
    Output(io::Error),
    /// The work was interrupted, and this much had been done.
    Interrupted(String),
    /// The answer contradicts itself, so that none is given. A fault of this program.
    Contradiction(String),
}

impl Failure {
    pub(crate) fn file(path: &Path, error: io::Error) -> Self {
        Self::File(path.display().to_string(), error)
    }

    /// Whether whoever read the answer went away, which is no error.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<AddressError> for Failure {
    fn from(error: AddressError) -> Self {
        Self::Address(error)
    }
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Source(error) => Self::Source(error),
            IngestError::Ledger(error) => Self::Ledger(error),
            other => Self::Asked(other.to_string()),
        }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked(why) => f.write_str(why),
            Self::File(path, error) => write!(f, "{path}: {error}"),
            Self::Labels(path, error) => write!(f, "{path}: {error}"),
            Self::Address(error) => error.fmt(f),
            Self::Source(error) => error.fmt(f),
            Self::Ledger(error) => error.fmt(f),
            Self::Output(error) => write!(f, "the answer cannot be written: {error}"),
            Self::Interrupted(done) => write!(f, "interrupted; {done}"),
            Self::Contradiction(what) => write!(
                f,
                "{what}; this is a fault of trace, and no answer is given"
            ),
        }
    }
}
