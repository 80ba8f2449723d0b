//! A receipt as it is hashed, and what it tells beside that.

use alloy_primitives::Bloom;
use alloy_rlp::Encodable;

use super::blob;
use super::envelope::{LEGACY, WITH_BLOBS};
use super::header::ToldHeader;
use super::list::List;
use crate::model::ChainId;
use crate::model::account::{Check, U256};
use crate::normalise::NormaliseError;
use crate::normalise::evm::fee;
use crate::normalise::evm::quantity::Quantity;
use crate::normalise::evm::reward::ETHEREUM;
use crate::normalise::evm::told::{ToldReceipt, ToldTransaction};

const ROOT_BYTES: usize = 32;

/// How the status of a transaction that failed is serialised.
pub(super) const FAILED: u8 = 0x80;
/// The same by Ganache, which serialises a byte of zero and not the number 0.
pub(super) const FAILED_BYTE: u8 = 0;

/// A receipt in the serialisation that is hashed; `None` where it is not told how it ended.
/// `sum` is the gas used in the block up to and with it.
pub(super) fn to_bytes(
    transaction: &ToldTransaction,
    receipt: &ToldReceipt,
    sum: u64,
    failed: u8,
) -> Option<Vec<u8>> {
    let mut members = List::default();
    let root = receipt.root.as_ref();
    match (root.filter(|root| root.len() == ROOT_BYTES), receipt.status) {
        (Some(root), None) => members.push(root),
        (None, Some(Quantity(0))) => members.push_serialised(&[failed]),
        (None, Some(status)) => members.push(&status.0),
        // Only one of them is hashed, and the other would be the node's word.
        _ => return None,
    }
    members.push(&sum);
    let (mut bloom, mut logs) = (Bloom::ZERO, List::default());
    for log in &receipt.logs {
        bloom.accrue_raw_log(log.address, &log.topics);
        let mut each = List::default();
        each.push(&log.address);
        each.push_list(&log.topics.iter().collect());
        each.push(&log.data);
        logs.push_list(&each);
    }
    members.push(&bloom);
    members.push_list(&logs);
    let mut bytes = Vec::new();
    let kind = transaction.type_number();
    if kind != LEGACY {
        kind.encode(&mut bytes);
    }
    bytes.extend(members.to_bytes());
    Some(bytes)
}

/// Holds what no receipt has hashed against the rules of Ethereum: what gas and blobs cost, and
/// the address of a contract created. Another chain may have other rules.
///
/// # Errors
/// When they say something else, on Ethereum.
pub(super) fn by_rules(
    chain: ChainId,
    header: &ToldHeader,
    transaction: &ToldTransaction,
    receipt: &ToldReceipt,
) -> Result<Check, NormaliseError> {
    let differs = |place: &str, why: String| {
        if chain == ETHEREUM {
            Err(NormaliseError::new(format!("receipt, {place}"), why))
        } else {
            Ok(Check::OtherForm)
        }
    };
    let base_fee = header.base_fee_per_gas.map(|fee| fee.0);
    let Some(due) = fee::due(transaction, base_fee) else {
        return Ok(Check::NotTold);
    };
    if let Some(told) = receipt.effective_gas_price.map(|price| price.0)
        && told != due
    {
        return differs(
            "effectiveGasPrice",
            format!("{told} is told, {due} was due"),
        );
    }
    match (transaction.to, receipt.contract_address) {
        (None, Some(told)) => {
            let created = transaction.from.create(transaction.nonce.0);
            if told != created {
                let why = format!("{told} is told, {created} was created");
                return differs("contractAddress", why);
            }
        }
        // It may have failed, and this does not say.
        (None, None) if receipt.status.is_none() => return Ok(Check::NotTold),
        _ => {}
    }
    // No other type has them hashed.
    let blobs = transaction.blob_versioned_hashes.as_ref();
    let blobs = blobs.filter(|_| transaction.type_number() == WITH_BLOBS);
    let blobs = blobs.map_or(0, Vec::len);
    let gas = u64::try_from(blobs)
        .ok()
        .and_then(|it| it.checked_mul(blob::GAS));
    let told = receipt.blob_gas_used.map_or(0, |gas| gas.0);
    if Some(told) != gas {
        return differs("blobGasUsed", format!("{told} is told of {blobs} blobs"));
    }
    if blobs == 0 {
        return Ok(Check::Holds);
    }
    let price = receipt.blob_gas_price.map_or(U256::ZERO, |price| price.0);
    let time = header.timestamp.map_or(0, |time| time.0);
    match blob::is_price(chain, header, price) {
        None => Ok(Check::NotTold),
        Some(true) => Ok(Check::Holds),
        Some(false) if blob::is_known(chain, time) => {
            differs("blobGasPrice", format!("{price} is not the block's"))
        }
        Some(false) => Ok(Check::OtherForm),
    }
}
