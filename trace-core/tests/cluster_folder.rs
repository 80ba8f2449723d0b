//! Clusters kept in a folder: taken up they are what was saved, whatever was pulled when.

#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::fs;
use std::io::Read as _;
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;
use trace_core::claim::{Link, Rule};
use trace_core::cluster::{Basis, ClusterFolder, Clusters, StoredError};
use trace_core::model::{AddressId, BlockHash, BlockRef, TxNumber};

const SPENT: Rule = Rule {
    name: "co-spend",
    version: 1,
};
const CHANGE: Rule = Rule {
    name: "change",
    version: 3,
};
const MADE_BY: &str = "two rules";
const FILES: [&str; 3] = ["basis", "links", "notes"];

fn link(a: u32, b: u32, tx: u64) -> Link {
    Link {
        a: AddressId(a),
        b: AddressId(b),
        tx: TxNumber(tx),
        rule: if tx.is_multiple_of(3) { CHANGE } else { SPENT },
    }
}

fn block(height: u32) -> BlockRef {
    BlockRef {
        height,
        hash: BlockHash([height.to_le_bytes()[0]; 32]),
    }
}

fn basis(height: u32) -> Basis {
    Basis {
        as_of: block(height),
        made_by: MADE_BY.to_owned(),
    }
}

fn save(folder: &mut ClusterFolder, clusters: &mut Clusters, height: u32, notes: &[u8]) {
    let links = clusters.take_links();
    folder.save(basis(height), &links, notes).unwrap();
}

/// Takes up clusters of `address_count` addresses, whatever their branch.
fn take_up(dir: &Path, address_count: u32) -> Result<(ClusterFolder, Clusters, u32), StoredError> {
    let mut folder = ClusterFolder::open(dir)?;
    let (clusters, as_of) = folder.take_up(address_count, MADE_BY, &[CHANGE, SPENT], |_| true)?;
    Ok((folder, clusters, as_of.height))
}

fn links_of(folder: &ClusterFolder) -> Vec<Link> {
    folder.links().unwrap().collect::<Result<_, _>>().unwrap()
}

fn notes_of(folder: &ClusterFolder) -> Vec<u8> {
    let mut notes = Vec::new();
    folder.notes().unwrap().read_to_end(&mut notes).unwrap();
    notes
}

/// The files as they lie there.
fn bytes_of(dir: &Path) -> [Vec<u8>; 3] {
    FILES.map(|name| fs::read(dir.join(name)).unwrap())
}

fn put(dir: &Path, name: &str, bytes: &[u8]) {
    fs::write(dir.join(name), bytes).unwrap();
}

fn some_links() -> impl Strategy<Value = Vec<Link>> {
    let tx = prop_oneof![0..40_u64, (1_u64 << 24) - 2..(1 << 24) + 2, 0..1_u64 << 40];
    let ends = (0..60_u32, 0..60_u32);
    prop::collection::vec(
        (ends, tx).prop_map(|((a, b), tx)| link(a, b, tx)),
        0..80_usize,
    )
}

fn roots(clusters: &Clusters) -> Vec<AddressId> {
    (0..60).map(|at| clusters.find(AddressId(at))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn stored_clusters_come_back_and_go_on(
        links in some_links(),
        cuts in prop::collection::vec(0..80_usize, 1..4),
    ) {
        let [parts, whole] = [TempDir::new().unwrap(), TempDir::new().unwrap()];
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(links.len())).collect();
        cuts.extend([0, links.len()]);
        cuts.sort_unstable();
        let mut so_far = Clusters::new(60);
        let mut folder = ClusterFolder::open(parts.path()).unwrap();
        let mut notes = Vec::new();
        for (number, part) in (0..).zip(cuts.windows(2)) {
            for link in &links[part[0]..part[1]] {
                so_far.add(*link);
            }
            notes.push(number);
            save(&mut folder, &mut so_far, 1, &[number]);
            drop(folder);
            let (again, read, height) = take_up(parts.path(), 60).unwrap();
            prop_assert_eq!(roots(&read), roots(&so_far));
            prop_assert_eq!((height, read.forest().len()), (1, 0));
            prop_assert_eq!(notes_of(&again), &notes[..]);
            (folder, so_far) = (again, read);
        }
        let mut at_once = Clusters::new(60);
        for link in &links {
            at_once.add(*link);
        }
        prop_assert_eq!(links_of(&folder), at_once.forest().iter().collect::<Vec<_>>());
        let mut folder = ClusterFolder::open(whole.path()).unwrap();
        save(&mut folder, &mut at_once, 1, &notes);
        // Made in parts or in one, they are stored as the same bytes.
        prop_assert_eq!(bytes_of(parts.path()), bytes_of(whole.path()));
    }
}

