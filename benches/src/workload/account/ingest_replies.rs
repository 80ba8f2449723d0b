//! Makes the ledger of a chain of accounts from what nodes replied about it.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use tokio::runtime::{Builder, Runtime};
use trace_core::ingest::{Ingested, Plan, ingest_accounts};
use trace_core::ledger::account::{Ledger, Writer};
use trace_core::model::BlockRef;
use trace_core::normalise::{RawAccountBlock, account_block};
use trace_core::source::AccountBlockSource as _;

use super::super::Workload;
use super::super::ingest::note_sizes;
use super::normalise::{BYTES, Parsed};
use super::repeated::Repeated;
use super::replies;
use crate::figures::{Failure, Figures};

/// Blocks that are asked for at a time, as ingesting does.
const AT_ONCE: usize = 4;

/// Goes from recorded replies to a durable, searchable ledger. The argument names the
/// [replies](replies::named) and says how many threads parse: `economy 2`. As `all` is timed
/// the whole, as `read` getting the replies alone, and as `normalise` parsing them alone, on one
/// thread.
///
/// The few blocks that are recorded come again as further blocks, so the same accounts take part
/// again and again: how a ledger grows with its accounts is measured by `ingest-accounts`.
pub const WORKLOAD: Workload = Workload {
    name: "ingest-replies",
    run: |folder, argument| {
        let (name, threads) = argument.split_once(' ').ok_or("NAME THREADS")?;
        let threads = threads.parse()?;
        let runtime = runtime()?;
        let source = runtime.block_on(async {
            let source = replies::named(name).await?;
            Repeated::of(source, BYTES).await
        })?;
        let mut figures = Figures::default();
        figures.time("read", || read(&runtime, &source))?;
        let parsed = {
            let (blocks, times) = runtime.block_on(sample(&source))?;
            figures.time("normalise", || Parsed::of(source.chain(), &blocks, times))?
        };
        let ledger = folder.join("replies");
        if ledger.exists() {
            fs::remove_dir_all(&ledger)?;
        }
        let ingested = figures.time("all", || ingest(&runtime, &source, &ledger, threads))?;
        figures.note_peak();
        if ingested.transactions != parsed.transactions {
            return Err("not every transaction was ingested".into());
        }
        runtime.block_on(look(&source, &ledger))?;
        figures.note("transfers", parsed.transfers);
        figures.note("transactions", parsed.transactions);
        figures.note("blocks", ingested.blocks.into());
        figures.note("bytes", source.bytes());
        note_sizes(&ledger, &ledger, &mut figures)?;
        Ok(figures)
    },
};

/// What a source runs in.
///
/// # Errors
/// When the system refuses.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// Makes a ledger of all that a source has.
///
/// # Errors
/// When a block does not become one, or is not in all what its hash commits to.
pub(super) fn ingest(
    runtime: &Runtime,
    source: &Repeated,
    ledger: &Path,
    threads: usize,
) -> Result<Ingested, Failure> {
    let mut writer = Writer::open(ledger, source.chain())?;
    let plan = Plan {
        from: source.names().next().map(|first| first.height),
        to: None,
        threads,
    };
    let ingested = runtime.block_on(ingest_accounts(
        source,
        None,
        &mut writer,
        plan,
        &mut |_| (),
        &AtomicBool::new(false),
    ))?;
    let checks = ingested.checks.unwrap_or_default();
    let parts = [
        checks.header,
        checks.transactions,
        checks.receipts,
        checks.after,
    ];
    if parts
        .iter()
        .any(|part| part.holds != u64::from(ingested.blocks))
    {
        return Err(format!("not every block is what its hash commits to: {checks:?}").into());
    }
    Ok(ingested)
}

/// Asks for every block and lets go of it.
fn read(runtime: &Runtime, source: &Repeated) -> Result<(), Failure> {
    let names: Vec<BlockRef> = source.names().collect();
    runtime.block_on(async {
        for part in names.chunks(AT_ONCE) {
            for raw in source.blocks(part).await {
                raw?;
            }
        }
        Ok(())
    })
}

/// The replies that come again, and how often they do.
async fn sample(source: &Repeated) -> Result<(Vec<RawAccountBlock>, u64), Failure> {
    let mut blocks = replies::all(source.source()).await?;
    blocks.retain(|raw| raw.at.height > 0);
    Ok((blocks, source.times()))
}

/// Looks whether the ledger has the last block, and finds its transactions.
async fn look(source: &Repeated, ledger: &Path) -> Result<(), Failure> {
    let ledger = Ledger::open(ledger)?;
    let (view, tip) = (ledger.view()?, source.tip().await?);
    let replies = source.blocks(&[tip]).await.into_iter().next();
    let last = account_block(source.chain(), &replies.ok_or("no last block")??)?;
    let transactions = &last.transactions;
    let are_found = transactions
        .iter()
        .all(|told| view.position_of(&told.hash).is_some());
    if view.tip() != tip || view.block(tip.height)? != Some(last) || !are_found {
        return Err(format!("the ledger does not have block {} as it is", tip.hash).into());
    }
    Ok(())
}
