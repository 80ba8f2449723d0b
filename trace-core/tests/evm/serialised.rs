//! Blocks and receipts in the serialisation that is hashed, read by the reference library and
//! told as a node would tell them.

use alloy_consensus::transaction::SignerRecoverable as _;
use alloy_consensus::{
    Block, Eip658Value, Header, ReceiptEnvelope, Transaction as _, TxEnvelope, TxReceipt as _,
};
use alloy_eips::Decodable2718 as _;
use alloy_eips::eip7840::BlobParams;
use alloy_primitives::Address;
use alloy_rlp::Decodable as _;
use serde_json::{Map, Value, json};

fn number(number: impl std::fmt::LowerHex) -> String {
    format!("{number:#x}")
}

/// The blocks that stand one behind the other in these bytes.
pub(crate) fn blocks(mut bytes: &[u8]) -> Vec<Block<TxEnvelope>> {
    let mut blocks = Vec::new();
    while !bytes.is_empty() {
        blocks.push(Block::decode(&mut bytes).unwrap());
    }
    blocks
}

/// A block with whole transactions.
pub(crate) fn told(block: &Block<TxEnvelope>) -> Value {
    let mut told = header(&block.header);
    let name = told["hash"].clone();
    let transactions = block.body.transactions.iter().enumerate();
    let transactions = transactions.map(|(index, it)| {
        let mut told = transaction(it);
        told["blockHash"] = name.clone();
        told["blockNumber"] = json!(number(block.header.number));
        told["transactionIndex"] = json!(number(index));
        told
    });
    told["transactions"] = transactions.collect();
    let uncles = block.body.ommers.iter().map(|it| json!(it.hash_slow()));
    told["uncles"] = uncles.collect();
    if let Some(withdrawals) = &block.body.withdrawals {
        let withdrawals = withdrawals.iter().map(|it| {
            json!({
                "index": number(it.index), "validatorIndex": number(it.validator_index),
                "address": it.address, "amount": number(it.amount),
            })
        });
        told["withdrawals"] = withdrawals.collect();
    }
    told
}

/// The header of a block, or of an uncle.
pub(crate) fn header(header: &Header) -> Value {
    let told = json!({
        "hash": header.hash_slow(), "parentHash": header.parent_hash,
        "sha3Uncles": header.ommers_hash, "miner": header.beneficiary,
        "stateRoot": header.state_root, "transactionsRoot": header.transactions_root,
        "receiptsRoot": header.receipts_root, "logsBloom": header.logs_bloom,
        "difficulty": header.difficulty, "number": number(header.number),
        "gasLimit": number(header.gas_limit), "gasUsed": number(header.gas_used),
        "timestamp": number(header.timestamp), "extraData": header.extra_data,
        "mixHash": header.mix_hash, "nonce": header.nonce,
        "baseFeePerGas": header.base_fee_per_gas.map(number),
        "withdrawalsRoot": header.withdrawals_root,
        "blobGasUsed": header.blob_gas_used.map(number),
        "excessBlobGas": header.excess_blob_gas.map(number),
        "parentBeaconBlockRoot": header.parent_beacon_block_root,
        "requestsHash": header.requests_hash,
    });
    without_nulls(told)
}

pub(crate) fn transaction(it: &TxEnvelope) -> Value {
    let signature = it.signature();
    let odd = u128::from(signature.v());
    let v = match (it.is_legacy(), it.chain_id()) {
        (true, Some(chain)) => 35 + 2 * u128::from(chain) + odd,
        (true, None) => 27 + odd,
        (false, _) => odd,
    };
    let accesses = it.access_list().map(|list| {
        let accesses = list
            .iter()
            .map(|it| json!({"address": it.address, "storageKeys": it.storage_keys}));
        accesses.collect::<Value>()
    });
    let authorizations = it.authorization_list().map(|list| {
        let each = list.iter().map(|it| {
            json!({
                "chainId": it.chain_id, "address": it.address, "nonce": number(it.nonce),
                "yParity": number(it.y_parity()), "r": it.r(), "s": it.s(),
            })
        });
        each.collect::<Value>()
    });
    let is_priced = it.gas_price().is_some();
    let told = json!({
        "type": number(it.tx_type() as u8), "hash": it.tx_hash(), "from": it.recover_signer().unwrap(),
        "to": it.to(), "nonce": number(it.nonce()), "gas": number(it.gas_limit()),
        "value": it.value(), "input": it.input(), "chainId": it.chain_id().map(number),
        "gasPrice": it.gas_price().map(number),
        "maxFeePerGas": (!is_priced).then(|| number(it.max_fee_per_gas())),
        "maxPriorityFeePerGas": it.max_priority_fee_per_gas().map(number),
        "maxFeePerBlobGas": it.max_fee_per_blob_gas().map(number),
        "blobVersionedHashes": it.blob_versioned_hashes(),
        "accessList": accesses, "authorizationList": authorizations,
        "v": number(v), "r": signature.r(), "s": signature.s(),
    });
    without_nulls(told)
}

/// The receipts of a block, out of their serialisations.
pub(crate) fn receipts(block: &Block<TxEnvelope>, serialised: &[Vec<u8>]) -> Value {
    let mut before = 0;
    let of_block = told(block);
    // All that are recorded are of before Prague.
    let blob_price = block.header.blob_fee(BlobParams::cancun());
    let transactions = block.body.transactions.iter().zip(serialised).enumerate();
    let each = transactions.map(|(index, (it, bytes))| {
        let of = &of_block["transactions"][index];
        let receipt = ReceiptEnvelope::decode_2718(&mut &bytes[..]).unwrap();
        let sum = receipt.cumulative_gas_used();
        let used = sum - std::mem::replace(&mut before, sum);
        let logs = receipt.logs().iter().map(
            |log| json!({"address": log.address, "topics": log.topics(), "data": log.data.data}),
        );
        let number_of = |member: &str| of[member].as_str().unwrap()[2..].to_owned();
        let created = (of.get("to").is_none() && receipt.status()).then(|| {
            let from: Address = of["from"].as_str().unwrap().parse().unwrap();
            from.create(u64::from_str_radix(&number_of("nonce"), 16).unwrap())
        });
        let blob_gas = it.blob_gas_used();
        let mut told = json!({
            "blobGasUsed": blob_gas.map(number),
            "blobGasPrice": blob_gas.and(blob_price).map(number),
            "transactionHash": of["hash"], "blockHash": of_block["hash"],
            "transactionIndex": of["transactionIndex"], "gasUsed": number(used),
            "cumulativeGasUsed": number(sum), "logs": logs.collect::<Value>(),
            "contractAddress": created,
        });
        match receipt.status_or_post_state() {
            // Before EIP-658.
            Eip658Value::PostState(root) => told["root"] = json!(root),
            Eip658Value::Eip658(succeeded) => told["status"] = json!(number(u8::from(succeeded))),
        }
        told
    });
    each.collect()
}

fn without_nulls(told: Value) -> Value {
    let Value::Object(members) = told else {
        panic!("no object")
    };
    let members = members.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(members.collect::<Map<_, _>>())
}
