//! The commands, one a file: arguments in, an answer out.

mod cluster;
mod explain;
pub(crate) mod follow;
mod ingest;
pub(crate) mod inspect;
mod measure;
mod record;
mod verify;

use trace_core::taint::Direction;

use crate::arguments::Command;
use crate::failure::Failure;
use crate::session::{Answer, Session};

/// Runs a command.
///
/// # Errors
/// When it cannot answer.
pub(crate) async fn run(command: &Command, session: &mut Session) -> Result<Answer, Failure> {
    match command {
        Command::Follow(arguments) => follow::run(Direction::Forward, arguments, session).await,
        Command::Back(arguments) => follow::run(Direction::Back, arguments, session).await,
        Command::Ingest(arguments) => ingest::run(arguments, session).await,
        Command::Record(arguments) => record::run(arguments, session).await,
        Command::Cluster(arguments) => cluster::run(arguments, session).await,
        Command::Explain(arguments) => explain::run(arguments, session).await,
        Command::Inspect(arguments) => inspect::run(arguments, session).await,
        Command::Measure(arguments) => measure::run(arguments, session).await,
        Command::Verify(arguments) => verify::run(arguments, session),
    }
}
