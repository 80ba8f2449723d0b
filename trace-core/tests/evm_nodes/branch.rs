//! A branch that the node leaves.

use alloy_primitives::hex;
use serde_json::{Value, json};
use trace_core::ledger::account::{Ledger, verify};

use crate::folder::folder;
use crate::given::{economy, node, read_uri};

#[test]
fn a_ledger_follows_its_node_to_another_branch() {
    let Some(node) = node("a_ledger_follows_its_node_to_another_branch") else {
        return;
    };
    let [followed, fresh] = [folder(), folder()];
    let before = read_uri(&node.source_uri(), followed.path()).tip.unwrap();
    // Seven blocks are made again, and what was in them is all in the third.
    let (_, left) = economy().blocks.split_at(before.height as usize - 7);
    let again = left.iter().flat_map(|block| &block.transactions);
    let again = again.map(|signed| json!([hex::encode_prefixed(signed), 2]));
    let again: Vec<Value> = again.collect();
    assert!(again.len() > 7);
    node.call("anvil_reorg", &json!([7, again])).unwrap();
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
