//! Clusters of a walk: where it stops, and what a folder keeps of it.

use std::fs;
use std::path::Path;

use heuristics::RuleSet;
use heuristics::clustering::Clustering;
use heuristics::measure;
use heuristics::same_key::Equivalents;
use tempfile::TempDir;
use testdata::scenario::{Scenario, address};
use trace_core::cluster::{Basis, ClusterFolder, StoredError};
use trace_core::view::{CoinView, Gathered};

/// The bytes of a folder's files.
fn stored(dir: &Path) -> [Vec<u8>; 3] {
    ["basis", "links", "notes"].map(|name| fs::read(dir.join(name)).expect("it was written"))
}

/// Two who paid themselves together, saved after the first and after the second transaction.
fn saved_in_two(dir: &Path) -> (Scenario, Gathered) {
    let story = Scenario::of("one: a1 1 + a2 1 -> b 2\n two: c1 1 + c2 1 -> d 2");
    let view = story.view();
    let mut folder = ClusterFolder::open(dir).expect("nobody else has it");
    let mut clustering = Clustering::new(RuleSet::default(), 0);
    for tx in view.transaction_numbers() {
        clustering.advance(&view, [tx]).expect("the view is whole");
        assert_eq!(clustering.save(&mut folder, story.tip()), Ok(true));
        assert!(clustering.clusters().forest().is_empty());
    }
    (story, view)
}

#[test]
fn links_are_read_from_a_folder_as_from_memory() {
    let story = Scenario::of("get: x 1 -> bob/p2pkh 1\n more: y 1 + z 1 -> bob 2");
    let view = story.view();
    let mut clustering = Clustering::new(RuleSet::default(), 0);
    let numbers = view.transaction_numbers();
    clustering.advance(&view, numbers).unwrap();
    let dir = TempDir::new().unwrap();
    let mut folder = ClusterFolder::open(dir.path()).unwrap();
    assert_eq!(clustering.save(&mut folder, story.tip()), Ok(true));
    let read: Equivalents = folder.links().unwrap().collect::<Result<_, _>>().unwrap();
    let known = Equivalents::of_transactions(&view, view.transaction_numbers());
    for name in ["bob", "bob/p2pkh", "y"] {
        let address = view.find_address(&address(name)).unwrap();
        assert_eq!(read.at(address), known.at(address), "{name}");
        assert_eq!(read.at(address).len(), usize::from(name != "y"));
    }
    // And so are the links that are measured: whose all is, nothing joins two owners.
    let links = folder.links().unwrap().map(Result::unwrap);
    let joined = measure::joins(links, |_| Some("bob"));
    assert_eq!(joined.values().map(|rate| rate.of).sum::<u64>(), 2);
}

#[test]
fn links_are_not_added_to_those_of_other_clusters() {
    let dir = TempDir::new().unwrap();
    let (story, view) = saved_in_two(dir.path());
    let mut folder = ClusterFolder::open(dir.path()).unwrap();
    let resumed = Clustering::resume(&mut folder, 1000, RuleSet::default(), 0, |_| true);
    let (mut resumed, _) = resumed.unwrap();
    let mut fresh = Clustering::new(RuleSet::default(), 0);
    let numbers = view.transaction_numbers();
    fresh.advance(&view, numbers).unwrap();
    let before = stored(dir.path());
    let refused = fresh.save(&mut folder, story.tip());
    assert_eq!(refused, Err(StoredError::OtherClusters));
    assert_eq!(fresh.clusters().forest().len(), 2, "nothing was let go");
    // What was dropped is missing, so nothing of it is saved.
    resumed.drop_links();
    assert_eq!(resumed.save(&mut folder, story.tip()), Ok(false));
    assert_eq!(stored(dir.path()), before);
}

#[test]
fn notes_that_are_no_keys_are_refused_and_replaced() {
    let dir = TempDir::new().unwrap();
    let story = Scenario::of("one: a1 1 + a2 1 -> b 2");
    let view = story.view();
    let mut clustering = Clustering::new(RuleSet::default(), 0);
    let numbers = view.transaction_numbers();
    clustering.advance(&view, numbers).unwrap();
    let mut folder = ClusterFolder::open(dir.path()).unwrap();
    let basis = Basis {
        as_of: story.tip(),
        made_by: RuleSet::default().describe(),
    };
    let links = clustering.clusters().forest();
    folder.save(basis, links, b"no key").unwrap();
    let refused = Clustering::resume(&mut folder, 1000, RuleSet::default(), 0, |_| true);
    assert_eq!(refused.map(|_| ()), Err(StoredError::Damaged("keys")));
    assert_eq!(clustering.save(&mut folder, story.tip()), Ok(true));
    let resumed = Clustering::resume(&mut folder, 1000, RuleSet::default(), 0, |_| true);
    assert!(resumed.is_ok());
}

#[test]
fn a_transaction_that_the_view_lacks_stops_clustering_by_name() {
    let story = Scenario::of("pay: a1 1 + a2 1 -> b 2");
    let view = story.view();
    let mut clustering = Clustering::new(RuleSet::default(), 0);
    let beyond = trace_core::model::TxNumber(7);
    let numbers = view.transaction_numbers().chain([beyond]);
    let unread = clustering.advance(&view, numbers).unwrap_err();
    assert_eq!(unread.tx, beyond);
    assert_eq!(clustering.clusters().forest().len(), 1);
}
