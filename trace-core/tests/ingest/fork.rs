//! A source whose best branch changes, between two runs and in the middle of one.

use std::sync::atomic::{AtomicUsize, Ordering};

use bitcoin::absolute::LockTime;
use bitcoin::block::{Header, Version};
use bitcoin::consensus::serialize;
use bitcoin::hashes::Hash as _;
use bitcoin::{
    Amount, CompactTarget, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxMerkleNode, TxOut,
    Witness, transaction,
};
use futures_util::future::BoxFuture;
use trace_core::ingest::{IngestError, Plan};
use trace_core::ledger::{Ledger, LedgerError, Writer, verify};
use trace_core::model::{BitcoinNetwork, BlockHash, BlockRef};
use trace_core::normalise::{RawBlock, Spent};
use trace_core::source::{BlockSource, SourceError};
use trace_core::view::CoinView as _;

use crate::folder::folder;
use crate::given::{ALL, Given, read};

/// Cuts the best branch off above a height and grows another one, different for each `name`.
fn grow(given: &mut Given, above: u32, blocks: u32, name: u8) {
    given.best.retain(|at| at.height <= above);
    for height in given.best.len() as u32.. {
        if given.best.len() as u32 > above + blocks {
            break;
        }
        let previous = given.best.last().map_or(BlockHash::default(), |at| at.hash);
        let (hash, bytes) = block(previous, height, name);
        given.push(BlockRef { height, hash }, bytes, Spent::Unknown);
    }
}

fn block(previous: BlockHash, height: u32, name: u8) -> (BlockHash, Vec<u8>) {
    let coinbase = Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            script_sig: ScriptBuf::from_bytes([&[9, name], &height.to_le_bytes()[..]].concat()),
            sequence: Sequence::MAX,
            witness: Witness::default(),
        }],
        output: vec![TxOut {
            value: Amount::from_sat(5_000),
            script_pubkey: ScriptBuf::from_bytes(vec![0x51, name]),
        }],
    };
    let header = Header {
        version: Version::TWO,
        prev_blockhash: bitcoin::BlockHash::from_byte_array(previous.0),
        merkle_root: TxMerkleNode::from_byte_array(coinbase.compute_txid().to_byte_array()),
        time: height,
        bits: CompactTarget::from_consensus(0x207f_ffff),
        nonce: 0,
    };
    let hash = BlockHash(header.block_hash().to_byte_array());
    let block = bitcoin::Block {
        header,
        txdata: vec![coinbase],
    };
    (hash, serialize(&block))
}

fn given() -> Given {
    let mut given = Given::new(BitcoinNetwork::Regtest);
    grow(&mut given, 0, 40, b'a');
    given
}

fn check(dir: &std::path::Path, given: &Given) {
    let ledger = Ledger::open(dir).unwrap();
    let view = ledger.view().unwrap();
    assert_eq!(Some(&view.tip()), given.best.last());
    for at in &given.best {
        assert_eq!(view.block_at(at.height), Some(*at));
    }
    verify(dir, &mut |_, _| ()).unwrap();
}

#[test]
fn the_new_branch_is_followed_and_the_old_one_stays() {
    let dir = folder();
    let mut given = given();
    read(&given, dir.path(), ALL).unwrap();
    let first = given.best.clone();
    for (above, blocks, name) in [(39, 2, b'b'), (30, 20, b'c'), (0, 60, b'd')] {
        let left = given.best.last().copied();
        grow(&mut given, above, blocks, name);
        let done = read(&given, dir.path(), ALL).unwrap();
        assert_eq!(done.left, left);
        assert_eq!(done.blocks, blocks);
        check(dir.path(), &given);
    }
    // Back to the first one: nothing to add.
    let left = given.best.last().copied();
    given.best.clone_from(&first);
    let done = read(&given, dir.path(), ALL).unwrap();
    assert_eq!((done.left, done.blocks), (left, 0));
    check(dir.path(), &given);
    // And on from there, behind blocks that are held.
    given.best.truncate(20);
    let done = read(&given, dir.path(), ALL).unwrap();
    assert_eq!((done.left, done.blocks), (first.last().copied(), 0));
    check(dir.path(), &given);
    given.best = first;
    grow(&mut given, 40, 5, b'a');
    let done = read(&given, dir.path(), ALL).unwrap();
    assert_eq!((done.left, done.blocks), (None, 5));
    check(dir.path(), &given);
    let ledger = Ledger::open(dir.path()).unwrap();
    assert_eq!(ledger.tips().unwrap().len(), 4);
}

