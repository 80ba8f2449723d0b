//! Makes the ledger of a drawn chain of accounts.

use std::fs;
use std::path::Path;

use trace_core::ledger::account::Writer;
use trace_core::model::ChainId;
use trace_core::model::account::Block;

use super::super::Workload;
use super::super::ingest::note_sizes;
use super::chain::{Chain, transfers_of};
use crate::figures::{Failure, Figures};

/// Appends a chain of as many transfers as the argument says, block by block as it is drawn, and
/// makes it durable and searchable. Drawing is a part of the time.
pub const WORKLOAD: Workload = Workload {
    name: "ingest-accounts",
    run: |folder, transfers| {
        let ledger = folder.join("accounts");
        let mut figures = Figures::default();
        let chain = Chain::of(transfers.parse()?);
        let writer = make(&ledger, chain, &mut figures)?;
        let memory = writer.memory();
        figures.note("accounts", memory.accounts);
        figures.note("account_bytes", memory.account_bytes);
        note_sizes(&ledger, &ledger, &mut figures)?;
        Ok(figures)
    },
};

/// Makes the ledger of a chain, and notes how many transfers it has.
///
/// # Errors
/// When a block does not fit where it comes, or the system refuses.
pub(super) fn make(
    ledger: &Path,
    chain: impl IntoIterator<Item = Block>,
    figures: &mut Figures,
) -> Result<Writer, Failure> {
    if ledger.exists() {
        fs::remove_dir_all(ledger)?;
    }
    let mut writer = Writer::open(ledger, ChainId(1))?;
    let mut transfers = 0;
    figures.time("append", || {
        for block in chain {
            writer.append(&block)?;
            transfers += transfers_of(&block);
        }
        Ok(())
    })?;
    figures.time("commit", || Ok(writer.commit()?))?;
    figures.note_peak();
    figures.note("transfers", transfers);
    Ok(writer)
}
