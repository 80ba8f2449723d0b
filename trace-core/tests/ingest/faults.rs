//! A source that does not tell the truth: no wrong ledger, and the block at fault is named.

use testdata::simulator::{Settings, Simulation};
use trace_core::ingest::{IngestError, Plan};
use trace_core::ledger::{LedgerError, Writer, verify};
use trace_core::model::{BitcoinNetwork, BlockHash, BlockRef};
use trace_core::normalise::{RawBlock, Spent};
use trace_core::source::SourceError;

use crate::folder::folder;
use crate::given::{ALL, Given, read};

fn given() -> Given {
    let settings = Settings {
        seed: 5,
        transactions: 150,
        block_transactions_max: 40,
    };
    let mut given = Given::new(BitcoinNetwork::Mainnet);
    for block in Simulation::new(settings) {
        let at = BlockRef {
            height: block.height,
            hash: BlockHash(block.hash),
        };
        given.push(at, block.bytes, Spent::Unknown);
    }
    given
}

/// What is said of a source that lies about the block at a height. The blocks below it must
/// have been kept, whichever way they are parsed.
fn refused(height: u32, lie: impl Fn(&mut Given, BlockRef)) -> IngestError {
    let mut errors = Vec::new();
    for threads in [1, 3] {
        let mut given = given();
        let at = given.best[height as usize];
        let below = given.best[height as usize - 1];
        lie(&mut given, at);
        let dir = folder();
        errors.push(read(&given, dir.path(), Plan { threads, ..ALL }).unwrap_err());
        let writer = Writer::open(dir.path(), given.chain).unwrap();
        assert_eq!(writer.tip(), Some(below));
        drop(writer);
        verify(dir.path(), &mut |_, _| ()).unwrap();
    }
    assert_eq!(errors[0], errors[1]);
    errors.remove(0)
}

#[test]
fn a_block_that_is_another_one_is_named() {
    for height in [3, 20] {
        let at = given().best[height as usize];
        let not_given = IngestError::NotGiven { asked: at };
        // Another block, and honest about it.
        let error = refused(height, |given, at| {
            let other = given.blocks[&given.best[height as usize - 1].hash].clone();
            given.blocks.insert(at.hash, other);
        });
        assert_eq!(error, not_given);
        // Another block under this one's name.
        let error = refused(height, |given, at| {
            let mut other = given.blocks[&given.best[height as usize - 1].hash].clone();
            if let RawBlock::Serialised { at: named, .. } = &mut other {
                *named = at;
            }
            given.blocks.insert(at.hash, other);
        });
        let IngestError::Source(SourceError::Normalise(error)) = error else {
            panic!("{error}");
        };
        assert_eq!(error.block, Some(at.hash));
        // None at all: the answers are fewer than the questions.
        let error = refused(height, |given, _| {
            let last = given.best.split_off(height as usize);
            for at in &last {
                given.blocks.remove(&at.hash);
            }
            given.best.extend(last);
        });
        assert_eq!(error, not_given);
    }
}

#[test]
fn a_changed_byte_of_what_a_block_commits_to_is_found() {
    let height = 108;
    let at = given().best[height as usize];
    // The header, the number of transactions, and the first one up to its outputs. Behind them
    // are witnesses, which the names of transactions do not cover.
    for byte in (0..160).step_by(7) {
        let error = refused(height, |given, at| {
            if let Some(RawBlock::Serialised { block, .. }) = given.blocks.get_mut(&at.hash) {
                block[byte] ^= 1;
            }
        });
        let IngestError::Source(SourceError::Normalise(error)) = error else {
            panic!("byte {byte}: {error}");
        };
        assert_eq!(error.block, Some(at.hash), "byte {byte}");
    }
}

#[test]
fn names_with_a_gap_or_at_other_heights_are_refused() {
    let unnamed = |height| IngestError::Unnamed { height };
    let dir = folder();
    let mut gap = given();
    gap.best.remove(30);
    assert_eq!(read(&gap, dir.path(), ALL), Err(unnamed(30)));
    let dir = folder();
    let mut shifted = given();
    shifted.best[30].height = 31;
    assert_eq!(read(&shifted, dir.path(), ALL), Err(unnamed(30)));
    let dir = folder();
    let mut begins_later = given();
    begins_later.best.drain(..30);
    let from = Plan {
        from: Some(10),
        ..ALL
    };
    assert_eq!(read(&begins_later, dir.path(), from), Err(unnamed(10)));
    let done = read(&begins_later, dir.path(), ALL).unwrap();
    assert_eq!(done.tip, begins_later.best.last().copied());
}

#[test]
fn a_height_that_the_header_does_not_have_is_refused() {
    let dir = folder();
    let mut higher = given();
    for at in &mut higher.best[40..] {
        at.height += 1;
    }
    let mut twice = higher.best[40];
    twice.height -= 1;
    higher.best.insert(40, twice);
    let hash = higher.best[41].hash;
    for at in [higher.best[40], higher.best[41]] {
        let raw = higher.blocks.get_mut(&hash).unwrap();
        let RawBlock::Serialised { at: named, .. } = raw else {
            panic!("a serialised block");
        };
        *named = at;
    }
    // The block is held when it comes again at the next height, and cannot be given twice.
    let error = read(&higher, dir.path(), ALL).unwrap_err();
    assert!(
        matches!(
            error,
            IngestError::NotGiven { .. } | IngestError::Ledger(LedgerError::Misnamed { .. })
        ),
        "{error}"
    );
}

#[test]
fn another_chain_is_refused_before_anything_is_asked() {
    let given = given();
    let dir = folder();
    let ledger_chain = BitcoinNetwork::Testnet4;
    let mut writer = Writer::open(dir.path(), ledger_chain).unwrap();
    let error = crate::given::read_into(&given, &mut writer, ALL, u32::MAX);
    assert_eq!(
        error,
        Err(IngestError::OtherChain {
            source_chain: given.chain.into(),
            ledger_chain: ledger_chain.into()
        })
    );
}
