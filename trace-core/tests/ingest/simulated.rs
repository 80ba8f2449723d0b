//! A simulated chain, whole and in part.

use testdata::simulator::{Settings, Simulation};
use trace_core::ingest::{IngestError, Plan};
use trace_core::ledger::{Ledger, Writer, verify};
use trace_core::model::{BitcoinNetwork, Block, BlockHash, BlockRef};
use trace_core::normalise::{self, Spent};
use trace_core::view::CoinView as _;

use crate::folder::folder;
use crate::given::{ALL, Given, files, read, read_into};
use crate::naive::Naive;

const SETTINGS: Settings = Settings {
    seed: 17,
    transactions: 3_000,
    block_transactions_max: 200,
};

/// The chain from a height on, with or without what its blocks spend.
fn source(first_height: u32, with_undo: bool) -> Given {
    let mut given = Given::new(BitcoinNetwork::Mainnet);
    for block in Simulation::new(SETTINGS).filter(|block| block.height >= first_height) {
        let at = BlockRef {
            height: block.height,
            hash: BlockHash(block.hash),
        };
        let spent = if with_undo && block.height > 0 {
            Spent::Undo(block.undo)
        } else {
            Spent::Unknown
        };
        given.push(at, block.bytes, spent);
    }
    given
}

fn parsed(source: &Given) -> Vec<Block> {
    let blocks = source.best.iter().map(|at| &source.blocks[&at.hash]);
    blocks.map(|raw| normalise::block(raw).unwrap()).collect()
}

fn check(source: &Given, dir: &std::path::Path) {
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
fn the_ledger_is_the_chain_whatever_the_source_knows_and_however_many_threads_parse() {
    let with_undo = source(0, true);
    let dir = folder();
    let done = read(&with_undo, dir.path(), ALL).unwrap();
    assert_eq!(done.tip, with_undo.best.last().copied());
    assert_eq!(done.blocks as usize, with_undo.best.len());
    assert_eq!((done.left, done.is_interrupted), (None, false));
    check(&with_undo, dir.path());
    let expected = files(dir.path());
    for (source, threads) in [(&with_undo, 0), (&with_undo, 5), (&source(0, false), 1)] {
        let dir = folder();
        read(source, dir.path(), Plan { threads, ..ALL }).unwrap();
        assert!(files(dir.path()) == expected, "{threads} threads");
    }
}

#[test]
fn interrupted_anywhere_it_goes_on_to_the_same_bytes() {
    let source = source(0, false);
    let whole = folder();
    read(&source, whole.path(), ALL).unwrap();
    let dir = folder();
    let mut held = 0;
    for blocks in [1, 7, 30, u32::MAX] {
        let mut writer = Writer::open(dir.path(), source.chain).unwrap();
        let done = read_into(&source, &mut writer, ALL, blocks).unwrap();
        held += done.blocks;
        assert_eq!(done.is_interrupted, blocks < u32::MAX);
        assert_eq!(done.tip, Some(source.best[held as usize - 1]));
        drop(writer);
        let ledger = Ledger::open(dir.path()).unwrap();
        assert_eq!(Some(ledger.view().unwrap().tip()), done.tip);
    }
    assert!(files(dir.path()) == files(whole.path()));
    let again = read(&source, dir.path(), ALL).unwrap();
    assert_eq!(again.blocks, 0);
    assert!(files(dir.path()) == files(whole.path()));
}

#[test]
fn a_plan_has_a_first_and_a_last_height() {
    let source = source(0, true);
    let dir = folder();
    let plan = |from, to| Plan { from, to, ..ALL };
    let done = read(&source, dir.path(), plan(Some(105), Some(110))).unwrap();
    assert_eq!((done.blocks, done.tip), (6, Some(source.best[110])));
    // It goes on from its tip, and not beyond what is asked for.
    let done = read(&source, dir.path(), plan(Some(200), Some(112))).unwrap();
    assert_eq!((done.blocks, done.tip), (2, Some(source.best[112])));
    let done = read(&source, dir.path(), plan(None, Some(107))).unwrap();
    assert_eq!((done.blocks, done.tip), (0, Some(source.best[112])));
    let below = read(&source, dir.path(), plan(Some(104), None));
    assert_eq!(
        below,
        Err(IngestError::BeforeFirst {
            from: 104,
            first: 105
        })
    );
}

#[test]
fn a_part_of_a_chain_knows_what_the_source_told_of_the_rest() {
    for with_undo in [true, false] {
        let source = source(110, with_undo);
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