/// Two saves into a folder, and its files after each.
fn saved_twice(dir: &Path) -> [[Vec<u8>; 3]; 2] {
    let mut folder = ClusterFolder::open(dir).unwrap();
    let mut clusters = Clusters::new(9);
    clusters.add(link(0, 1, 1));
    clusters.add(link(1, 2, 1 << 30));
    save(&mut folder, &mut clusters, 77, b"first");
    let first = bytes_of(dir);
    clusters.add(link(7, 8, 3 << 30));
    clusters.add(link(5, 8, 3 << 30));
    save(&mut folder, &mut clusters, 78, b"second");
    [first, bytes_of(dir)]
}

#[test]
fn a_link_takes_twelve_bytes() {
    let dir = TempDir::new().unwrap();
    let [_, [_, links, notes]] = saved_twice(dir.path());
    assert_eq!((links.len(), notes.len()), (4 * 12, 11));
}

#[test]
fn a_crash_between_two_saves_leaves_the_first() {
    let dir = TempDir::new().unwrap();
    let [first, second] = saved_twice(dir.path());
    let reopens = |links: &[u8], notes: &[u8], unfinished: &[u8]| {
        put(dir.path(), "basis", &first[0]);
        put(dir.path(), "links", links);
        put(dir.path(), "notes", notes);
        put(dir.path(), "basis.unfinished", unfinished);
        let (mut folder, mut clusters, height) = take_up(dir.path(), 9).unwrap();
        assert_eq!((height, folder.len()), (77, 2));
        assert_eq!(bytes_of(dir.path()), first);
        // And the second save, done again, comes to the same bytes.
        clusters.add(link(7, 8, 3 << 30));
        clusters.add(link(5, 8, 3 << 30));
        save(&mut folder, &mut clusters, 78, b"second");
        assert_eq!(bytes_of(dir.path()), second);
    };
    for length in first[1].len()..=second[1].len() {
        reopens(&second[1][..length], &first[2], b"");
    }
    for length in first[2].len()..=second[2].len() {
        reopens(&second[1], &second[2][..length], b"");
    }
    for length in 0..=second[0].len() {
        reopens(&second[1], &second[2], &second[0][..length]);
    }
    // Room that the system gave and nothing was written to.
    let longer = |bytes: &[u8]| [bytes, &[0; 4096]].concat();
    let [basis, links, notes] = &second;
    reopens(&longer(links), &longer(notes), &longer(basis));
}

#[test]
fn files_shorter_than_the_basis_says_are_refused_by_name() {
    let dir = TempDir::new().unwrap();
    let [_, second] = saved_twice(dir.path());
    for (file, name) in FILES.into_iter().enumerate() {
        for length in 0..second[file].len() {
            put(dir.path(), name, &second[file][..length]);
            let refused = take_up(dir.path(), 9).map(|_| ()).unwrap_err();
            let expected = match (name, length) {
                ("basis", 0..8) => refused == StoredError::NotClusters,
                _ => matches!(refused, StoredError::Damaged(_)),
            };
            assert!(expected, "{name} of {length} bytes: {refused}");
            // Refused, it is left as it is.
            assert_eq!(fs::read(dir.path().join(name)).unwrap().len(), length);
        }
        put(dir.path(), name, &second[file]);
    }
    assert!(take_up(dir.path(), 9).is_ok());
}

