//! The commands, one a file: arguments in, an answer out.

mod inspect;

use crate::arguments::Command;
use crate::failure::Failure;
use crate::session::{Answer, Session};

/// Runs a command.
pub(crate) async fn run(command: &Command, session: &mut Session) -> Result<Answer, Failure> {
    match command {
        Command::Inspect(arguments) => inspect::run(arguments, session).await,
        _ => Err(Failure::Asked("not yet".to_owned())),
    }
}
