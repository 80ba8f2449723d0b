//! The scripted economy is what it says it is: valid to a real node, the same each time, and
//! its truth adds up.

use std::collections::BTreeMap;
use std::fs;

use serde_json::json;
use testdata::economy::{self, DestinationKind, Economy, Outcome};
use testdata::node::{Node, Options, bitcoind};

#[test]
fn what_ships_is_what_the_script_writes() {
    let economy = economy::play();
    let truth = economy.truth.to_json().unwrap();
    let files = [
        ("truth.json", truth.into_bytes()),
        ("labels.csv", economy::csv(&economy.labels).into_bytes()),
        (
            "labels.yaml",
            economy::tag_pack(&economy.labels).into_bytes(),
        ),
        ("blocks/blk00000.dat", economy::block_file(&economy.blocks)),
    ];
    for (name, written) in files {
        let shipped = fs::read(economy::shipped().join(name)).unwrap();
        assert!(shipped == written, "{name} differs");
    }
}

#[test]
fn a_real_node_accepts_every_block() {
    let Some(program) = bitcoind("a_real_node_accepts_every_block") else {
        return;
    };
    let Economy { blocks, truth, .. } = economy::play();
    let node = Node::start(&program, &Options::default()).unwrap();
    economy::submit(&node, &blocks).unwrap();
    let best = node.call("getbestblockhash", &json!([])).unwrap();
    assert_eq!(best, json!(truth.as_of.hash));
    assert_eq!(blocks.len(), truth.as_of.height as usize + 1);
    let first = node.call("getblockhash", &json!([0])).unwrap();
    let genesis = blocks.first().map(|block| block.block_hash().to_string());
    assert_eq!(first.as_str(), genesis.as_deref());
}

#[test]
fn every_address_has_an_owner_who_takes_part() {
    let truth = economy::play().truth;
    for (address, whose) in &truth.addresses {
        assert!(truth.owners.contains_key(&whose.owner), "{address}");
    }
    for transaction in &truth.transactions {
        let owners = transaction.outputs.iter().flat_map(|output| &output.owner);
        for owner in owners.chain(&transaction.by) {
            assert!(truth.owners.contains_key(owner), "{}", transaction.txid);
        }
    }
}

#[test]
fn the_stolen_coins_are_all_accounted_for_under_every_policy_but_poison() {
    let theft = economy::play().truth.theft;
    for (policy, followed) in &theft.policies {
        for outcome in [&followed.stopping, &followed.passing] {
            assert_eq!(sum(outcome), by_destination(outcome), "{policy}");
            if policy != "poison" {
                assert_eq!(sum(outcome), theft.stolen_sat, "{policy}");
            }
        }
    }
    let poison = theft
        .policies
        .get("poison")
        .map(|followed| sum(&followed.stopping));
    assert!(poison > Some(theft.stolen_sat));
}

fn sum(outcome: &Outcome) -> u64 {
    let totals = &outcome.totals;
    totals.unspent_sat + totals.service_sat + totals.mix_sat + totals.fee_sat
}

fn by_destination(outcome: &Outcome) -> u64 {
    let mut by_kind: BTreeMap<DestinationKind, u64> = BTreeMap::new();
    for destination in &outcome.destinations {
        *by_kind.entry(destination.kind).or_default() += destination.amount_sat;
    }
    by_kind.values().sum()
}