#[test]
fn a_byte_changed_anywhere_is_refused() {
    let dir = TempDir::new().unwrap();
    let [_, second] = saved_twice(dir.path());
    for (file, name) in FILES.into_iter().enumerate() {
        for byte in 0..second[file].len() {
            let mut broken = second[file].clone();
            broken[byte] ^= 0x10;
            put(dir.path(), name, &broken);
            assert!(take_up(dir.path(), 9).is_err(), "byte {byte} of {name}");
        }
        put(dir.path(), name, &second[file]);
    }
    assert!(take_up(dir.path(), 9).is_ok());
}

#[test]
fn stored_clusters_that_do_not_fit_are_refused_by_name() {
    let dir = TempDir::new().unwrap();
    let _ = saved_twice(dir.path());
    let rules = [SPENT, CHANGE];
    let refused = |count, made_by, rules: &[Rule], on_branch| {
        let mut folder = ClusterFolder::open(dir.path()).unwrap();
        let taken = folder.take_up(count, made_by, rules, |_| on_branch);
        taken.map(|_| ()).unwrap_err()
    };
    assert_eq!(
        refused(9, "one rule", &rules, true),
        StoredError::MadeBy(MADE_BY.to_owned())
    );
    assert_eq!(
        refused(9, MADE_BY, &[SPENT], true),
        StoredError::UnknownRule {
            name: "change".to_owned(),
            version: 3
        }
    );
    assert_eq!(
        refused(8, MADE_BY, &rules, true),
        StoredError::Damaged("a link of an address that is unknown")
    );
    assert_eq!(
        refused(4, MADE_BY, &rules, true),
        StoredError::Damaged("more links than addresses to join")
    );
    assert_eq!(
        refused(9, MADE_BY, &rules, false),
        StoredError::OtherBranch(block(78))
    );
    let newer = [&b"traceclu"[..], &2_u32.to_le_bytes(), &[0; 60]].concat();
    put(dir.path(), "basis", &newer);
    assert_eq!(refused(9, MADE_BY, &rules, true), StoredError::Version(2));
    fs::remove_file(dir.path().join("basis")).unwrap();
    assert_eq!(refused(9, MADE_BY, &rules, true), StoredError::Nothing);
}

#[test]
fn what_was_not_taken_up_is_replaced() {
    let [dir, other] = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    saved_twice(dir.path());
    let mut clusters = Clusters::new(9);
    clusters.add(link(3, 4, 2));
    let links = clusters.take_links();
    for dir in [&dir, &other] {
        let mut folder = ClusterFolder::open(dir.path()).unwrap();
        folder.save(basis(3), &links, b"new").unwrap();
        assert_eq!(links_of(&folder), [link(3, 4, 2)]);
    }
    assert_eq!(bytes_of(dir.path()), bytes_of(other.path()));
}

#[test]
fn a_folder_has_one_user_at_a_time() {
    let dir = TempDir::new().unwrap();
    let first = ClusterFolder::open(dir.path()).unwrap();
    let in_use = StoredError::InUse {
        dir: dir.path().to_owned(),
    };
    assert_eq!(ClusterFolder::open(dir.path()).map(|_| ()), Err(in_use));
    drop(first);
    assert!(ClusterFolder::open(dir.path()).is_ok());
}

#[test]
fn where_no_folder_can_be_the_file_in_its_place_is_named() {
    let dir = TempDir::new().unwrap();
    put(dir.path(), "clusters", b"");
    let path = dir.path().join("clusters");
    let refused = ClusterFolder::open(&path).map(|_| ()).unwrap_err();
    assert!(matches!(refused, StoredError::File { path: named, .. } if named == path));
}
