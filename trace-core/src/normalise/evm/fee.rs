//! What a transaction paid to be executed.
//!
//! The base fee is taken to be burnt, as on Ethereum; a chain that pays it to somebody is told
//! wrongly in that. What a rollup takes for its data on the chain below is among the fees where
//! the receipt names the amount (`l1Fee`).

use super::NormaliseError;
use super::quantity::Amount;
use super::told::{ToldReceipt, ToldTransaction};
use crate::model::account::{Address, Asset, Transfer, TransferKind, U256};

/// The type of a transaction that offers a priority fee (EIP-1559); later ones all do.
const WITH_PRIORITY_FEE: u64 = 2;
/// The type of a transaction that carries blobs (EIP-4844).
const WITH_BLOBS: u64 = 3;

/// What a unit of gas costs by the rules of Ethereum; `None` where they cannot be applied to what
/// is told.
pub(super) fn due(transaction: &ToldTransaction, base_fee: Option<U256>) -> Option<U256> {
    if transaction
        .kind
        .is_none_or(|kind| kind.0 < WITH_PRIORITY_FEE)
    {
        return Some(transaction.gas_price?.0);
    }
    let most = transaction.max_fee_per_gas?.0;
    let priority = transaction.max_priority_fee_per_gas?.0;
    Some(most.min(base_fee?.saturating_add(priority)))
}

/// What a unit of gas cost.
///
/// # Errors
/// When neither the receipt nor the transaction tells, or they contradict each other.
pub(super) fn gas_price(
    transaction: &ToldTransaction,
    receipt: &ToldReceipt,
    base_fee: Option<U256>,
) -> Result<U256, NormaliseError> {
    if let Some(Amount(price)) = receipt.effective_gas_price {
        return Ok(price);
    }
    let price = transaction.gas_price.map(|price| price.0);
    due(transaction, base_fee).or(price).ok_or_else(|| {
        NormaliseError::new(
            "gas price",
            "neither the receipt nor the transaction tells it",
        )
    })
}

/// The fees, in the order in which they are paid.
///
/// # Errors
/// When a sum does not fit, the price is below the base fee, or the receipt does not say what
/// blobs cost.
pub(super) fn transfers(
    transaction: &ToldTransaction,
    receipt: &ToldReceipt,
    price: U256,
    base_fee: Option<U256>,
    recipient: Address,
) -> Result<Vec<Transfer>, NormaliseError> {
    let mut paid = Vec::new();
    let mut pay = |kind, to, amount: U256| {
        if !amount.is_zero() {
            paid.push(Transfer {
                kind,
                asset: Asset::Native,
                from: Some(transaction.from),
                to,
                amount,
            });
        }
    };
    let gas = U256::from(receipt.gas_used.0);
    // What a chain executes for itself costs nothing, whatever the base fee.
    if !price.is_zero() {
        let base = base_fee.unwrap_or_default();
        let priority = price.checked_sub(base).ok_or_else(|| {
            let why = format!("{price} is below the block's base fee, {base}");
            NormaliseError::new("gas price", why)
        })?;
        pay(TransferKind::BaseFee, None, product(gas, base)?);
        pay(
            TransferKind::PriorityFee,
            Some(recipient),
            product(gas, priority)?,
        );
    }
    match (receipt.blob_gas_used, receipt.blob_gas_price) {
        (Some(gas), Some(Amount(price))) => {
            pay(
                TransferKind::BlobFee,
                None,
                product(U256::from(gas.0), price)?,
            );
        }
        _ if transaction.kind.is_some_and(|kind| kind.0 == WITH_BLOBS) => {
            let why = "the receipt does not say what the blobs cost";
            return Err(NormaliseError::new("blob fee", why));
        }
        _ => {}
    }
    let data = receipt.l1_fee.unwrap_or_default();
    pay(TransferKind::RollupFee, None, data.0);
    Ok(paid)
}

fn product(gas: U256, price: U256) -> Result<U256, NormaliseError> {
    gas.checked_mul(price).ok_or_else(|| {
        NormaliseError::new(
            "fee",
            format!("{gas} gas at {price} is more than there can be"),
        )
    })
}
