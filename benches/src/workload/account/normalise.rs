//! Turns what nodes replied into blocks of accounts, on one thread.

use trace_core::model::ChainId;
use trace_core::normalise::{RawAccountBlock, account_block};

use super::super::Workload;
use super::chain::transfers_of;
use super::ingest_replies::runtime;
use super::replies;
use crate::figures::{Failure, Figures};

/// Bytes of replies that are gone through, over and over the same.
pub(super) const BYTES: u64 = 400_000_000;

/// Parses the [replies](replies::named) that the argument names.
pub const WORKLOAD: Workload = Workload {
    name: "normalise-accounts",
    run: |_, name| {
        let runtime = runtime()?;
        let (chain, blocks) = runtime.block_on(async {
            let source = replies::named(name).await?;
            let blocks = replies::all(&*source).await?;
            Ok::<_, Failure>((source.chain(), blocks))
        })?;
        let once: u64 = blocks.iter().map(replies::bytes_of).sum();
        let times = BYTES.div_ceil(once);
        let mut figures = Figures::default();
        let parsed = figures.time("all", || Parsed::of(chain, &blocks, times))?;
        figures.note("transfers", parsed.transfers);
        figures.note("transactions", parsed.transactions);
        figures.note("bytes", once * times);
        Ok(figures)
    },
};

/// What was found in replies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) transactions: u64,
    pub(super) transfers: u64,
}

impl Parsed {
    /// Parses the same replies so many times.
    ///
    /// # Errors
    /// When they are not what a node replies.
    pub(super) fn of(
        chain: ChainId,
        blocks: &[RawAccountBlock],
        times: u64,
    ) -> Result<Self, Failure> {
        let mut parsed = Self::default();
        for raw in (0..times).flat_map(|_| blocks) {
            let block = account_block(chain, raw)?;
            parsed.transactions += block.transactions.len() as u64;
            parsed.transfers += transfers_of(&block);
        }
        Ok(parsed)
    }
}
