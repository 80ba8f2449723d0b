//! A source whose best branch changes, between two runs and in the middle of one.

use trace_core::ingest::{IngestError, Plan};
use trace_core::ledger::LedgerError;

use super::folder::folder;
use super::given::Given;
use super::kind::Kind;
use super::read::{ALL, read, read_from};
use super::source::{Source, Turn};

of_both_kinds![
    the_new_branch_is_followed_and_the_old_one_stays,
    a_last_height_does_not_move_the_tip_back,
    a_branch_that_changes_under_way_is_followed,
    a_branch_that_leads_nowhere_or_shares_nothing_is_refused,
];

fn the_new_branch_is_followed_and_the_old_one_stays<K: Kind>() {
    let dir = folder();
    let check = |given: &Given<K>, held| {
        K::check(dir.path(), given);
        assert_eq!(K::verify(dir.path()), held);
        let writer = K::open(dir.path(), given.chain);
        assert!(given.blocks.keys().all(|hash| K::has(&writer, *hash)));
    };
    let mut given = Given::<K>::made(40, b'a');
    read(&given, dir.path(), ALL).unwrap();
    let first = given.best.clone();
    let mut held = 41;
    for (above, blocks, name) in [(39, 2, b'b'), (30, 20, b'c'), (0, 60, b'd')] {
        let left = given.best.last().copied();
        given.grow(above, blocks, name);
        let done = read(&given, dir.path(), ALL).unwrap();
        assert_eq!(done.left, left);
        assert_eq!(done.blocks, blocks);
        held += blocks;
        check(&given, held);
    }
    // Back to the first one: nothing to add.
    let left = given.best.last().copied();
    given.best.clone_from(&first);
    let done = read(&given, dir.path(), ALL).unwrap();
    assert_eq!((done.left, done.blocks), (left, 0));
    check(&given, held);
    // And on from there, behind blocks that are held.
    given.best.truncate(20);
    let done = read(&given, dir.path(), ALL).unwrap();
    assert_eq!((done.left, done.blocks), (first.last().copied(), 0));
    check(&given, held);
    given.best = first;
    given.grow(40, 5, b'a');
    let done = read(&given, dir.path(), ALL).unwrap();
    assert_eq!((done.left, done.blocks), (None, 5));
    check(&given, held + 5);
}

fn a_last_height_does_not_move_the_tip_back<K: Kind>() {
    let dir = folder();
    let mut given = Given::<K>::made(40, b'a');
    read(&given, dir.path(), ALL).unwrap();
    let to = |to| Plan {
        to: Some(to),
        ..ALL
    };
    let tip = given.best.last().copied();
    assert_eq!(read(&given, dir.path(), to(10)).unwrap().tip, tip);
    // On another branch it is where that branch is to end.
    given.grow(30, 20, b'b');
    assert_eq!(read(&given, dir.path(), to(20)).unwrap().tip, tip);
    let done = read(&given, dir.path(), to(35)).unwrap();
    assert_eq!((done.blocks, done.tip), (5, Some(given.best[35])));
}

fn a_branch_that_changes_under_way_is_followed<K: Kind>() {
    let before = Given::<K>::made(40, b'a');
    let mut after = before.clone();
    after.grow(18, 30, b'b');
    let both = Given {
        best: before.best.clone(),
        ..after.clone()
    };
    for question in 0..12 {
        for held in [1, 25, 40] {
            let dir = folder();
            let mut early = before.clone();
            early.best.truncate(held);
            read(&early, dir.path(), ALL).unwrap();
            let turn = Turn::Branch(after.best.clone());
            let source = Source::turning(&both, question, turn);
            let tip = after.best.last().copied();
            // A change behind the last question is seen by the next run.
            let mut runs = (0..12).map(|_| {
                let done = read_from::<K>(K::source(&source), dir.path(), ALL);
                done.unwrap().tip
            });
            assert!(runs.any(|reached| reached == tip));
            K::check(dir.path(), &after);
            K::verify(dir.path());
        }
    }
}

fn a_branch_that_leads_nowhere_or_shares_nothing_is_refused<K: Kind>() {
    let dir = folder();
    let mut given = Given::<K>::made(40, b'a');
    let mut other = given.clone();
    other.grow(18, 30, b'b');
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
    assert_eq!(K::tip(&K::open(dir.path(), given.chain)), Some(fifth));
    let elsewhere = Given::<K>::made(50, b'z');
    let first = given.best[0];
    let shares_nothing = Err(IngestError::NothingShared { first });
    assert_eq!(read(&elsewhere, dir.path(), ALL), shares_nothing);
}
