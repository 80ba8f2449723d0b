//! A block, its transactions and its receipts as nodes tell them: only the members needed,
//! every one that some node leaves out being one that may be missing.

use serde::Deserialize;

use alloy_primitives::Bytes;

use super::quantity::{Amount, Quantity};
use crate::model::account::{Address, B256, Log};

/// A block with whole transactions, or with the hashes of them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToldBlock<T = ToldTransaction> {
    pub(super) number: Quantity,
    pub(super) hash: B256,
    pub(super) parent_hash: B256,
    pub(super) timestamp: Quantity,
    pub(super) miner: Address,
    /// From EIP-1559 on.
    pub(super) base_fee_per_gas: Option<Amount>,
    /// From EIP-4788 on, and so from the fork (Cancun) that changed self-destruction.
    pub(super) parent_beacon_block_root: Option<B256>,
    pub(super) transactions: Vec<T>,
    #[serde(default)]
    pub(super) uncles: Vec<B256>,
    /// From EIP-4895 on.
    pub(super) withdrawals: Option<Vec<ToldWithdrawal>>,
}

/// A transaction inside its block.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToldTransaction {
    pub(super) hash: B256,
    pub(super) block_hash: Option<B256>,
    pub(super) block_number: Option<Quantity>,
    pub(super) transaction_index: Option<Quantity>,
    pub(super) from: Address,
    pub(super) to: Option<Address>,
    pub(super) nonce: Quantity,
    pub(super) gas: Quantity,
    /// What was paid, where the transaction is in a block; what is offered before EIP-1559.
    pub(super) gas_price: Option<Amount>,
    pub(super) max_fee_per_gas: Option<Amount>,
    pub(super) max_priority_fee_per_gas: Option<Amount>,
    pub(super) value: Amount,
    pub(super) input: Option<Bytes>,
    /// The older name of `input`.
    pub(super) data: Option<Bytes>,
    #[serde(rename = "type")]
    pub(super) kind: Option<Quantity>,
    pub(super) chain_id: Option<Amount>,
    /// Its signature: on which side of the curve the point of `r` is, by itself, or within `v`.
    pub(super) y_parity: Option<Quantity>,
    pub(super) v: Option<Amount>,
    pub(super) r: Option<Amount>,
    pub(super) s: Option<Amount>,
    /// From EIP-2930 on.
    pub(super) access_list: Option<Vec<ToldAccess>>,
    /// Of a transaction with blobs (EIP-4844).
    pub(super) max_fee_per_blob_gas: Option<Amount>,
    pub(super) blob_versioned_hashes: Option<Vec<B256>>,
    /// Of a transaction that sets codes (EIP-7702).
    pub(super) authorization_list: Option<Vec<ToldAuthorization>>,
    /// Of a rollup's transaction that carries out a deposit: the coin made for it.
    pub(super) mint: Option<Amount>,
}

/// What a transaction announces that it will touch.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToldAccess {
    pub(super) address: Address,
    pub(super) storage_keys: Vec<B256>,
}

/// An account's signed word that it takes on a code.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToldAuthorization {
    pub(super) chain_id: Amount,
    pub(super) address: Address,
    pub(super) nonce: Quantity,
    pub(super) y_parity: Option<Quantity>,
    pub(super) v: Option<Quantity>,
    pub(super) r: Amount,
    pub(super) s: Amount,
}

/// What the beacon chain pays out with a block.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToldWithdrawal {
    pub(super) index: Option<Quantity>,
    pub(super) validator_index: Option<Quantity>,
    pub(super) address: Address,
    /// In gwei.
    pub(super) amount: Quantity,
}

/// The header of an uncle.
#[derive(Debug, Deserialize)]
pub(super) struct ToldUncle {
    pub(super) number: Quantity,
    pub(super) hash: B256,
    pub(super) miner: Address,
}

/// The receipt of a transaction.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToldReceipt {
    pub(super) transaction_hash: B256,
    pub(super) transaction_index: Option<Quantity>,
    pub(super) block_hash: B256,
    pub(super) gas_used: Quantity,
    pub(super) cumulative_gas_used: Option<Quantity>,
    pub(super) effective_gas_price: Option<Amount>,
    /// From EIP-658 on; 1 for success.
    pub(super) status: Option<Quantity>,
    /// The root of the state behind it, before EIP-658.
    pub(super) root: Option<Bytes>,
    pub(super) contract_address: Option<Address>,
    pub(super) logs: Vec<ToldLog>,
    /// Of a transaction with blobs (EIP-4844).
    pub(super) blob_gas_used: Option<Quantity>,
    pub(super) blob_gas_price: Option<Amount>,
    /// Of a rollup: what it takes for its data on the chain below.
    pub(super) l1_fee: Option<Amount>,
    /// Of a rollup: what its operator takes besides, by a formula that changed over time.
    pub(super) operator_fee_scalar: Option<Amount>,
    pub(super) operator_fee_constant: Option<Amount>,
}

/// An event in a receipt or in a trace.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToldLog {
    pub(super) address: Address,
    pub(super) topics: Vec<B256>,
    pub(super) data: Bytes,
    /// In a trace: how many calls its frame had made before it.
    pub(super) position: Option<Quantity>,
    /// In a receipt: its place among the events of the block.
    pub(super) log_index: Option<Quantity>,
}

/// The last type that Ethereum has: it sets codes (EIP-7702).
const LAST_OF_ETHEREUM: u64 = 4;

impl ToldTransaction {
    /// Its type (EIP-2718): 0 from before there were types.
    pub(super) fn type_number(&self) -> u64 {
        self.kind.map_or(0, |kind| kind.0)
    }

    /// Whether its type is one that Ethereum has.
    pub(super) fn is_of_ethereum(&self) -> bool {
        self.type_number() <= LAST_OF_ETHEREUM
    }

    pub(super) fn input(&self) -> &[u8] {
        let input = self.input.as_ref().or(self.data.as_ref());
        input.map_or(&[], |input| input)
    }
}

impl ToldLog {
    pub(super) fn read(self) -> Log {
        Log {
            address: self.address,
            topics: self.topics,
            data: self.data.to_vec(),
        }
    }
}
