//! A whole chain, at once and piece by piece.

use trace_core::ingest::{IngestError, Plan};

use super::folder::folder;
use super::kind::Kind;
use super::read::{ALL, read, read_into};
use super::source::Source;
use crate::contents::files;

of_both_kinds![
    the_ledger_is_the_chain_however_many_threads_parse,
    interrupted_anywhere_it_goes_on_to_the_same_bytes,
    a_plan_has_a_first_and_a_last_height,
];

fn the_ledger_is_the_chain_however_many_threads_parse<K: Kind>() {
    let given = K::whole();
    let dir = folder();
    let done = read(&given, dir.path(), ALL).unwrap();
    assert_eq!(done.tip, given.best.last().copied());
    assert_eq!(done.blocks as usize, given.best.len());
    assert_eq!((done.left, done.is_interrupted), (None, false));
    K::check(dir.path(), &given);
    let expected = files(dir.path());
    for threads in [0, 1, 5] {
        let dir = folder();
        read(&given, dir.path(), Plan { threads, ..ALL }).unwrap();
        assert!(files(dir.path()) == expected, "{threads} threads");
    }
}

fn interrupted_anywhere_it_goes_on_to_the_same_bytes<K: Kind>() {
    let given = K::whole();
    let whole = folder();
    read(&given, whole.path(), ALL).unwrap();
    let dir = folder();
    let source = Source::of(&given);
    let mut held = 0;
    for blocks in [1, 7, 30, u32::MAX] {
        let mut writer = K::open(dir.path(), given.chain);
        let done = read_into::<K>(K::source(&source), &mut writer, ALL, blocks).unwrap();
        held += done.blocks;
        assert_eq!(done.is_interrupted, blocks < u32::MAX);
        assert_eq!(done.tip, Some(given.best[held as usize - 1]));
        drop(writer);
        let mut early = given.clone();
        early.best.truncate(held as usize);
        K::check(dir.path(), &early);
    }
    assert!(files(dir.path()) == files(whole.path()));
    let again = read(&given, dir.path(), ALL).unwrap();
    assert_eq!(again.blocks, 0);
    assert!(files(dir.path()) == files(whole.path()));
}

fn a_plan_has_a_first_and_a_last_height<K: Kind>() {
    let given = K::whole();
    let dir = folder();
    let plan = |from, to| Plan { from, to, ..ALL };
    let done = read(&given, dir.path(), plan(Some(55), Some(60))).unwrap();
    assert_eq!((done.blocks, done.tip), (6, Some(given.best[60])));
    // It goes on from its tip, and not beyond what is asked for.
    let done = read(&given, dir.path(), plan(Some(200), Some(62))).unwrap();
    assert_eq!((done.blocks, done.tip), (2, Some(given.best[62])));
    let done = read(&given, dir.path(), plan(None, Some(57))).unwrap();
    assert_eq!((done.blocks, done.tip), (0, Some(given.best[62])));
    let below = read(&given, dir.path(), plan(Some(54), None));
    let (from, first) = (54, 55);
    assert_eq!(below, Err(IngestError::BeforeFirst { from, first }));
}
