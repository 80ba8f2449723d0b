//! Block 20 472 570 of the main network, of which every balance after each transaction is
//! known: what we say that moved is what the balances say. Its transactions are read from
//! their serialised form by the reference library.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use alloy_consensus::transaction::SignerRecoverable as _;
use alloy_consensus::{ReceiptEnvelope, Transaction as _, TxEnvelope};
use alloy_eips::Decodable2718 as _;
use alloy_primitives::{Bytes, I256};
use serde_json::{Value, json};
use testdata::recorded::folder;
use trace_core::model::BlockRef;
use trace_core::model::account::{Address, Asset, Block, Outcome, U256};
use trace_core::normalise::{RawAccountBlock, RawCalls, RawReceipts, account_block};

use crate::made::{ETHEREUM, hash, shown};

const CANCUN_BLOB_GAS_PRICE: &str = "0x1";

/// The block as a node would tell it that does not trace.
fn told(recorded: &Value) -> (RawAccountBlock, Vec<TxEnvelope>) {
    let meta = &recorded["other_data"]["b_data"]["b_meta"];
    let name = &recorded["other_data"]["b_data"]["b_hashes"]["cur_hash"];
    let base_fee = u64::from_str_radix(&meta["block_base_fee"].as_str().unwrap()[2..], 16).unwrap();
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
        let number = |number: u128| format!("0x{number:x}");
        transactions.push(json!({
            "hash": transaction.tx_hash(), "from": from, "to": transaction.to(),
            "nonce": number(transaction.nonce().into()), "input": transaction.input(),
            "gas": number(transaction.gas_limit().into()), "value": transaction.value(),
            "type": number(transaction.tx_type() as u128),
        }));
        let logs: Vec<Value> = receipt.logs().iter().map(|log| {
            json!({"address": log.address, "topics": log.topics(), "data": log.data.data})
        }).collect();
        let mut told = json!({
            "transactionHash": transaction.tx_hash(), "blockHash": name, "logs": logs,
            "transactionIndex": number(index as u128), "contractAddress": created,
            "gasUsed": number(row["meta"]["gas_used"].as_u64().unwrap().into()),
            "cumulativeGasUsed": number(receipt.cumulative_gas_used().into()),
            "status": if receipt.status() { "0x1" } else { "0x0" },
            "effectiveGasPrice": number(transaction.effective_gas_price(Some(base_fee))),
        });
        if let Some(gas) = transaction.blob_gas_used() {
            told["blobGasUsed"] = json!(number(gas.into()));
            told["blobGasPrice"] = json!(CANCUN_BLOB_GAS_PRICE);
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

/// What a transaction adds to each account's native coin.
fn net(block: &Block, index: usize) -> BTreeMap<Address, I256> {
    let mut net: BTreeMap<Address, I256> = BTreeMap::new();
    for transfer in &block.transactions[index].transfers {
        if transfer.asset == Asset::Native {
            let amount = I256::try_from(transfer.amount).unwrap();
            if let Some(from) = transfer.from {
                *net.entry(from).or_default() -= amount;
            }
            if let Some(to) = transfer.to {
                *net.entry(to).or_default() += amount;
            }
        }
    }
    net
}

#[test]
fn what_moved_is_what_the_balances_of_a_real_block_say() {
    let Some(folder) = folder() else { return };
    let text = fs::read_to_string(folder.join("ethereum/zk_evm/b20472570_main.json")).unwrap();
    let recorded: Value = serde_json::from_str(&text).unwrap();
    let (raw, envelopes) = told(&recorded[0]);
    let block = account_block(ETHEREUM, &raw).unwrap();
    assert_eq!(block.transactions.len(), 72);
    let rows = recorded[0]["block_trace"]["txn_info"].as_array().unwrap();
    // Balances are told where they changed. What an account had before is known from its
    // change before, so the first change of each cannot be compared.
    let mut balances: BTreeMap<Address, U256> = BTreeMap::new();
    let (mut compared, mut plain) = (0, 0);
    let mut with_inner_calls = BTreeSet::new();
    for (index, row) in rows.iter().enumerate() {
        let traces = row["traces"].as_object().unwrap();
        let ran_code = traces.values().any(|it| it.get("code_usage").is_some());
        let net = net(&block, index);
        let mut fits = true;
        for (account, change) in traces {
            let account: Address = account.parse().unwrap();
            let Some(after) = change.get("balance") else {
                // Of one that is not said to have changed nothing may have moved.
                fits &= net.get(&account).is_none_or(I256::is_zero);
                continue;
            };
            let after: U256 = after.as_str().unwrap().parse().unwrap();
            if let Some(before) = balances.insert(account, after) {
                let changed = I256::try_from(after).unwrap() - I256::try_from(before).unwrap();
                fits &= net.get(&account).copied().unwrap_or_default() == changed;
                compared += 1;
            } else {
                // That it changed is known all the same.
                fits &= net.get(&account).is_some_and(|changed| !changed.is_zero());
            }
        }
        // And nothing moved of anybody else.
        fits &= net.iter().all(|(account, changed)| {
            changed.is_zero() || traces.contains_key(&account.to_checksum(None).to_lowercase())
        });
        if fits {
            plain += 1;
        } else {
            // What was not seen is what contracts passed on: only where code ran.
            let hash = block.transactions[index].hash;
            assert!(
                ran_code,
                "transaction {index} ({hash}) moved something else"
            );
            assert_eq!(block.transactions[index].outcome, Outcome::Succeeded);
            with_inner_calls.insert(index);
        }
    }
    assert_eq!(envelopes.len(), plain + with_inner_calls.len());
    assert_eq!(
        with_inner_calls,
        [15, 18, 20, 27, 30, 32, 39, 51, 60].into()
    );
    assert_eq!(compared, 81);
}
