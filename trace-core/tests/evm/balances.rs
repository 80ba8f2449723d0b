//! Block 20 472 570 of the main network, of which every balance before it and after each transaction
//! is known: what we say that moved is what the balances say, to the wei. Its transactions are read
//! from their serialised form by the reference library.

use std::collections::BTreeMap;
use std::fs;

use alloy_consensus::transaction::SignerRecoverable as _;
use alloy_consensus::{ReceiptEnvelope, Transaction as _, TxEnvelope};
use alloy_eips::Decodable2718 as _;
use alloy_eips::eip7840::BlobParams;
use alloy_primitives::{Bytes, I256};
use serde_json::{Value, json};
use testdata::recorded::folder;
use trace_core::model::BlockRef;
use trace_core::model::account::{Address, Asset, Outcome, Transaction, TransferKind, U256};
use trace_core::normalise::{RawAccountBlock, RawCalls, RawReceipts, account_block};

use crate::around::number;
use crate::made::{ETHEREUM, hash, shown};
use crate::passed::{PASSED, WETH};
use crate::witness::Witness;

/// The block as a node would tell it that does not trace.
fn told(recorded: &Value) -> (RawAccountBlock, Vec<TxEnvelope>) {
    let meta = &recorded["other_data"]["b_data"]["b_meta"];
    let name = &recorded["other_data"]["b_data"]["b_hashes"]["cur_hash"];
    let base_fee = number(&meta["block_base_fee"]);
    let blob_gas_price = BlobParams::cancun().calc_blob_fee(number(&meta["block_excess_blob_gas"]));
    let (mut transactions, mut receipts, mut envelopes) = (Vec::new(), Vec::new(), Vec::new());
    let rows = recorded["block_trace"]["txn_info"].as_array().unwrap();
    for (index, row) in rows.iter().enumerate() {
        let bytes =
            |member: &str| -> Bytes { row["meta"][member].as_str().unwrap().parse().unwrap() };
        let transaction = TxEnvelope::decode_2718(&mut &bytes("byte_code")[..]).unwrap();
        let receipt_bytes = bytes("new_receipt_trie_node_byte");
        let receipt = ReceiptEnvelope::network_decode(&mut &receipt_bytes[..]).unwrap();
        let from = transaction.recover_signer().unwrap();
        let created = transaction
            .to()
            .is_none()
            .then(|| from.create(transaction.nonce()));
        transactions.push(json!({
            "hash": transaction.tx_hash(), "from": from, "to": transaction.to(),
            "nonce": shown_number(transaction.nonce().into()), "input": transaction.input(),
            "gas": shown_number(transaction.gas_limit().into()), "value": transaction.value(),
            "type": shown_number(transaction.tx_type() as u128),
        }));
        let logs: Vec<Value> = receipt.logs().iter().map(|log| {
            json!({"address": log.address, "topics": log.topics(), "data": log.data.data})
        }).collect();
        let mut told = json!({
            "transactionHash": transaction.tx_hash(), "blockHash": name, "logs": logs,
            "transactionIndex": shown_number(index as u128), "contractAddress": created,
            "gasUsed": shown_number(row["meta"]["gas_used"].as_u64().unwrap().into()),
            "cumulativeGasUsed": shown_number(receipt.cumulative_gas_used().into()),
            "status": if receipt.status() { "0x1" } else { "0x0" },
            "effectiveGasPrice": shown_number(transaction.effective_gas_price(Some(base_fee))),
        });
        if let Some(gas) = transaction.blob_gas_used() {
            told["blobGasUsed"] = json!(shown_number(gas.into()));
            told["blobGasPrice"] = json!(shown_number(blob_gas_price));
        }
        receipts.push(told);
        envelopes.push(transaction);
    }
    let block = json!({
        "number": meta["block_number"], "hash": name, "parentHash": hash(0),
        "timestamp": meta["block_timestamp"], "miner": meta["block_beneficiary"],
        "baseFeePerGas": meta["block_base_fee"], "transactions": transactions, "uncles": [],
        "parentBeaconBlockRoot": meta["parent_beacon_block_root"],
    });
    let raw = RawAccountBlock {
        at: BlockRef {
            height: 20_472_570,
            hash: shown(name.as_str().unwrap()),
        },
        block: block.to_string().into_bytes(),
        receipts: RawReceipts::Block(Value::from(receipts).to_string().into_bytes()),
        calls: RawCalls::NotTold,
        uncles: Vec::new(),
    };
    (raw, envelopes)
}

fn shown_number(number: u128) -> String {
    format!("0x{number:x}")
}

