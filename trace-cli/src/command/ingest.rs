//! `trace ingest`: blocks of a source into a ledger.

use crate::arguments::{Ingest, TextOrJson};
use crate::document::{Allocation, AsOf, Ingestion, PROGRAM, Shown};
use crate::export;
use crate::failure::Failure;
use crate::genesis_file;
use crate::reading::{self, Reading};
use crate::session::{Answer, Session};

/// Runs the command.
pub(crate) async fn run(arguments: &Ingest, session: &mut Session) -> Result<Answer, Failure> {
    crate::access::refuse_recording(&arguments.network)?;
    let genesis = genesis_file::read(&arguments.genesis)?;
    let source = crate::access::reach(&arguments.source, &arguments.network, session).await?;
    let reading = Reading {
        ledger: &arguments.ledger,
        from: arguments.from,
        to: crate::tip::height(arguments.to, &source).await?,
        genesis: genesis.as_ref(),
        threads: arguments.threads,
    };
    let ingested = reading::read(&source, reading, session).await?;
    if ingested.is_interrupted {
        let tip = ingested.tip;
        let at = tip.map_or_else(String::new, |tip| format!(" up to height {}", tip.height));
        let done = format!("the ledger holds every block{at} and goes on from there next time");
        return Err(Failure::Interrupted(done));
    }
    let as_of = |block| AsOf::of(source.chain, block);
    let found = Ingestion {
        schema: "trace/ingest/1",
        program: PROGRAM,
        blocks: ingested.blocks,
        transactions: ingested.transactions,
        checks: ingested.checks.map(Into::into),
        genesis: genesis.map(|genesis| Allocation {
            accounts: genesis.transfers().len(),
            state_root: Shown(genesis.state_root()),
        }),
        tip: ingested.tip.map(as_of),
        left: ingested.left.map(as_of),
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
