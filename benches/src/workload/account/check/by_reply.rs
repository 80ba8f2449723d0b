//! The ledger made of recorded replies that come twice, against the replies read one by one.

use std::path::Path;

use trace_core::ledger::account::Ledger;
use trace_core::model::account::Block;
use trace_core::normalise::{RawAccountBlock, account_block};
use trace_core::source::AccountBlockSource as _;

use super::super::ingest_replies::{ingest, runtime};
use super::super::repeated::Repeated;
use super::super::replies;
use super::super::retold::texts_of;
use super::same;
use crate::figures::Failure;

/// With every receipt comes this member, and with nothing else.
const OF_RECEIPT: &[u8] = b"\"cumulativeGasUsed\"";

/// How much was compared.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) blocks: u64,
    pub(super) transactions: u64,
}

/// Makes the ledger beside `made` and removes it again.
pub(super) fn compare(made: &Path) -> Result<Compared, Failure> {
    let runtime = runtime()?;
    let (source, raw) = runtime.block_on(async {
        let source = replies::named("economy").await?;
        let raw = replies::all(&*source).await?;
        let once: u64 = raw.iter().map(replies::bytes_of).sum();
        Ok::<_, Failure>((Repeated::of(source, once + 1).await?, raw))
    })?;
    let folder = made.with_extension("replies");
    ingest(&runtime, &source, &folder, 2)?;
    let mut compared = Compared::default();
    let ledger = Ledger::open(&folder)?;
    let view = ledger.view()?;
    let chain = source.chain();
    let [genesis, later @ ..] = &raw[..] else {
        return Err("a recording without blocks".into());
    };
    let order = std::iter::once(genesis).chain(later).chain(later);
    let mut names = source.names();
    let mut before = None;
    for (raw, at) in order.zip(&mut names) {
        let told = account_block(chain, raw)?;
        same(
            || format!("how many receipts block {} has", at.height),
            &receipts_of(raw),
            &told.transactions.len(),
        )?;
        let plain = Block {
            at,
            parent: before.unwrap_or(told.parent),
            ..told
        };
        let ours = view.block(at.height)?;
        same(
            || format!("block {}", at.height),
            &ours.as_ref(),
            &Some(&plain),
        )?;
        before = Some(at.hash);
        compared.blocks += 1;
        compared.transactions += plain.transactions.len() as u64;
    }
    let beyond = names.next().map(|at| at.height);
    same(|| "what comes after twice".to_owned(), &beyond, &None)?;
    same(|| "the tip".to_owned(), &Some(view.tip().hash), &before)?;
    std::fs::remove_dir_all(&folder)?;
    Ok(compared)
}

/// Counts the receipts without parsing them.
fn receipts_of(raw: &RawAccountBlock) -> usize {
    let texts = texts_of(&raw.receipts);
    let windows = texts.iter().flat_map(|text| text.windows(OF_RECEIPT.len()));
    windows.filter(|window| *window == OF_RECEIPT).count()
}
