//! `trace verify`: whether what is stored is whole.

use std::path::Path;

use trace_core::ledger::{self, Ledger, account};
use trace_core::model::Chain;
use trace_core::source::{Limits, recording};
use trace_core::view::CoinView;

use super::record::hex;
use crate::arguments::{TextOrJson, Verify};
use crate::document::{AsOf, Held, LedgerVerified, PROGRAM, RecordingVerified};
use crate::export;
use crate::failure::Failure;
use crate::session::{Answer, Session};

/// The schema of what is said of a ledger.
const LEDGER_VERIFIED: &str = "trace/verify-ledger/1";

/// Runs the command. What is not whole is a failure that names the file and the place.
pub(crate) fn run(arguments: &Verify, session: &mut Session) -> Result<Answer, Failure> {
    match (&arguments.ledger, &arguments.recording) {
        (Some(folder), _) => of_ledger(folder, arguments.format, session),
        (None, Some(file)) => of_recording(file, arguments.format, session),
        (None, None) => Ok(Answer::Nothing),
    }
}

fn of_ledger(folder: &Path, format: TextOrJson, session: &mut Session) -> Result<Answer, Failure> {
    let bar = session.talk.bar(0, "blocks");
    let mut progress = |done: u32, all: u32| {
        bar.set_length(all.into());
        bar.set_position(done.into());
    };
    let found = match ledger::chain_of(folder)? {
        Chain::Bitcoin(_) => of_coins(folder, &mut progress),
        Chain::Evm(_) => of_accounts(folder, &mut progress),
    };
    bar.finish_and_clear();
    let found = found?;
    session.answer(|to| match format {
        TextOrJson::Text => export::ledger_verified(&found, to),
        TextOrJson::Json => export::json(&found, to),
    })?;
    Ok(Answer::Given)
}

fn of_coins(folder: &Path, progress: &mut dyn FnMut(u32, u32)) -> Result<LedgerVerified, Failure> {
    let verified = ledger::verify(folder, progress)?;
    let tip = if verified.blocks > 0 {
        let opened = Ledger::open(folder)?;
        let view = opened.view()?;
        Some(AsOf::of(view.chain(), view.tip()))
    } else {
        None
    };
    Ok(LedgerVerified {
        schema: LEDGER_VERIFIED,
        program: PROGRAM,
        tip,
        blocks: verified.blocks,
        transactions: verified.transactions,
        held: Held::Coins {
            inputs: verified.inputs,
            outputs: verified.outputs,
            addresses: verified.addresses,
            blocks_without_sums: verified.blocks_without_sums,
        },
    })
}

fn of_accounts(
    folder: &Path,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<LedgerVerified, Failure> {
    let verified = account::verify(folder, progress)?;
    let tip = if verified.blocks > 0 {
        let opened = account::Ledger::open(folder)?;
        let view = opened.view()?;
        Some(AsOf::of(view.chain(), view.tip()))
    } else {
        None
    };
    Ok(LedgerVerified {
        schema: LEDGER_VERIFIED,
        program: PROGRAM,
        tip,
        blocks: verified.blocks,
        transactions: verified.transactions,
        held: Held::Accounts {
            transfers: verified.transfers,
            accounts: verified.accounts,
            assets: verified.assets,
            allocated: verified.allocated,
            checks: verified.checks.into(),
        },
    })
}

fn of_recording(file: &Path, format: TextOrJson, session: &mut Session) -> Result<Answer, Failure> {
    let summary = recording::verify(file, &Limits::default())?;
    let found = RecordingVerified {
        schema: "trace/verify-recording/1",
        program: PROGRAM,
        chain: summary.header.chain.to_string(),
        origin: summary.header.origin.to_string(),
        holds: summary.header.holds.to_string(),
        replies: summary.entries,
        plain_bytes: summary.plain_bytes,
        hash: hex(&summary.hash),
        complete: summary.torn_at.is_none(),
    };
    session.answer(|to| match format {
        TextOrJson::Text => export::recording_verified(&found, to),
        TextOrJson::Json => export::json(&found, to),
    })?;
    if let Some(byte) = summary.torn_at {
        session.talk.say(format_args!(
            "{}: was never closed and breaks off at byte {byte}; what is before it is whole",
            file.display()
        ));
        return Ok(Answer::Nothing);
    }
    Ok(Answer::Given)
}
