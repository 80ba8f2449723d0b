//! The scripted economy of accounts is what it says it is: the same each time, its truth adds
//! up, and a real node does what the script says.

use std::collections::BTreeMap;
use std::fs;

use alloy_primitives::U256;
use testdata::evm_economy::{self, DestinationKind, Kind, shipped};
use testdata::evm_node::{Client, EvmNode, anvil};

#[test]
fn what_ships_is_what_the_script_writes() {
    let truth = evm_economy::play().truth;
    let files = [
        ("truth.json", truth.to_json().unwrap()),
        ("labels.csv", truth.labels_csv()),
    ];
    for (name, written) in files {
        let shipped = fs::read_to_string(shipped().join(name)).unwrap();
        assert!(shipped == written, "{name} differs");
    }
    let shipped = fs::read_to_string(shipped().join("truth.json")).unwrap();
    assert!(serde_json::from_str::<evm_economy::Truth>(&shipped).unwrap() == truth);
}

#[test]
fn every_account_has_an_owner_who_takes_part() {
    let truth = evm_economy::play().truth;
    for (address, whose) in &truth.addresses {
        assert!(truth.owners.contains_key(&whose.owner), "{address}");
    }
    for transaction in &truth.transactions {
        let signer = &truth.addresses[&transaction.from];
        assert_eq!(signer.owner, transaction.by);
        let accounts = transaction.moves.iter().flat_map(|it| [it.from, it.to]);
        for account in accounts.flatten() {
            assert!(truth.addresses.contains_key(&account), "{account}");
        }
        assert_eq!(transaction.fails, transaction.kind == Kind::Failure);
    }
    for mix in &truth.mixes {
        let kind_of = |hash| {
            let found = truth.transactions.iter().find(|it| it.hash == hash);
            found.unwrap().kind
        };
        assert_eq!(kind_of(mix.deposit), Kind::MixDeposit);
        let withdrawal = mix.withdrawal.map(kind_of);
        assert!(withdrawal.is_none_or(|kind| kind == Kind::MixWithdrawal));
    }
}

#[test]
fn a_real_node_does_what_the_script_says_and_the_loot_is_all_accounted_for() {
    let test = "a_real_node_does_what_the_script_says_and_the_loot_is_all_accounted_for";
    let Some(program) = anvil(test) else { return };
    let economy = evm_economy::play();
    let node = EvmNode::start(Client::Anvil, &program, evm_economy::coinbase(), &[]).unwrap();
    let fees = evm_economy::perform(&node, &economy).unwrap();
    let truth = &economy.truth;
    assert_eq!(fees.len(), truth.transactions.len());
    let height = node.call_text("eth_blockNumber", &serde_json::json!([]));
    assert_eq!(height.unwrap(), format!("0x{:x}", truth.height));
    let destinations = evm_economy::follow(truth, &fees);
    let json = evm_economy::destinations_json(&destinations).unwrap();
    let shipped = fs::read_to_string(shipped().join("destinations.json")).unwrap();
    assert!(shipped == json, "destinations.json differs");
    // Of each stolen asset as much as was stolen, traded or not.
    let mut found: BTreeMap<&str, U256> = BTreeMap::new();
    let seeds = ["native", "issuer/dollar", "issuer/deeds", "issuer/levy"];
    for destination in &destinations {
        let stolen_asset = match seeds[destination.seed] {
            "native" => "native".to_owned(),
            token => truth.tokens[token].to_string(),
        };
        if destination.asset.starts_with(&stolen_asset) {
            let amount: U256 = destination.amount.parse().unwrap();
            *found.entry(seeds[destination.seed]).or_default() += amount;
        }
    }
    for (asset, amount) in &truth.theft.stolen {
        let contract = asset.split('/').next().unwrap();
        let token = truth.tokens.iter().find(|it| it.1.to_string() == contract);
        let name = token.map_or("native", |(name, _)| name);
        assert_eq!(found[name].to_string(), *amount, "{name}");
    }
    let mixed = destinations
        .iter()
        .filter(|it| it.kind == DestinationKind::Mix);
    let mixed: U256 = mixed.map(|it| it.amount.parse::<U256>().unwrap()).sum();
    assert_eq!(mixed.to_string(), "20000000000000000000");
}
