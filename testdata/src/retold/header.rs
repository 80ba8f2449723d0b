//! The header of a block as a node tells it.

use alloy_consensus::Header;
use alloy_primitives::{Address, B64, B256, Bloom, Bytes, U64, U256};
use serde::Deserialize;

use crate::recorded::Result;

/// The members up to the fork of Prague.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    hash: B256,
    parent_hash: B256,
    sha3_uncles: B256,
    miner: Address,
    state_root: B256,
    transactions_root: B256,
    receipts_root: B256,
    logs_bloom: Bloom,
    difficulty: U256,
    number: U64,
    gas_limit: U64,
    gas_used: U64,
    timestamp: U64,
    extra_data: Bytes,
    mix_hash: B256,
    nonce: B64,
    base_fee_per_gas: Option<U64>,
    withdrawals_root: Option<B256>,
    blob_gas_used: Option<U64>,
    excess_blob_gas: Option<U64>,
    parent_beacon_block_root: Option<B256>,
    requests_hash: Option<B256>,
}

/// Reads the header out of a block, and the hash by which it is told.
///
/// # Errors
/// When a member is missing that every fork has.
pub(super) fn told(block: &[u8]) -> Result<(Header, B256)> {
    let told: Told = serde_json::from_slice(block)?;
    let header = Header {
        parent_hash: told.parent_hash,
        ommers_hash: told.sha3_uncles,
        beneficiary: told.miner,
        state_root: told.state_root,
        transactions_root: told.transactions_root,
        receipts_root: told.receipts_root,
        logs_bloom: told.logs_bloom,
        difficulty: told.difficulty,
        number: told.number.to(),
        gas_limit: told.gas_limit.to(),
        gas_used: told.gas_used.to(),
        timestamp: told.timestamp.to(),
        extra_data: told.extra_data,
        mix_hash: told.mix_hash,
        nonce: told.nonce,
        base_fee_per_gas: told.base_fee_per_gas.map(|it| it.to()),
        withdrawals_root: told.withdrawals_root,
        blob_gas_used: told.blob_gas_used.map(|it| it.to()),
        excess_blob_gas: told.excess_blob_gas.map(|it| it.to()),
        parent_beacon_block_root: told.parent_beacon_block_root,
        requests_hash: told.requests_hash,
    };
    Ok((header, told.hash))
}
