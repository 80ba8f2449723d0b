//! A simulated chain of coins, whole and in part.

use trace_core::ingest::Plan;
use trace_core::ledger::{Ledger, verify};
use trace_core::model::Block;
use trace_core::normalise;

use super::coins::{Coins, simulated};
use super::folder::folder;
use super::given::Given;
use super::naive::Naive;
use super::read::{ALL, read};
use crate::contents::files;

fn parsed(source: &Given<Coins>) -> Vec<Block> {
    let blocks = source.best.iter().map(|at| &source.blocks[&at.hash]);
    blocks.map(|raw| normalise::block(raw).unwrap()).collect()
}

fn check(source: &Given<Coins>, dir: &std::path::Path) {
    let blocks = parsed(source);
    let verified = verify(dir, &mut |_, _| ()).unwrap();
    assert_eq!(verified.blocks as usize, blocks.len());
    let transactions = blocks.iter().map(|block| block.transactions.len() as u64);
    assert_eq!(verified.transactions, transactions.sum::<u64>());
    let ledger = Ledger::open(dir).unwrap();
    let naive = Naive::of(blocks.iter().collect(), std::iter::empty());
    naive.check(&ledger.view().unwrap());
}

#[test]
fn the_ledger_is_the_chain_whatever_the_source_knows_of_what_is_spent() {
    let with_undo = simulated(0, true);
    let dir = folder();
    read(&with_undo, dir.path(), ALL).unwrap();
    check(&with_undo, dir.path());
    let expected = files(dir.path());
    for (source, threads) in [(&with_undo, 5), (&simulated(0, false), 1)] {
        let dir = folder();
        read(source, dir.path(), Plan { threads, ..ALL }).unwrap();
        assert!(files(dir.path()) == expected, "{threads} threads");
    }
}

#[test]
fn a_part_of_a_chain_knows_what_the_source_told_of_the_rest() {
    for with_undo in [true, false] {
        let source = simulated(110, with_undo);
        let dir = folder();
        let done = read(&source, dir.path(), ALL).unwrap();
        assert_eq!(done.blocks as usize, source.best.len());
        let verified = verify(dir.path(), &mut |_, _| ()).unwrap();
        assert_eq!(verified.blocks_without_sums == 0, with_undo);
        if with_undo {
            check(&source, dir.path());
        }
    }
}
