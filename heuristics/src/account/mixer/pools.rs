//! The pools, and what goes through them, transaction by transaction.

use std::collections::{BTreeMap, BTreeSet};

use trace_core::model::account::{Address, Asset, B256, Log, Transaction, U256};

use super::{Deposit, Record, Withdrawal};
use crate::account::{Placed, event};

/// `Deposit(bytes32,uint32,uint256)`.
const DEPOSIT: B256 = B256::new([
    0xa9, 0x45, 0xe5, 0x1e, 0xec, 0x50, 0xab, 0x98, 0xc1, 0x61, 0x37, 0x6f, 0x0d, 0xb4, 0xcf, 0x2a,
    0xeb, 0xa3, 0xec, 0x92, 0x75, 0x5f, 0xe2, 0xfc, 0xd3, 0x88, 0xbd, 0xbb, 0xb8, 0x0f, 0xf1, 0x96,
]);
/// `Withdrawal(address,bytes32,address,uint256)`.
const WITHDRAWAL: B256 = B256::new([
    0xe9, 0xe5, 0x08, 0xba, 0xd6, 0xd4, 0xc3, 0x22, 0x7e, 0x88, 0x1c, 0xa1, 0x90, 0x68, 0xf0, 0x99,
    0xda, 0x81, 0xb5, 0x16, 0x4d, 0xd6, 0xd6, 0x2b, 0x2e, 0xaf, 0x1e, 0x8b, 0xc6, 0xc3, 0x49, 0x31,
]);

/// A contract that takes and pays out one amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// The contract.
    pub address: Address,
    /// What it takes; `None` where nobody told and what it was paid was not seen.
    pub denomination: Option<Denomination>,
}

/// One amount of one asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Denomination {
    /// Of what.
    pub asset: Asset,
    /// How much, in its smallest unit.
    pub amount: U256,
}

/// Reads what pools say.
#[derive(Clone, Debug, Default)]
pub struct Pools {
    known: BTreeMap<Address, Option<Denomination>>,
    /// Those of them that the caller named, which are never refused.
    given: BTreeSet<Address>,
    /// Whether contracts that speak as pools do are taken for pools.
    recognises: bool,
    /// Those that were not, because what they took was not of one amount.
    refused: BTreeSet<Address>,
    deposits: Vec<Deposit>,
    withdrawals: Vec<Withdrawal>,
}

impl Pools {
    /// Only these pools.
    pub fn given(pools: impl IntoIterator<Item = Pool>) -> Self {
        let named = |pool: Pool| (pool.address, pool.denomination);
        let pools: BTreeMap<_, _> = pools.into_iter().map(named).collect();
        Self {
            given: pools.keys().copied().collect(),
            known: pools,
            ..Self::default()
        }
    }

    /// These, and every contract that speaks as pools do and takes one amount of one asset. Any
    /// contract can speak so: whoever is to be believed is to be given.
    #[must_use]
    pub fn and_recognised(self) -> Self {
        Self {
            recognises: true,
            ..self
        }
    }

    /// Looks at the next transaction.
    pub fn observe(&mut self, placed: &Placed<'_>) {
        let transaction = placed.transaction;
        for (pool, count) in deposits(transaction) {
            self.recognise(pool, count, transaction);
        }
        for log in &transaction.logs {
            if !self.known.contains_key(&log.address) {
                continue;
            }
            let gas_price = Some(transaction.gas_price);
            match log.topics.as_slice() {
                [DEPOSIT, _] => self.deposits.push(Deposit {
                    pool: log.address,
                    from: transaction.from,
                    gas_price,
                    position: placed.position,
                    hash: transaction.hash,
                    tx: Some(placed.tx),
                }),
                [WITHDRAWAL, relayer] => {
                    let Some((to, fee)) = paid_out(log) else {
                        continue;
                    };
                    let relayer = event::address(&relayer.0);
                    self.withdrawals.push(Withdrawal {
                        pool: log.address,
                        to,
                        relayer: relayer.filter(|relayer| !relayer.is_zero()),
                        fee,
                        gas_price,
                        position: placed.position,
                        hash: transaction.hash,
                        tx: Some(placed.tx),
                    });
                }
                _ => {}
            }
        }
    }

    /// The contracts that speak in a transaction as a pool does that pays out, and of which nothing
    /// says whether they are one, ascending.
    pub fn undecided(&self, transaction: &Transaction) -> BTreeSet<Address> {
        let logs = transaction.logs.iter();
        let paying = logs.filter(|log| {
            matches!(log.topics.as_slice(), [WITHDRAWAL, _]) && paid_out(log).is_some()
        });
        let contracts = paying.map(|log| log.address);
        contracts
            .filter(|contract| {
                !self.known.contains_key(contract) && !self.refused.contains(contract)
            })
            .collect()
    }

    /// The pools, ascending.
    pub fn pools(&self) -> impl Iterator<Item = Pool> + '_ {
        self.known.iter().map(|(address, denomination)| Pool {
            address: *address,
            denomination: *denomination,
        })
    }

    /// Whether an account is one of the pools.
    pub fn is_pool(&self, address: &Address) -> bool {
        self.known.contains_key(address)
    }

    /// What went through them so far.
    pub fn record(&self) -> Record {
        Record::new(self.deposits.clone(), self.withdrawals.clone())
    }

    /// Takes a contract for a pool that was paid once for each deposit, always the same. Where no
    /// payment was seen, because inner calls were not, its word is all there is.
    fn recognise(&mut self, pool: Address, count: usize, transaction: &Transaction) {
        let known = self.known.get(&pool).copied();
        if (known.is_none() && !self.recognises) || self.refused.contains(&pool) {
            return;
        }
        let transfers = transaction.transfers.iter();
        let paid = transfers.filter(|t| t.to == Some(pool) && !t.kind.is_fee());
        let paid: Vec<Denomination> = paid
            .map(|transfer| Denomination {
                asset: transfer.asset,
                amount: transfer.amount,
            })
            .collect();
        let Some(first) = paid.first().copied() else {
            self.known.entry(pool).or_default();
            return;
        };
        let expected = known.flatten().unwrap_or(first);
        if paid.len() == count && paid.iter().all(|paid| *paid == expected) {
            self.known.insert(pool, Some(expected));
        } else if !self.given.contains(&pool) {
            self.refuse(pool);
        }
    }

    fn refuse(&mut self, pool: Address) {
        self.known.remove(&pool);
        self.refused.insert(pool);
        self.deposits.retain(|deposit| deposit.pool != pool);
        self.withdrawals
            .retain(|withdrawal| withdrawal.pool != pool);
    }
}

/// How many deposits each contract speaks of.
fn deposits(transaction: &Transaction) -> BTreeMap<Address, usize> {
    let mut counts = BTreeMap::new();
    for log in &transaction.logs {
        let is_deposit = matches!(log.topics.as_slice(), [DEPOSIT, _]);
        if is_deposit && event::words(log).is_some_and(|words| words.len() == 2) {
            *counts.entry(log.address).or_default() += 1;
        }
    }
    counts
}

fn paid_out(log: &Log) -> Option<(Address, U256)> {
    let [to, _nullifier, fee] = event::words(log)?.try_into().ok()?;
    let to = event::address(&to.to_be_bytes())?;
    Some((to, fee))
}
