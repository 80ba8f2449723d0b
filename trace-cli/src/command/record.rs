//! `trace record`: what a source replies, written into a recording.

use trace_core::model::BlockRef;
use trace_core::normalise;
use trace_core::source::recording::Holds;
use trace_core::source::{AccountBlockSource, BlockSource, Source, SourceError};

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
    let Some(blocks) = Blocks::of(&source) else {
        let why = format!("{} has no whole blocks to record", source.name);
        return Err(Failure::Asked(why));
    };
    let tip = blocks.tip().await?;
    let from = arguments.from.unwrap_or(0);
    let to = crate::tip::height(arguments.to, &source).await?;
    let to = to.unwrap_or(tip.height).min(tip.height);
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
        blocks.read(batch).await?;
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

/// The blocks of a source, of whichever sort its chain is.
enum Blocks<'a> {
    Coins(&'a dyn BlockSource),
    Accounts(&'a dyn AccountBlockSource),
}

impl<'a> Blocks<'a> {
    fn of(source: &'a Source) -> Option<Self> {
        let coins = source.blocks.as_deref().map(Self::Coins);
        coins.or_else(|| source.account_blocks.as_deref().map(Self::Accounts))
    }

    async fn tip(&self) -> Result<BlockRef, SourceError> {
        match self {
            Self::Coins(source) => source.tip().await,
            Self::Accounts(source) => source.tip().await,
        }
    }

    async fn refs(&self, from: u32, to: u32) -> Result<Vec<BlockRef>, SourceError> {
        match self {
            Self::Coins(source) => source.refs(from, to).await,
            Self::Accounts(source) => source.refs(from, to).await,
        }
    }

    /// Asks for blocks and reads them.
    async fn read(&self, named: &[BlockRef]) -> Result<(), SourceError> {
        match self {
            Self::Coins(source) => {
                for raw in source.blocks(named).await {
                    normalise::block(&raw?)?;
                }
            }
            Self::Accounts(source) => {
                for raw in source.blocks(named).await {
                    normalise::account_block(source.chain(), &raw?)?;
                }
            }
        }
        Ok(())
    }
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
