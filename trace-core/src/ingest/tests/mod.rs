//! The disk fails while the blocks of a source go into a ledger.

#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what a test cannot go on without fails it, and its numbers are small"
)]

#[path = "../../../tests/ingest/accounts.rs"]
mod accounts;
#[path = "../../../tests/ingest/coins.rs"]
mod coins;
#[path = "../../../tests/ingest/given.rs"]
mod given;
#[path = "../../../tests/ingest/kind.rs"]
#[expect(dead_code, reason = "some of it is for the tests of faults and forks")]
mod kind;
#[path = "../../../tests/evm/serialised.rs"]
#[expect(dead_code, reason = "some of it is for the tests of blocks alone")]
mod serialised;
#[path = "../../../tests/ingest/source.rs"]
#[expect(dead_code, reason = "some of it is for the tests of faults and forks")]
mod source;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use accounts::Accounts;
use coins::Coins;
use given::Given;
use kind::Kind;
use source::Source;

use super::{IngestError, Plan};
use crate::ledger::tests::folder::folder;
use crate::ledger::tests::plug::{FOREVER, Play, contents, disk};
use crate::ledger::tests::{Disk, Fault};
use crate::ledger::{LedgerError, Writer, account};
use crate::model::BlockHash;

type Open<K> = fn(&Path, Disk) -> Result<<K as Kind>::Writer, LedgerError>;

const COINS: Open<Coins> = |dir, disk| Writer::open_on(dir, Coins::CHAIN, disk);
const ACCOUNTS: Open<Accounts> = |dir, disk| account::Writer::open_on(dir, Accounts::CHAIN, disk);

/// What is read, one after the other: a branch in two goes, another one, and again the first.
struct Turns<K: Kind>([(Given<K>, Option<u32>); 4]);

impl<K: Kind> Turns<K> {
    const BLOCKS: usize = 9 + 5;

    fn new() -> Self {
        let first = Given::made(8, b'a');
        let mut second = first.clone();
        second.grow(4, 5, b'b');
        let again = first.clone();
        Self([
            (first.clone(), Some(5)),
            (first, None),
            (second, None),
            (again, None),
        ])
    }

    /// Reads what is not there yet. Notes what is acknowledged.
    fn read(
        &self,
        writer: &mut K::Writer,
        acknowledged: &mut Vec<BlockHash>,
    ) -> Result<(), LedgerError> {
        for (turn, (given, to)) in self.0.iter().enumerate() {
            let last = to.map_or(given.best.last(), |to| given.best.get(to as usize));
            // Each time that a tip is chosen is recorded, so none is chosen that was left.
            let is_left = turn < 3 && K::has(writer, last.unwrap().hash);
            if is_left {
                continue;
            }
            let plan = Plan {
                from: None,
                to: *to,
                threads: 1,
            };
            let source = Source::of(given);
            let going = AtomicBool::new(false);
            match K::ingest(K::source(&source), writer, plan, &mut |_| (), &going) {
                Ok(done) => assert_eq!(done.tip.as_ref(), last),
                Err(IngestError::Ledger(error)) => return Err(error),
                Err(error) => panic!("{error}"),
            }
            let read = &given.best[..=last.unwrap().height as usize];
            acknowledged.extend(read.iter().map(|at| at.hash));
        }
        Ok(())
    }

    fn play(&self, open: Open<K>, blocks: fn(&Path) -> u32, then: impl Fn(&Play<'_>)) {
        then(&Play {
            act: &|dir, disk, acknowledged| self.read(&mut open(dir, disk)?, acknowledged),
            lacks: &|dir, disk, wanted| {
                let writer = open(dir, disk).unwrap();
                wanted.iter().copied().find(|hash| !K::has(&writer, *hash))
            },
            blocks: &|dir| blocks(dir) as usize,
            blocks_at_the_end: Self::BLOCKS,
        });
    }
}

fn with_plays(then: impl Fn(&Play<'_>)) {
    Turns::<Coins>::new().play(COINS, Coins::verify, &then);
    Turns::<Accounts>::new().play(ACCOUNTS, Accounts::verify, &then);
}

#[test]
fn killed_at_any_change_it_goes_on_to_the_same_bytes() {
    with_plays(|play| play.survives_any_kill(100));
}

/// Fills the disk at each change in turn. The writer that could not go on then can once there is
/// room again.
fn goes_on_when_there_is_room_again<K: Kind>(open: Open<K>) {
    let turns = Turns::<K>::new();
    let is_full = |error| matches!(error, LedgerError::DiskFull { .. });
    let dir = folder();
    let fault = Arc::new(Fault::after(FOREVER, 0));
    let mut writer = open(dir.path(), disk(&fault)).unwrap();
    turns.read(&mut writer, &mut Vec::new()).unwrap();
    let expected = contents(dir.path());
    let mut filled = 0;
    for room in 1.. {
        let dir = folder();
        let fault = Arc::new(Fault::after(room, room as usize * 7 % 61));
        let opened = open(dir.path(), disk(&fault)).or_else(|error| {
            assert!(is_full(error));
            fault.free();
            open(dir.path(), disk(&fault))
        });
        let mut writer = opened.unwrap();
        let mut acknowledged = Vec::new();
        match turns.read(&mut writer, &mut acknowledged) {
            Ok(()) if filled > 0 => break,
            Ok(()) => {}
            Err(error) => {
                assert!(is_full(error));
                filled += 1;
                assert!(acknowledged.iter().all(|hash| K::has(&writer, *hash)));
                fault.free();
                turns.read(&mut writer, &mut acknowledged).unwrap();
            }
        }
        drop(writer);
        // What was said to be durable is.
        fault.lose(&BTreeMap::new(), |_| true, dir.path());
        // Runs of the index that were merged and not removed then are removed now.
        drop(open(dir.path(), disk(&fault)).unwrap());
        let found = contents(dir.path());
        assert!(found.keys().eq(expected.keys()), "{:?}", found.keys());
        for (path, bytes) in &expected {
            let path_shown = path.display();
            assert!(
                found[path] == *bytes,
                "{path_shown} differs with room for {room} changes"
            );
        }
    }
    assert!(filled > 40, "{filled}");
}

#[test]
fn on_a_disk_that_is_full_it_stops_and_goes_on_when_there_is_room_again() {
    goes_on_when_there_is_room_again::<Coins>(COINS);
    goes_on_when_there_is_room_again::<Accounts>(ACCOUNTS);
}
