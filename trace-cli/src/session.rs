//! What every command is given: where to write, where to talk, and whether to stop.

use std::io::{self, BufWriter, Stdout, Write};

use trace_core::source::Interruption;

use crate::failure::Failure;
use crate::talk::Talk;

/// What a command came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It answered.
    Given,
    /// It looked, and there is nothing; or what should be equal differs.
    Nothing,
    /// Some of what was asked could not be answered; what could be was.
    InPart,
}

/// One run of one command.
pub(crate) struct Session {
    pub(crate) talk: Talk,
    pub(crate) interruption: Interruption,
    out: BufWriter<Stdout>,
}

impl Session {
    pub(crate) fn new(talk: Talk, interruption: Interruption) -> Self {
        Self {
            talk,
            interruption,
            out: BufWriter::new(io::stdout()),
        }
    }

    /// Writes a part of the answer.
    pub(crate) fn answer(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        write(&mut self.out).map_err(Failure::Output)
    }

    /// Hands over what was written to whoever reads it.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(Failure::Output)
    }

    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.flush()
    }
}
