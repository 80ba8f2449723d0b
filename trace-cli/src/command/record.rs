//! `trace record`.

use crate::arguments::Record;
use crate::failure::Failure;
use crate::session::{Answer, Session};

/// Runs the command.
pub(crate) async fn run(arguments: &Record, session: &mut Session) -> Result<Answer, Failure> {
    let _ = (arguments, session);
    Err(Failure::Asked("not yet".to_owned()))
}
