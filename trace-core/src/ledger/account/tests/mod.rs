//! What a ledger of accounts holds is what was added.

#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what a test cannot go on without fails it, and its numbers are small"
)]

mod answers;
mod blocks;
mod crash;
mod damage;
mod flows;

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Ledger, Writer, verify};
use crate::ledger::LedgerError;
use crate::ledger::tests::folder::folder;
use crate::model::account::{Block, Transfer};
use crate::model::{BitcoinNetwork, BlockRef, ChainId, Position};
use crate::view::account::AccountView as _;
use blocks::{CHAIN, address, asset, tree};

/// A ledger of these blocks, in the order given, and the folder that it lies in.
fn ledger_of(blocks: &[Block]) -> (tempfile::TempDir, Ledger) {
    let dir = folder();
    let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
    for block in blocks {
        writer.append(block).unwrap();
    }
    writer.commit().unwrap();
    drop(writer);
    let ledger = Ledger::open(dir.path()).unwrap();
    (dir, ledger)
}

/// The blocks from the first one to `tip`, in chain order.
fn branch(blocks: &[Block], tip: BlockRef) -> Vec<&Block> {
    let mut branch = Vec::new();
    let mut next = Some(tip.hash);
    while let Some(hash) = next {
        let found = blocks.iter().find(|block| block.at.hash == hash);
        branch.extend(found);
        next = found.map(|block| block.parent);
    }
    branch.reverse();
    branch
}

fn transfers<'a>(branch: &[&'a Block], from_height: u32) -> Vec<&'a Transfer> {
    let blocks = branch.iter().filter(|block| block.at.height >= from_height);
    let of_block = |block: &&'a Block| {
        let block: &'a Block = block;
        let inside = block.transactions.iter().flat_map(|tx| &tx.transfers);
        inside.chain(&block.after).collect::<Vec<_>>()
    };
    blocks.flat_map(of_block).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_ledger_gives_back_every_block_and_every_history(
        blocks in tree(1..14), commits in any::<u16>(), as_of in any::<prop::sample::Index>(),
        from_height in 0..16_u32,
    ) {
        let dir = folder();
        let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
        for (number, block) in blocks.iter().enumerate() {
            writer.append(block).unwrap();
            if commits >> number & 1 == 1 {
                writer.commit().unwrap();
                drop(writer);
                writer = Writer::open(dir.path(), CHAIN).unwrap();
            }
        }
        writer.commit().unwrap();
        prop_assert_eq!(writer.tip(), blocks.last().map(|block| block.at));
        drop(writer);
        let verified = verify(dir.path(), &mut |_, _| ()).unwrap();
        prop_assert_eq!(verified.blocks as usize, blocks.len());
        let ledger = Ledger::open(dir.path()).unwrap();
        let tip = as_of.get(&blocks).at;
        let view = ledger.view_at(tip.hash).unwrap();
        let branch = branch(&blocks, tip);
        for block in &branch {
            prop_assert_eq!(view.block_at(block.at.height), Some(block.at));
            let held = view.block(block.at.height).unwrap();
            prop_assert_eq!(held.as_ref(), Some(*block));
            for (index, transaction) in (0..).zip(&block.transactions) {
                let height = block.at.height;
                let found = view.position_of(&transaction.hash);
                prop_assert_eq!(found, Some(Position { height, index }));
            }
        }
        prop_assert_eq!(view.block(tip.height + 1).unwrap(), None);
        let worst = branch.iter().map(|block| block.inner_calls).max();
        prop_assert_eq!(Some(view.inner_calls(0, u32::MAX)), worst);
        let moved = transfers(&branch, from_height);
        for number in 0..=blocks::ACCOUNTS {
            let account = address(number);
            let expected: Vec<Transfer> = moved.iter().copied().copied()
                .filter(|t| t.from == Some(account) || t.to == Some(account))
                .collect();
            prop_assert_eq!(view.history(&account, from_height), expected);
        }
        for number in 0..=blocks::ASSETS {
            let asset = asset(number);
            let expected: Vec<Transfer> =
                moved.iter().copied().copied().filter(|t| t.asset == asset).collect();
            prop_assert_eq!(view.movements(&asset, from_height), expected);
        }
    }

    #[test]
    fn the_bytes_do_not_depend_on_when_it_was_committed(
        blocks in tree(1..14), commits in any::<u16>(),
    ) {
        let contents = |commits: u16| -> BTreeMap<_, _> {
            let dir = folder();
            let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
            for (number, block) in blocks.iter().enumerate() {
                writer.append(block).unwrap();
                match commits >> number & 3 {
                    1 => writer.checkpoint().unwrap(),
                    3 => writer.commit().unwrap(),
                    _ => {}
                }
            }
            writer.commit().unwrap();
            drop(writer);
            crate::ledger::tests::plug::contents(dir.path())
        };
        prop_assert!(contents(commits) == contents(0));
    }
}

