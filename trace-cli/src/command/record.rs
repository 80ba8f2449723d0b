//! `trace record`: what a source replies, written into a recording.

use trace_core::normalise;
use trace_core::source::SourceError;
use trace_core::source::recording::Holds;

use crate::access;
use crate::arguments::{Network, Record};
use crate::failure::Failure;
use crate::session::{Answer, Session};

/// Blocks asked for at once.
const BATCH: usize = 64;

/// Runs the command. Every block is read as well, so that a recording never holds what could
/// not be used.
pub(crate) async fn run(arguments: &Record, session: &mut Session) -> Result<Answer, Failure> {
    if arguments.network.record.is_some() {
        let why = "trace record writes to --output; --record is for the commands that ask";
        return Err(Failure::Asked(why.to_owned()));
    }
    let network = Network {
        record: Some(arguments.output.clone()),
        ..arguments.network.clone()
    };
    let source = access::reach(&arguments.source, &network, session).await?;
    let Some(blocks) = &source.blocks else {
        let why = format!("{} has no whole blocks to record", source.name);
        return Err(Failure::Asked(why));
    };
    let tip = blocks.tip().await?;
    let from = arguments.from.unwrap_or(0);
    let to = arguments.to.unwrap_or(tip.height).min(tip.height);
    if from > to {
        let why = format!(
            "there is no block from height {from} to {to}; the tip is {}",
            tip.height
        );
        return Err(Failure::Asked(why));
    }
    source.begin_recording(Holds::Blocks { from, to })?;
    let refs = blocks.refs(from, to).await?;
    let bar = session.talk.bar(refs.len() as u64, "blocks");
    for batch in refs.chunks(BATCH) {
        if session.interruption.is_raised() {
            bar.finish_and_clear();
            let done = format!("{} is not complete and says so", arguments.output.display());
            return Err(Failure::Interrupted(done));
        }
        for raw in blocks.blocks(batch).await {
            normalise::block(&raw?).map_err(SourceError::from)?;
        }
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    if let Some(summary) = source.finish_recording()? {
        session.talk.say(format_args!(
            "{}: blocks {from} to {to} of {}, {} replies",
            arguments.output.display(),
            source.chain,
            summary.entries
        ));
        let hash = hex(&summary.hash);
        session.answer(|to| writeln!(to, "{hash}"))?;
    }
    Ok(Answer::Given)
}

/// Bytes as hexadecimal digits, in their order.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
