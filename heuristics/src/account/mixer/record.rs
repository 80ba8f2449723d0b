//! What went into pools and came out of them.

use std::collections::BTreeMap;

use trace_core::model::account::{Address, B256, U256};
use trace_core::model::{Position, TxNumber};

/// One amount that went into a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// The pool.
    pub pool: Address,
    /// Who signed the transaction. A contract between it and the pool is passed over.
    pub from: Address,
    /// Wei for a unit of gas; `None` where nobody told.
    pub gas_price: Option<U256>,
    /// Where it is in the chain.
    pub position: Position,
    /// The transaction.
    pub hash: B256,
    /// Its number in the view; `None` where it came from elsewhere.
    pub tx: Option<TxNumber>,
}

/// One amount that came out of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The pool.
    pub pool: Address,
    /// Who got it.
    pub to: Address,
    /// Who sent the transaction on the recipient's behalf, by the event; `None` where nobody.
    pub relayer: Option<Address>,
    /// What the relayer got of it, in units of the pool's asset.
    pub fee: U256,
    /// Wei for a unit of gas; `None` where nobody told.
    pub gas_price: Option<U256>,
    /// Where it is in the chain.
    pub position: Position,
    /// The transaction.
    pub hash: B256,
    /// Its number in the view; `None` where it came from elsewhere.
    pub tx: Option<TxNumber>,
}

impl Withdrawal {
    /// Whether somebody sent it on the recipient's behalf: a relayer is named or paid.
    pub fn is_relayed(&self) -> bool {
        self.relayer.is_some() || !self.fee.is_zero()
    }
}

/// Deposits and withdrawals of pools of one chain, each in chain order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    deposits: Vec<Deposit>,
    withdrawals: Vec<Withdrawal>,
    /// The places of the deposits of each pool, ascending.
    places: BTreeMap<Address, Vec<Position>>,
}

impl Record {
    /// Puts them in chain order; what is at one place stays in the order given.
    pub fn new(mut deposits: Vec<Deposit>, mut withdrawals: Vec<Withdrawal>) -> Self {
        deposits.sort_by_key(|deposit| deposit.position);
        withdrawals.sort_by_key(|withdrawal| withdrawal.position);
        let mut places: BTreeMap<Address, Vec<Position>> = BTreeMap::new();
        for deposit in &deposits {
            places
                .entry(deposit.pool)
                .or_default()
                .push(deposit.position);
        }
        Self {
            deposits,
            withdrawals,
            places,
        }
    }

    /// What went in, in chain order.
    pub fn deposits(&self) -> &[Deposit] {
        &self.deposits
    }

    /// What came out, in chain order.
    pub fn withdrawals(&self) -> &[Withdrawal] {
        &self.withdrawals
    }

    /// The anonymity set of a withdrawal: the deposits of its pool before it. That some of them
    /// were paid out before does not shrink it, because nobody sees which.
    pub fn among(&self, withdrawal: &Withdrawal) -> usize {
        let places = self.places.get(&withdrawal.pool);
        places.map_or(0, |places| {
            places.partition_point(|place| *place < withdrawal.position)
        })
    }
}
