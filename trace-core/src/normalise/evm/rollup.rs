//! What chains that stand on another one tell of their transactions besides.

use super::NormaliseError;
use super::told::{ToldReceipt, ToldTransaction};
use crate::model::account::{Asset, Transfer, TransferKind};

/// The type of a transaction that carries out a deposit on OP's kin.
const DEPOSIT: u64 = 0x7e;

/// The coin made for a deposit, before its transaction runs.
///
/// # Errors
/// When a transaction as Ethereum has them is said to make coin.
pub(super) fn deposit(told: &ToldTransaction) -> Result<Option<Transfer>, NormaliseError> {
    let Some(mint) = told.mint.filter(|mint| !mint.0.is_zero()) else {
        return Ok(None);
    };
    if told.is_of_ethereum() {
        let why = format!("a transaction of type {} makes no coin", told.type_number());
        return Err(NormaliseError::new("mint", why));
    }
    Ok(Some(Transfer {
        kind: TransferKind::RollupDeposit,
        asset: Asset::Native,
        from: None,
        to: Some(told.from),
        amount: mint.0,
    }))
}

/// Whether native coin may have moved by rules that are the chain's own: a type of transaction
/// that is neither Ethereum's nor OP's (Arbitrum's deposits make coin and do not say so), or a
/// fee for the operator, whose formula changed over time.
pub(super) fn may_move_more(told: &ToldTransaction, receipt: &ToldReceipt) -> bool {
    let is_own = !told.is_of_ethereum() && told.type_number() != DEPOSIT && !told.value.0.is_zero();
    let operator = [receipt.operator_fee_scalar, receipt.operator_fee_constant];
    is_own || operator.iter().flatten().any(|part| !part.0.is_zero())
}
