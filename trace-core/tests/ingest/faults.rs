//! A source that does not tell the truth, or breaks off: no wrong ledger, and the block at fault
//! is named.

use trace_core::ingest::{IngestError, Plan};
use trace_core::ledger::LedgerError;
use trace_core::model::BlockRef;
use trace_core::normalise::NormaliseError;
use trace_core::source::{AskError, SourceError};

use super::accounts::Accounts;
use super::folder::folder;
use super::given::Given;
use super::kind::Kind;
use super::read::{ALL, read, read_from, read_into};
use super::source::{Source, Turn};
use crate::contents::files;

of_both_kinds![
    a_block_that_is_another_one_is_named,
    names_with_a_gap_or_at_other_heights_are_refused,
    a_height_that_the_header_does_not_have_is_refused,
    another_chain_is_refused_before_anything_is_asked,
    a_question_without_a_reply_costs_nothing_that_was_read,
];

/// What is said of a source that lies about the block at a height. The blocks below it must
/// have been kept, whichever way they are parsed.
pub(crate) fn refused<K: Kind>(
    truth: &Given<K>,
    height: u32,
    lie: impl Fn(&mut Given<K>, BlockRef),
) -> IngestError {
    let mut given = truth.clone();
    let at = given.best[height as usize];
    let below = given.best[height as usize - 1];
    lie(&mut given, at);
    let [one, three] = [1, 3].map(|threads| {
        let dir = folder();
        let error = read(&given, dir.path(), Plan { threads, ..ALL }).unwrap_err();
        assert_eq!(K::tip(&K::open(dir.path(), given.chain)), Some(below));
        assert_eq!(K::verify(dir.path()), height);
        error
    });
    assert_eq!(one, three);
    one
}

/// The error about what a block holds, which names it.
pub(crate) fn named(error: IngestError, at: BlockRef) -> NormaliseError {
    let IngestError::Source(SourceError::Normalise(error)) = error else {
        panic!("{error}");
    };
    assert_eq!(error.block, Some(at.hash), "{error}");
    error
}

fn a_block_that_is_another_one_is_named<K: Kind>() {
    let truth = K::whole();
    for height in [3, 20] {
        let at = truth.best[height as usize];
        let below = truth.best[height as usize - 1];
        let not_given = IngestError::NotGiven { asked: at };
        // Another block, and honest about it.
        let error = refused(&truth, height, |given, at| {
            let other = given.blocks[&below.hash].clone();
            given.blocks.insert(at.hash, other);
        });
        assert_eq!(error, not_given);
        // Another block under this one's name.
        let error = refused(&truth, height, |given, at| {
            let mut other = given.blocks[&below.hash].clone();
            K::rename(&mut other, at);
            given.blocks.insert(at.hash, other);
        });
        named(error, at);
        // None at all: the answers are fewer than the questions.
        let error = refused(&truth, height, |given, _| {
            for at in &given.best[height as usize..] {
                given.blocks.remove(&at.hash);
            }
        });
        assert_eq!(error, not_given);
    }
}

fn names_with_a_gap_or_at_other_heights_are_refused<K: Kind>() {
    let unnamed = |height| IngestError::Unnamed { height };
    let dir = folder();
    let mut gap = K::whole();
    gap.best.remove(30);
    assert_eq!(read(&gap, dir.path(), ALL), Err(unnamed(30)));
    let dir = folder();
    let mut shifted = K::whole();
    shifted.best[30].height = 31;
    assert_eq!(read(&shifted, dir.path(), ALL), Err(unnamed(30)));
    let dir = folder();
    let mut begins_later = K::whole();
    begins_later.best.drain(..30);
    let from = Plan {
        from: Some(10),
        ..ALL
    };
    assert_eq!(read(&begins_later, dir.path(), from), Err(unnamed(10)));
    let done = read(&begins_later, dir.path(), ALL).unwrap();
    assert_eq!(done.tip, begins_later.best.last().copied());
    assert_eq!(
        K::verify(dir.path()) as usize,
        begins_later.best.len(),
        "blocks held"
    );
}

fn a_height_that_the_header_does_not_have_is_refused<K: Kind>() {
    let dir = folder();
    let mut higher = K::whole();
    for at in &mut higher.best[40..] {
        at.height += 1;
    }
    let mut twice = higher.best[40];
    twice.height -= 1;
    higher.best.insert(40, twice);
    let raw = higher.blocks.get_mut(&twice.hash).unwrap();
    K::rename(raw, higher.best[41]);
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

/// Of coins no header has its height, and a ledger may begin with any block.
#[test]
fn a_chain_of_accounts_that_is_named_too_high_is_refused() {
    let dir = folder();
    let mut higher = Accounts::whole();
    for at in &mut higher.best {
        at.height += 1;
        Accounts::rename(higher.blocks.get_mut(&at.hash).unwrap(), *at);
    }
    let error = read(&higher, dir.path(), ALL).unwrap_err();
    assert_eq!(named(error, higher.best[0]).place, "number");
}

fn another_chain_is_refused_before_anything_is_asked<K: Kind>() {
    let given = K::whole();
    let dir = folder();
    let mut writer = K::open(dir.path(), K::OTHER);
    // A source that would fail at the first question.
    let source = Source::turning(&given, 0, Turn::NoReply);
    let error = read_into::<K>(K::source(&source), &mut writer, ALL, u32::MAX);
    assert_eq!(
        error,
        Err(IngestError::OtherChain {
            source_chain: given.chain.into(),
            ledger_chain: K::OTHER.into()
        })
    );
}

fn a_question_without_a_reply_costs_nothing_that_was_read<K: Kind>() {
    let given = K::whole();
    let whole = folder();
    read(&given, whole.path(), ALL).unwrap();
    let whole = files(whole.path());
    for threads in [1, 3] {
        let plan = Plan { threads, ..ALL };
        let mut failed_blocks = 0;
        for question in 0.. {
            let dir = folder();
            let source = Source::turning(&given, question, Turn::NoReply);
            let source = K::source(&source);
            let Err(error) = read_from::<K>(source, dir.path(), plan) else {
                // There are not so many questions.
                break;
            };
            let IngestError::Source(SourceError::Ask(AskError::NoReply { request, .. })) = &error
            else {
                panic!("{error}")
            };
            let mut best = given.best.iter();
            let failed = best.position(|at| at.hash.to_string() == *request);
            failed_blocks += usize::from(failed.is_some());
            let kept = failed.unwrap_or(0);
            let tip = K::tip(&K::open(dir.path(), given.chain));
            assert_eq!(tip, given.best[..kept].last().copied());
            let done = read_from::<K>(source, dir.path(), plan).unwrap();
            assert_eq!(done.blocks as usize, given.best.len() - kept);
            assert!(files(dir.path()) == whole, "question {question}");
        }
        assert!(failed_blocks > given.best.len() / 10, "{failed_blocks}");
    }
}
