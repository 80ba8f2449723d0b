//! Clusters kept beside a ledger: the same answer, with less work.

use std::fs;
use std::path::{Path, PathBuf};

use heuristics::RuleSet;
use trace_core::cluster::{Basis, ClusterFolder, Forest};
use trace_core::model::{BlockHash, BlockRef};

use super::{Ingested, Run, economy_source, trace};

const FILES: [&str; 3] = ["basis", "links", "notes"];

fn all(ledger: &Ingested) -> Run {
    trace(&format!("cluster --all {} --format json", ledger.flag()))
}

fn clusters(ledger: &Ingested) -> PathBuf {
    ledger.path().join("clusters")
}

fn stored(dir: &Path) -> [Vec<u8>; 3] {
    FILES.map(|name| fs::read(dir.join(name)).unwrap())
}

/// The answer of a run that had nothing to say beside it.
#[track_caller]
fn quiet(run: &Run) -> &str {
    assert_eq!((run.code, &*run.err), (0, ""));
    &run.out
}

/// The answer of a run that said something beside it.
#[track_caller]
fn saying<'a>(run: &'a Run, words: &str) -> &'a str {
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.err.contains(words), "{}", run.err);
    &run.out
}

#[test]
fn the_second_time_nothing_is_walked() {
    let ledger = Ingested::new();
    let first = all(&ledger);
    let kept = stored(&clusters(&ledger));
    // Nobody who walks can see now what was spent.
    let spends = ledger.path().join("input.spends");
    let bytes = fs::read(&spends).unwrap();
    fs::write(&spends, vec![0; bytes.len()]).unwrap();
    assert_eq!(quiet(&all(&ledger)), quiet(&first));
    assert_eq!(stored(&clusters(&ledger)), kept);
    fs::remove_dir_all(clusters(&ledger)).unwrap();
    assert_ne!(all(&ledger).out, first.out, "walked, it is seen");
}

#[test]
fn blocks_read_later_come_to_the_clusters_of_a_fresh_ledger() {
    let fresh = Ingested::new();
    let expected = all(&fresh);
    let ledger = Ingested::empty();
    let ingest = format!("ingest {} --source {}", ledger.flag(), economy_source());
    let mut sizes = Vec::new();
    for to in ["--to 0", "--to 100", "--to 101", "--to 220", ""] {
        assert_eq!(trace(&format!("{ingest} {to}")).code, 0);
        let run = all(&ledger);
        quiet(&run);
        sizes.push(stored(&clusters(&ledger))[1].len());
    }
    assert_eq!(quiet(&all(&ledger)), quiet(&expected));
    assert_eq!(stored(&clusters(&ledger)), stored(&clusters(&fresh)));
    assert!(sizes.is_sorted() && sizes[0] < sizes[4], "{sizes:?}");
    assert_eq!(trace(&format!("verify {}", ledger.flag())).code, 0);
}

#[test]
fn a_damaged_store_is_made_anew_and_said() {
    let ledger = Ingested::new();
    let first = all(&ledger);
    let kept = stored(&clusters(&ledger));
    for (name, bytes) in FILES.iter().zip(&kept) {
        if bytes.is_empty() {
            continue;
        }
        let path = clusters(&ledger).join(name);
        let mut bytes = bytes.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
        let run = all(&ledger);
        assert_eq!(saying(&run, "clusters are made anew: "), quiet(&first));
        assert_eq!(stored(&clusters(&ledger)), kept);
        assert_eq!(quiet(&all(&ledger)), quiet(&first));
    }
}

#[test]
fn clusters_of_another_branch_are_made_anew() {
    let ledger = Ingested::new();
    let first = all(&ledger);
    let kept = stored(&clusters(&ledger));
    let as_of = |height| Basis {
        as_of: BlockRef {
            height,
            hash: BlockHash([7; 32]),
        },
        made_by: RuleSet::default().describe(),
    };
    // A block that is not there at that height, and one above the tip.
    for height in [100, 100_000] {
        let mut folder = ClusterFolder::open(&clusters(&ledger)).unwrap();
        folder.save(as_of(height), &Forest::default(), b"").unwrap();
        drop(folder);
        let run = all(&ledger);
        let said = format!("at height {height}, which is not of this branch");
        assert_eq!(saying(&run, &said), quiet(&first));
        assert_eq!(stored(&clusters(&ledger)), kept);
    }
}

#[test]
fn where_another_process_has_them_or_no_folder_can_be_nothing_is_stored() {
    let ledger = Ingested::new();
    let first = all(&ledger);
    let held = ClusterFolder::open(&clusters(&ledger)).unwrap();
    let kept = stored(&clusters(&ledger));
    let run = all(&ledger);
    assert_eq!(saying(&run, "in use by another process"), quiet(&first));
    assert_eq!(stored(&clusters(&ledger)), kept);
    drop(held);
    fs::remove_dir_all(clusters(&ledger)).unwrap();
    fs::write(clusters(&ledger), b"").unwrap();
    let run = all(&ledger);
    assert_eq!(saying(&run, "without storing them"), quiet(&first));
}

#[test]
fn with_change_rules_or_without_the_first_blocks_nothing_is_stored() {
    let ledger = Ingested::new();
    let run = trace(&format!(
        "cluster --all {} --change address-type",
        ledger.flag()
    ));
    quiet(&run);
    assert!(!clusters(&ledger).exists());
    let partial = Ingested::empty();
    let ingest = format!("ingest {} --source {}", partial.flag(), economy_source());
    assert_eq!(trace(&format!("{ingest} --from 50")).code, 0);
    let run = all(&partial);
    quiet(&run);
    assert!(!clusters(&partial).exists());
}
