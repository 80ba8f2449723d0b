//! A branch that the node leaves.

use serde_json::json;
use trace_core::ledger::account::{Ledger, verify};

use crate::folder::folder;
use crate::given::{node, read_uri};

#[test]
fn a_ledger_follows_its_node_to_another_branch() {
    let Some(node) = node("a_ledger_follows_its_node_to_another_branch") else {
        return;
    };
    let [followed, fresh] = [folder(), folder()];
    let before = read_uri(&node.source_uri(), followed.path()).tip.unwrap();
    // Seven blocks are made again, without their transactions but for two.
    node.call("anvil_reorg", &json!([7, []])).unwrap();
    let done = read_uri(&node.source_uri(), followed.path());
    let after = done.tip.unwrap();
    assert_eq!((done.left, done.blocks), (Some(before), 7));
    assert_eq!(after.height, before.height);
    assert_ne!(after.hash, before.hash);
    verify(followed.path(), &mut |_, _| ()).unwrap();
    read_uri(&node.source_uri(), fresh.path());
    let [followed, fresh] = [followed, fresh].map(|dir| Ledger::open(dir.path()).unwrap());
    let [followed, fresh] = [&followed, &fresh].map(|ledger| ledger.view().unwrap());
    assert_eq!(followed.tip(), fresh.tip());
    for height in 0..=after.height {
        assert_eq!(
            followed.block(height).unwrap(),
            fresh.block(height).unwrap()
        );
    }
}
