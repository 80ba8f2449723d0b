//! The plug is pulled at every change of a file.

use std::path::Path;

use super::blocks::{CHAIN, grow, straight};
use crate::ledger::LedgerError;
use crate::ledger::account::{Writer, verify};
use crate::ledger::disk::Disk;
use crate::ledger::tests::plug::{MASKS, Play};
use crate::model::BlockHash;
use crate::model::account::Block;

/// A chain with two forks, of which the second is left in the end.
fn forked() -> Vec<Block> {
    let mut blocks = straight(11);
    for parent in [3, 6, 7, 8, 9, 8, 11] {
        grow(&mut blocks, Some(parent));
    }
    blocks
}

fn act(
    dir: &Path,
    blocks: &[Block],
    disk: Disk,
    acknowledged: &mut Vec<BlockHash>,
) -> Result<(), LedgerError> {
    let mut writer = Writer::open_on(dir, CHAIN, disk)?;
    for (number, block) in blocks.iter().enumerate() {
        if !writer.has(block.at.hash) {
            writer.append(block)?;
        }
        match number % 4 {
            1 => writer.checkpoint()?,
            3 => writer.commit()?,
            _ => continue,
        }
        *acknowledged = blocks[..=number]
            .iter()
            .map(|block| block.at.hash)
            .collect();
    }
    writer.set_tip(blocks[10].at.hash)?;
    writer.commit()?;
    *acknowledged = blocks.iter().map(|block| block.at.hash).collect();
    Ok(())
}

fn with_play(then: impl Fn(&Play<'_>)) {
    let blocks = forked();
    then(&Play {
        act: &|dir, disk, acknowledged| act(dir, &blocks, disk, acknowledged),
        lacks: &|dir, disk, wanted| {
            let writer = Writer::open_on(dir, CHAIN, disk).unwrap();
            wanted.iter().copied().find(|hash| !writer.has(*hash))
        },
        blocks: &|dir| verify(dir, &mut |_, _| ()).unwrap().blocks as usize,
        blocks_at_the_end: blocks.len(),
    });
}

#[test]
fn killed_at_any_change_it_goes_on_to_the_same_bytes() {
    with_play(|play| play.survives_any_kill(200));
}

#[test]
fn killed_again_while_it_recovers_it_goes_on_to_the_same_bytes() {
    with_play(|play| play.survives_kills_in_a_row(7));
}

#[test]
fn a_power_cut_that_loses_what_was_not_synced_loses_nothing_acknowledged() {
    with_play(|play| play.survives_power_cuts(&MASKS));
}