#[test]
fn a_block_that_does_not_fit_is_refused_by_name() {
    let blocks = blocks::straight(3);
    let dir = folder();
    let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
    writer.append(&blocks[1]).unwrap();
    let mut loose = blocks[2].clone();
    loose.parent = blocks[0].at.hash;
    let previous = loose.parent;
    let block = loose.at;
    assert_eq!(
        writer.append(&loose),
        Err(LedgerError::NotLinked { block, previous })
    );
    let mut high = blocks[2].clone();
    high.at.height += 1;
    assert_eq!(
        writer.append(&high),
        Err(LedgerError::Misnamed { block: high.at })
    );
    writer.append(&blocks[2]).unwrap();
}

#[test]
fn a_block_with_too_large_a_number_leaves_nothing_behind() {
    let blocks = blocks::straight(3);
    let dir = folder();
    let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
    writer.append(&blocks[0]).unwrap();
    let mut costly = blocks[1].clone();
    costly.transactions.push(blocks::transaction(7, Vec::new()));
    costly.transactions.last_mut().unwrap().gas_price = crate::model::account::U256::MAX;
    assert!(matches!(
        writer.append(&costly),
        Err(LedgerError::Full { .. })
    ));
    assert_eq!(writer.append(&blocks[1]), Err(LedgerError::HalfWay));
    writer.commit().unwrap();
    drop(writer);
    let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
    assert_eq!(writer.tip(), Some(blocks[0].at));
    writer.append(&blocks[1]).unwrap();
    writer.commit().unwrap();
    verify(dir.path(), &mut |_, _| ()).unwrap();
    let ledger = Ledger::open(dir.path()).unwrap();
    let view = ledger.view().unwrap();
    assert_eq!(view.block(1).unwrap().as_ref(), Some(&blocks[1]));
}

#[test]
fn a_folder_of_another_chain_or_kind_is_refused() {
    let dir = folder();
    let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
    writer.append(&blocks::straight(1)[0]).unwrap();
    writer.commit().unwrap();
    drop(writer);
    assert!(matches!(
        Writer::open(dir.path(), ChainId(2)),
        Err(LedgerError::OtherChain { .. })
    ));
    assert!(matches!(
        crate::ledger::Ledger::open(dir.path()),
        Err(LedgerError::OtherKind { .. })
    ));
    assert!(matches!(
        crate::ledger::Writer::open(dir.path(), BitcoinNetwork::Regtest),
        Err(LedgerError::OtherChain { .. })
    ));
    let coins = folder();
    drop(crate::ledger::Writer::open(coins.path(), BitcoinNetwork::Regtest).unwrap());
    assert!(matches!(
        Ledger::open(coins.path()),
        Err(LedgerError::OtherKind { .. })
    ));
    assert!(matches!(
        verify(coins.path(), &mut |_, _| ()),
        Err(LedgerError::OtherKind { .. })
    ));
}

#[test]
fn going_back_to_a_block_held_moves_the_tip() {
    let blocks = blocks::straight(4);
    let dir = folder();
    let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
    for block in &blocks {
        writer.append(block).unwrap();
    }
    writer.commit().unwrap();
    writer.set_tip(blocks[1].at.hash).unwrap();
    writer.commit().unwrap();
    drop(writer);
    let ledger = Ledger::open(dir.path()).unwrap();
    assert_eq!(ledger.view().unwrap().tip(), blocks[1].at);
    assert_eq!(ledger.view().unwrap().block(2).unwrap(), None);
    let later = ledger.view_at(blocks[3].at.hash).unwrap();
    assert_eq!(later.block(2).unwrap().as_ref(), Some(&blocks[2]));
    let writer = Writer::open(dir.path(), CHAIN).unwrap();
    assert_eq!(writer.tip(), Some(blocks[1].at));
    assert_eq!(writer.block_at(2), None);
}