/// What a transaction adds to each account's native coin.
fn net(transaction: &Transaction) -> BTreeMap<Address, I256> {
    let native = transaction
        .transfers
        .iter()
        .filter(|it| it.asset == Asset::Native);
    added(native.map(|it| (it.from, it.to, it.amount)))
}

fn added(
    moved: impl Iterator<Item = (Option<Address>, Option<Address>, U256)>,
) -> BTreeMap<Address, I256> {
    let mut net: BTreeMap<Address, I256> = BTreeMap::new();
    for (from, to, amount) in moved {
        let amount = I256::try_from(amount).unwrap();
        if let Some(from) = from {
            *net.entry(from).or_default() -= amount;
        }
        if let Some(to) = to {
            *net.entry(to).or_default() += amount;
        }
    }
    net.retain(|_, amount| !amount.is_zero());
    net
}

/// By how much each account changed more than is told.
fn beyond(
    changes: &BTreeMap<Address, I256>,
    told: &BTreeMap<Address, I256>,
) -> BTreeMap<Address, I256> {
    let mut left = changes.clone();
    for (account, amount) in told {
        *left.entry(*account).or_default() -= *amount;
    }
    left.retain(|_, amount| !amount.is_zero());
    left
}

#[test]
fn what_moved_is_what_the_balances_of_a_real_block_say() {
    let Some(folder) = folder() else { return };
    let text = fs::read_to_string(folder.join("ethereum/zk_evm/b20472570_main.json")).unwrap();
    let recorded: Value = serde_json::from_str(&text).unwrap();
    let recorded = &recorded[0];
    let (raw, envelopes) = told(recorded);
    let block = account_block(ETHEREUM, &raw).unwrap();
    let rows = recorded["block_trace"]["txn_info"].as_array().unwrap();
    assert_eq!(
        (block.transactions.len(), envelopes.len(), rows.len()),
        (72, 72, 72)
    );
    // What accounts held before it: a part of the state, which hashes to the root that is recorded.
    let state = &recorded["block_trace"]["trie_pre_images"]["combined"]["compact"];
    let state = Witness::read(state.as_str().unwrap());
    let root = &recorded["other_data"]["checkpoint_state_trie_root"];
    assert_eq!(state.root().to_string(), *root);
    let mut balances: BTreeMap<Address, U256> = BTreeMap::new();
    let (mut first, mut compared, mut left_open) = (0, 0, 0);
    let mut passed: BTreeMap<_, _> = PASSED.iter().map(|it| (it.transaction, it)).collect();
    for (row, transaction) in rows.iter().zip(&block.transactions) {
        let mut changes: BTreeMap<Address, I256> = BTreeMap::new();
        for (account, change) in row["traces"].as_object().unwrap() {
            // An account whose balance is not told has the one that it had.
            let Some(after) = change.get("balance") else {
                continue;
            };
            let account: Address = account.parse().unwrap();
            let after: U256 = after.as_str().unwrap().parse().unwrap();
            let before = balances.insert(account, after).unwrap_or_else(|| {
                first += 1;
                state.balance(account).unwrap()
            });
            let change = I256::try_from(after).unwrap() - I256::try_from(before).unwrap();
            assert_eq!(changes.insert(account, change), None);
            compared += 1;
        }
        let left = beyond(&changes, &net(transaction));
        let name = transaction.hash.to_string();
        let Some(passed) = passed.remove(&*name) else {
            assert_eq!(left, BTreeMap::new(), "{name}");
            continue;
        };
        assert_eq!(transaction.outcome, Outcome::Succeeded, "{name}");
        let calls = passed.calls.iter().map(|(from, to, wei)| {
            let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
            (Some(from), Some(to), U256::from(*wei))
        });
        assert_eq!(left, added(calls), "{name}: {}", passed.why);
        left_open += left
            .keys()
            .filter(|account| changes.contains_key(*account))
            .count();
        // What goes to the wrapping contract and comes from it, that says in events.
        let wrapped = |kind: TransferKind| -> U256 {
            let transfers = transaction.transfers.iter().filter(|it| it.kind == kind);
            transfers.map(|it| it.amount).sum()
        };
        let called = |is_it: fn(&(&str, &str, u64)) -> bool| -> U256 {
            let calls = passed.calls.iter().filter(|it| is_it(it));
            calls.map(|it| U256::from(it.2)).sum()
        };
        assert_eq!(
            wrapped(TransferKind::Wrap),
            called(|(_, to, _)| *to == WETH),
            "{name}"
        );
        assert_eq!(
            wrapped(TransferKind::Unwrap),
            called(|(from, ..)| *from == WETH),
            "{name}"
        );
    }
    assert_eq!(passed.len(), 0);
    assert_eq!((compared, first, left_open), (181, 100, 14));
}
