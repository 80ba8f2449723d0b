//! Unique gas price: a deposit and a later withdrawal paid a price for gas that nobody else paid
//! in that pool.
//!
//! *Tutela*, reveal 2; Béres et al. 2020. Some wallets keep a price that was typed in by hand.
//! Relayed withdrawals are left out: the relayer chose the price. Since EIP-1559 most prices are
//! made of the block's base fee, and two that agree are rarer still but mean less.
//!
//! Where the price of one transaction of a pool is not known, no price of that pool is known to
//! be unique.

use std::collections::BTreeMap;

use trace_core::claim::{Reason, Rule};
use trace_core::model::account::{Address, U256};

use super::{Deposit, Record, Reveal, Revealed, Withdrawal};
use crate::account::Confidence;

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "mixer-unique-gas-price",
    version: 1,
};

#[derive(Default)]
struct Payers<'a> {
    deposits: Vec<&'a Deposit>,
    withdrawals: Vec<&'a Withdrawal>,
}

/// Every pair of a deposit and a later withdrawal that alone paid one price in their pool.
pub fn reveals(record: &Record) -> Revealed {
    let mut by_price: BTreeMap<(Address, Option<U256>), Payers<'_>> = BTreeMap::new();
    for deposit in record.deposits() {
        let payers = by_price.entry((deposit.pool, deposit.gas_price));
        payers.or_default().deposits.push(deposit);
    }
    let own = || record.withdrawals().iter().filter(|w| !w.is_relayed());
    for withdrawal in own() {
        let payers = by_price.entry((withdrawal.pool, withdrawal.gas_price));
        payers.or_default().withdrawals.push(withdrawal);
    }
    let mut revealed = Revealed::default();
    for withdrawal in own() {
        if by_price.contains_key(&(withdrawal.pool, None)) {
            let why = (withdrawal.hash, Reason::GasPriceUnknown);
            revealed.unknown.push(why);
            continue;
        }
        let payers = by_price.get(&(withdrawal.pool, withdrawal.gas_price));
        if let Some(payers) = payers
            && let ([deposit], [_]) = (payers.deposits.as_slice(), payers.withdrawals.as_slice())
            && deposit.position < withdrawal.position
        {
            let rule = (RULE, Confidence::thousandths(500));
            let reveal = Reveal::new(rule, record, deposit, withdrawal, 1);
            revealed.reveals.push(reveal);
        }
    }
    revealed
}
