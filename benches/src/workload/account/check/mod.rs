//! Compares what trace makes of a drawn chain of accounts with what plain maps and loops make of
//! it: what a ledger gives back, by place, by account and by asset, and where value went under
//! every policy. Of recorded replies it compares the ledger with the replies read one by one.
//!
//! The plain side of following is the naive walk of the tests of `trace-core`, which holds every
//! unit of every balance.

mod by_account;
mod by_place;
mod by_policy;
mod by_reply;

use std::fmt::Debug;
use std::fs;

use trace_core::ledger::account::Ledger;
use trace_core::taint::Policy;

use super::super::Workload;
use super::chain::{Chain, transfers_of};
use super::{follow, ingest};
use crate::figures::{Failure, Figures};
use crate::story::Story;

/// Transfers of the longest chain whose units are held one by one.
pub const CHECKED_MAX: u64 = 100_000;
/// How much is shown of what differs, in characters.
const SHOWN: usize = 240;

/// Compares everything on a chain of as many transfers as the argument says, and fails at the
/// first difference. What is noted is how much was compared.
pub const WORKLOAD: Workload = Workload {
    name: "check-accounts",
    run: |folder, transfers| {
        let transfers: u64 = transfers.parse()?;
        if transfers > CHECKED_MAX {
            return Err(format!("more than {CHECKED_MAX} transfers").into());
        }
        let made = folder.join("check-accounts");
        let story = Story {
            blocks: Chain::of_few_units(transfers).collect(),
        };
        let (mut figures, mut making) = (Figures::default(), Figures::default());
        let blocks = story.blocks.iter().cloned();
        drop(ingest::make(&made, blocks, &mut making)?);
        figures.note("transfers", making.get("transfers").unwrap_or_default());
        let ledger = Ledger::open(&made)?;
        let view = ledger.view()?;
        let read = figures.time("by_place", || by_place::compare(&view, &story.blocks))?;
        figures.note("blocks", read.blocks);
        figures.note("transactions", read.transactions);
        if follow::walk(&view) != walked(&story) {
            return Err("reading in order finds other transfers than were drawn".into());
        }
        let read = figures.time("by_account", || by_account::compare(&view, &story.blocks))?;
        figures.note("accounts", read.accounts);
        figures.note("assets", read.assets);
        figures.note("balances", read.balances);
        for policy in Policy::ALL {
            let name = format!("follow.{policy}");
            let compared = figures.time(&name, || by_policy::compare(&view, &story, policy))?;
            figures.note(format!("{name}.destinations"), compared);
        }
        let compared = figures.time("by_reply", || by_reply::compare(&made))?;
        figures.note("replied_blocks", compared.blocks);
        figures.note("replied_transactions", compared.transactions);
        fs::remove_dir_all(&made)?;
        Ok(figures)
    },
};

/// How many transfers were drawn, and the sum of what they move.
fn walked(story: &Story) -> (u64, u64) {
    let mut sum = 0_u64;
    for block in &story.blocks {
        let inside = block.transactions.iter().flat_map(|told| &told.transfers);
        for transfer in inside.chain(&block.after) {
            sum = sum.wrapping_add(transfer.amount.as_limbs()[0]);
        }
    }
    (story.blocks.iter().map(transfers_of).sum(), sum)
}

/// Fails unless both say the same, and shows where they differ first.
fn same<T: PartialEq + Debug>(
    what: impl FnOnce() -> String,
    ours: &T,
    plain: &T,
) -> Result<(), Failure> {
    if ours == plain {
        return Ok(());
    }
    let (ours, plain) = (format!("{ours:?}"), format!("{plain:?}"));
    let pairs = ours.chars().zip(plain.chars());
    let at = pairs.take_while(|(ours, plain)| ours == plain).count();
    let part = |text: &str| -> String {
        let from = at.saturating_sub(SHOWN / 2);
        text.chars().skip(from).take(SHOWN).collect()
    };
    let (ours, plain) = (part(&ours), part(&plain));
    Err(format!("{} is {ours} for trace and plainly {plain}", what()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_shown() {
        let says = |ours: &[u8], plain: &[u8]| same(|| "it".to_owned(), &ours, &plain);
        assert!(says(&[1, 2], &[1, 2]).is_ok());
        let error = says(&[1, 2], &[1, 3]).unwrap_err().to_string();
        assert_eq!(error, "it is [1, 2] for trace and plainly [1, 3]");
        let (ours, plain) = ([[1; 500], [2; 500]].concat(), [1; 1000]);
        let error = says(&ours, &plain).unwrap_err().to_string();
        assert!(error.len() < 2 * SHOWN + 50, "{error}");
        assert!(
            error.contains("1, 2, 2, 2") && error.ends_with("1, 1, 1, "),
            "{error}"
        );
    }
}
