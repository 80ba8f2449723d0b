//! The header of a block, or of an uncle, against its hash.

use std::collections::BTreeMap;

use alloy_primitives::{Bytes, keccak256};
use alloy_rlp::Encodable;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::list::List;
use crate::model::account::{Address, B256, Check};
use crate::normalise::evm::quantity::{Amount, Quantity};
use crate::normalise::{NormaliseError, json};

const BLOOM_BYTES: usize = 256;

const HEADER: [&str; 21] = [
    "baseFeePerGas",
    "blobGasUsed",
    "difficulty",
    "excessBlobGas",
    "extraData",
    "gasLimit",
    "gasUsed",
    "logsBloom",
    "miner",
    "mixHash",
    "nonce",
    "number",
    "parentBeaconBlockRoot",
    "parentHash",
    "receiptsRoot",
    "requestsHash",
    "sha3Uncles",
    "stateRoot",
    "timestamp",
    "transactionsRoot",
    "withdrawalsRoot",
];

/// What nodes say of a block beside its header.
const BESIDE: [&str; 7] = [
    "author",
    "hash",
    "size",
    "totalDifficulty",
    "transactions",
    "uncles",
    "withdrawals",
];

/// All members of a header up to the fork of Prague, in the order in which they are hashed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::normalise::evm) struct ToldHeader {
    hash: B256,
    parent_hash: Option<B256>,
    pub(super) sha3_uncles: Option<B256>,
    miner: Option<Address>,
    pub(in crate::normalise::evm) state_root: Option<B256>,
    pub(super) transactions_root: Option<B256>,
    pub(super) receipts_root: Option<B256>,
    logs_bloom: Option<Bytes>,
    difficulty: Option<Amount>,
    number: Option<Quantity>,
    gas_limit: Option<Quantity>,
    gas_used: Option<Quantity>,
    pub(super) timestamp: Option<Quantity>,
    extra_data: Option<Bytes>,
    mix_hash: Option<B256>,
    nonce: Option<Quantity>,
    /// London: EIP-1559.
    pub(super) base_fee_per_gas: Option<Amount>,
    /// Shanghai: EIP-4895.
    pub(super) withdrawals_root: Option<B256>,
    /// Cancun: EIP-4844 and EIP-4788.
    blob_gas_used: Option<Quantity>,
    pub(super) excess_blob_gas: Option<Quantity>,
    parent_beacon_block_root: Option<B256>,
    /// Prague: EIP-7685.
    requests_hash: Option<B256>,
}

impl ToldHeader {
    /// Reads the header out of a block, and holds it against the hash it is told by.
    ///
    /// # Errors
    /// When the text is no block, or everything is told and hashes to something else.
    pub(in crate::normalise::evm) fn read(text: &[u8]) -> Result<(Self, Check), NormaliseError> {
        let told: Self = json::read(text)?;
        let check = match told.to_bytes().map(keccak256) {
            None => Check::NotTold,
            Some(hash) if hash == told.hash => Check::Holds,
            Some(_) if told.is_other_form(text) => Check::OtherForm,
            Some(hash) => {
                let why = format!("it is told as {}, its members hash to {hash}", told.hash);
                return Err(NormaliseError::new("header", why));
            }
        };
        Ok((told, check))
    }

    /// As it is hashed; `None` where a member is missing.
    pub(super) fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut list = List::default();
        for item in [
            &self.parent_hash? as &dyn Encodable,
            &self.sha3_uncles?,
            &self.miner?,
            &self.state_root?,
            &self.transactions_root?,
            &self.receipts_root?,
            self.logs_bloom.as_ref()?,
            &self.difficulty?.0,
            &self.number?.0,
            &self.gas_limit?.0,
            &self.gas_used?.0,
            &self.timestamp?.0,
            self.extra_data.as_ref()?,
            &self.mix_hash?,
            &self.nonce?.0.to_be_bytes(),
        ] {
            list.push(item);
        }
        let added = [
            self.base_fee_per_gas
                .as_ref()
                .map(|it| &it.0 as &dyn Encodable),
            self.withdrawals_root.as_ref().map(|it| it as _),
            self.blob_gas_used.as_ref().map(|it| &it.0 as _),
            self.excess_blob_gas.as_ref().map(|it| &it.0 as _),
            self.parent_beacon_block_root.as_ref().map(|it| it as _),
            self.requests_hash.as_ref().map(|it| it as _),
        ];
        // No fork's members come without those of the forks before.
        let count = added.iter().take_while(|item| item.is_some()).count();
        if added.iter().skip(count).any(Option::is_some) {
            return None;
        }
        for item in added.into_iter().flatten() {
            list.push(item);
        }
        Some(list.to_bytes())
    }

    /// Whether the chain may hash something else: it has members that Ethereum's headers do not
    /// have, or computes no roots, or no bloom filter.
    fn is_other_form(&self, text: &[u8]) -> bool {
        let roots = [self.state_root, self.transactions_root, self.receipts_root];
        roots.contains(&Some(B256::ZERO))
            || self.logs_bloom.as_ref().map(|bloom| bloom.len()) != Some(BLOOM_BYTES)
            || has_unknown_member(text)
    }
}

/// Whether a block has a member that is none of a header's nor one told beside it.
fn has_unknown_member(text: &[u8]) -> bool {
    let members: Result<BTreeMap<String, &RawValue>, _> = json::read(text);
    let is_known =
        |name: &String| HEADER.contains(&name.as_str()) || BESIDE.contains(&name.as_str());
    members.is_ok_and(|members| !members.keys().all(is_known))
}
