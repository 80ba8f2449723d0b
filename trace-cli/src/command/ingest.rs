//! `trace ingest`: blocks of a source into a ledger.

use crate::arguments::{Ingest, TextOrJson};
use crate::document::{AsOf, Ingestion, PROGRAM};
use crate::export;
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
    };
    let read = reading::read(&source, &reading, session).await?;
    if read.interrupted {
        let at = read
            .tip
            .map_or_else(String::new, |tip| format!(" up to height {}", tip.height));
        let done = format!("the ledger holds every block{at} and goes on from there next time");
        return Err(Failure::Interrupted(done));
    }
    let found = Ingestion {
        schema: "trace/ingest/1",
        program: PROGRAM,
        blocks: read.blocks,
        transactions: read.transactions,
        tip: read.tip.map(|tip| AsOf::of(source.chain, tip)),
    };
    session.answer(|to| match arguments.format {
        TextOrJson::Text => export::ingestion(&found, to),
        TextOrJson::Json => export::json(&found, to),
    })?;
    Ok(if found.tip.is_some() {
        Answer::Given
    } else {
        Answer::Nothing
    })
}
