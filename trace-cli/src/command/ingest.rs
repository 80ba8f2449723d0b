//! `trace ingest`: blocks of a source into a ledger.

use crate::arguments::Ingest;
use crate::failure::Failure;
use crate::reading::{self, Reading};
use crate::session::{Answer, Session};

/// Runs the command.
pub(crate) async fn run(arguments: &Ingest, session: &mut Session) -> Result<Answer, Failure> {
    let source = crate::access::reach(&arguments.source, &arguments.network, session).await?;
    let reading = Reading {
        ledger: &arguments.ledger,
        from: arguments.from,
        to: arguments.to,
        threads: arguments.threads,
    };
    reading::read(&source, &reading, session).await?;
    Ok(Answer::Given)
}
