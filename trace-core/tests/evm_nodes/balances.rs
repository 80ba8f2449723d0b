//! The sum of what moved is the balance, of every account after every block.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use testdata::evm_node::{EvmNode, FAUCET_ETHER};
use trace_core::model::account::{Address, Asset, Block, U256};

use crate::given::{blocks, economy, node};

/// Calls in one request.
const AT_ONCE: usize = 500;

pub(crate) fn selector(signature: &str) -> String {
    let hash = alloy_primitives::keccak256(signature);
    alloy_primitives::hex::encode_prefixed(&hash[..4])
}

pub(crate) fn word(number: U256) -> String {
    format!("{number:064x}")
}

pub(crate) fn address(address: Address) -> String {
    word(U256::from_be_slice(address.as_slice()))
}

/// Asks what an account holds of an asset at the end of a block. Of a single thing the node
/// says who holds it instead.
fn question(asset: Asset, account: Address, is_single: bool, height: u32) -> (&'static str, Value) {
    let block = format!("0x{height:x}");
    let call = |to: Address, data: String| {
        (
            "eth_call",
            json!([{"to": to.to_string(), "data": data}, block]),
        )
    };
    match asset {
        Asset::Native => ("eth_getBalance", json!([account.to_string(), block])),
        Asset::Token(token) => {
            let data = selector("balanceOf(address)") + &address(account);
            call(token, data)
        }
        Asset::Item(contract, id) if is_single => {
            call(contract, selector("ownerOf(uint256)") + &word(id))
        }
        Asset::Item(contract, id) => {
            let data = selector("balanceOf(address,uint256)") + &address(account) + &word(id);
            call(contract, data)
        }
    }
}

pub(crate) fn number(answer: &Value) -> U256 {
    answer.as_str().unwrap().parse().unwrap()
}

/// What the node says that each account holds of each asset after a block.
fn told(
    node: &EvmNode,
    assets: &BTreeSet<Asset>,
    accounts: &BTreeSet<Address>,
    deeds: Address,
    height: u32,
) -> BTreeMap<(Asset, Address), U256> {
    let each = assets
        .iter()
        .flat_map(|asset| accounts.iter().map(|account| (*asset, *account)));
    // A contract that is not there yet keeps no balances.
    let each: Vec<_> = each.collect();
    let is_single = |asset: Asset| asset.contract() == Some(deeds);
    let mut told = BTreeMap::new();
    for part in each.chunks(AT_ONCE) {
        let asked = part.iter();
        let asked =
            asked.map(|(asset, account)| question(*asset, *account, is_single(*asset), height));
        let answers = node.call_each(&asked.collect::<Vec<_>>()).unwrap();
        for ((asset, account), answer) in part.iter().zip(answers) {
            let held = match answer.as_str() {
                Some("0x") => U256::ZERO,
                _ if is_single(*asset) => {
                    let holder = Address::from_word(number(&answer).into());
                    U256::from(u8::from(holder == *account))
                }
                _ => number(&answer),
            };
            told.insert((*asset, *account), held);
        }
    }
    told
}

fn add(block: &Block, held: &mut BTreeMap<(Asset, Address), U256>) {
    let inside = block
        .transactions
        .iter()
        .flat_map(|transaction| &transaction.transfers);
    for transfer in inside.chain(&block.after) {
        if let Some(from) = transfer.from {
            let held = held.entry((transfer.asset, from)).or_default();
            *held = held.checked_sub(transfer.amount).unwrap();
        }
        if let Some(to) = transfer.to {
            *held.entry((transfer.asset, to)).or_default() += transfer.amount;
        }
    }
}

#[test]
fn what_moved_adds_up_to_every_balance_after_every_block() {
    let Some(node) = node("what_moved_adds_up_to_every_balance_after_every_block") else {
        return;
    };
    let blocks = blocks(&node);
    let truth = &economy().truth;
    let everything = |block: &Block| {
        let inside = block
            .transactions
            .iter()
            .flat_map(|transaction| transaction.transfers.clone());
        inside.chain(block.after.clone()).collect::<Vec<_>>()
    };
    let transfers: Vec<_> = blocks.iter().flat_map(everything).collect();
    let mut accounts: BTreeSet<Address> = truth.addresses.keys().copied().collect();
    let known = accounts.len();
    accounts.extend(transfers.iter().flat_map(|it| [it.from, it.to]).flatten());
    assert_eq!(accounts.len(), known, "everybody is somebody's");
    let assets: BTreeSet<Asset> = transfers.iter().map(|transfer| transfer.asset).collect();
    // Ether, three tokens, two deeds, two kinds of items.
    assert_eq!(assets.len(), 8);
    let faucet = transfers[0].from.unwrap();
    let ether = U256::from(FAUCET_ETHER) * U256::from(1_000_000_000_000_000_000_u64);
    let mut held = BTreeMap::from([((Asset::Native, faucet), ether)]);
    for block in &blocks {
        add(block, &mut held);
        let told = told(
            &node,
            &assets,
            &accounts,
            truth.tokens["issuer/deeds"],
            block.at.height,
        );
        for (of, told) in told {
            let sum = held.get(&of).copied().unwrap_or_default();
            assert_eq!(
                sum, told,
                "{} of {} after block {}",
                of.0, of.1, block.at.height
            );
        }
    }
}