#[test]
fn a_last_height_does_not_move_the_tip_back() {
    let dir = folder();
    let mut given = given();
    read(&given, dir.path(), ALL).unwrap();
    let to = |to| Plan {
        to: Some(to),
        ..ALL
    };
    let tip = given.best.last().copied();
    assert_eq!(read(&given, dir.path(), to(10)).unwrap().tip, tip);
    // On another branch it is where that branch is to end.
    grow(&mut given, 30, 20, b'b');
    assert_eq!(read(&given, dir.path(), to(20)).unwrap().tip, tip);
    let done = read(&given, dir.path(), to(35)).unwrap();
    assert_eq!((done.blocks, done.tip), (5, Some(given.best[35])));
}

/// A source that names one branch at first and another one from some question on.
struct Changing {
    before: Given,
    after: Given,
    questions: AtomicUsize,
    change_at: usize,
}

impl Changing {
    fn now(&self) -> &Given {
        if self.questions.fetch_add(1, Ordering::SeqCst) < self.change_at {
            &self.before
        } else {
            &self.after
        }
    }
}

impl BlockSource for Changing {
    fn chain(&self) -> BitcoinNetwork {
        self.before.chain
    }

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
        self.now().tip()
    }

    fn refs(&self, from: u32, to: u32) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>> {
        self.now().refs(from, to)
    }

    fn blocks<'a>(
        &'a self,
        named: &'a [BlockRef],
    ) -> BoxFuture<'a, Vec<Result<RawBlock, SourceError>>> {
        self.after.blocks(named)
    }
}

#[test]
fn a_branch_that_changes_under_way_is_followed() {
    for change_at in 0..12 {
        for held in [0, 25, 40] {
            let dir = folder();
            let before = given();
            let mut early = before.clone();
            early.best.truncate(held.max(1));
            read(&early, dir.path(), ALL).unwrap();
            let mut after = before.clone();
            grow(&mut after, 18, 30, b'b');
            let changing = Changing {
                before,
                after,
                questions: AtomicUsize::new(0),
                change_at,
            };
            let tip = changing.after.best.last().copied();
            // A change behind the last question is seen by the next run.
            let mut runs = (0..12).map(|_| read(&changing, dir.path(), ALL).unwrap().tip);
            assert!(runs.any(|reached| reached == tip));
            check(dir.path(), &changing.after);
        }
    }
}

#[test]
fn a_branch_that_leads_nowhere_or_shares_nothing_is_refused() {
    let dir = folder();
    let mut given = given();
    let mut other = given.clone();
    grow(&mut other, 18, 30, b'b');
    let (fifth, sixth) = (given.best[29], other.best[30]);
    given.best.truncate(30);
    given.best.push(sixth);
    given.blocks.extend(other.blocks.clone());
    let error = read(&given, dir.path(), ALL).unwrap_err();
    let previous = other.best[29].hash;
    let not_linked = LedgerError::NotLinked {
        block: sixth,
        previous,
    };
    assert_eq!(error, not_linked.into());
    // What fits was kept.
    let writer = Writer::open(dir.path(), given.chain).unwrap();
    assert_eq!(writer.tip(), Some(fifth));
    drop(writer);
    let mut elsewhere = Given::new(BitcoinNetwork::Regtest);
    grow(&mut elsewhere, 0, 50, b'z');
    let first = given.best[0];
    let shares_nothing = Err(IngestError::NothingShared { first });
    assert_eq!(read(&elsewhere, dir.path(), ALL), shares_nothing);
}
