//! A chain of accounts of any length, drawn from a seed.
//!
//! Every transaction moves four times: what it is for takes two transfers, its fee the other two.
//! Half of them pay through a contract that passes everything on, three in ten are of a token
//! that two accounts get, two in ten exchange one token for another in a pool. One payee in five is
//! new; all others are drawn by their age, half of them young, some from the first block. Nobody
//! pays more than they hold; pools have much from the beginning.

mod amounts;
mod name;
mod transaction;

use testdata::chance::Chance;
use trace_core::model::account::{
    Address, Block, Checks, InnerCalls, Transaction, Transfer, TransferKind, U256,
};
use trace_core::model::{BlockHash, BlockRef};

use super::super::Workload;
use crate::figures::Figures;
use amounts::Amounts;
use name::{CONTRACT, PERSON, POOL, address, asset_of, word};
use transaction::given_for;

/// Transfers of one transaction.
pub const TRANSFERS: u64 = 4;
/// Accounts that hold something in the first block.
const FOUNDERS: usize = 1000;
const TOKENS: usize = 4;
const BLOCK_TRANSACTIONS: u64 = 150;

/// Draws the whole chain and keeps nothing: what drawing it costs those that read it as it comes.
pub const WORKLOAD: Workload = Workload {
    name: "draw-accounts",
    run: |_, transfers| {
        let mut figures = Figures::default();
        let chain = Chain::of(transfers.parse()?);
        let transfers = figures.time("all", || {
            Ok(chain.map(|block| transfers_of(&block)).sum::<u64>())
        })?;
        figures.note("transfers", transfers);
        Ok(figures)
    },
};

/// How many transfers a block holds.
#[must_use]
pub fn transfers_of(block: &Block) -> u64 {
    let inside = block.transactions.iter();
    let inside = inside.map(|transaction| transaction.transfers.len() as u64);
    inside.sum::<u64>() + block.after.len() as u64
}

/// Whether an address is one of the chain's pools.
#[must_use]
pub fn is_pool(address: Address) -> bool {
    address.first() == Some(&POOL)
}

/// The account of the chain's beginning with this number, below a thousand.
#[must_use]
pub fn founder(number: u64) -> Address {
    address(PERSON, number)
}

/// The blocks, from the first on.
#[derive(Debug)]
pub struct Chain {
    chance: Chance,
    amounts: Amounts,
    /// What each account holds of native coin and of each token.
    held: Vec<[u64; TOKENS + 1]>,
    left: u64,
    height: u32,
    number: u64,
    last: BlockHash,
}

impl Chain {
    /// A chain of about so many transfers, the same each time.
    #[must_use]
    pub fn of(transfers: u64) -> Self {
        Self::drawn(transfers, Amounts::many())
    }

    /// The like with so few units of everything that each of them can be kept in memory.
    #[must_use]
    pub fn of_few_units(transfers: u64) -> Self {
        Self::drawn(transfers, Amounts::few(transfers))
    }

    fn drawn(transfers: u64, amounts: Amounts) -> Self {
        Self {
            chance: Chance::new(1),
            amounts,
            held: vec![[amounts.founder; TOKENS + 1]; FOUNDERS],
            left: transfers.div_ceil(TRANSFERS),
            height: 0,
            number: 0,
            last: BlockHash::default(),
        }
    }

    fn block(&mut self, transactions: Vec<Transaction>, after: Vec<Transfer>) -> Block {
        let hash = BlockHash::from_shown(word(0xb1, u64::from(self.height)).0);
        let block = Block {
            at: BlockRef {
                height: self.height,
                hash,
            },
            parent: std::mem::replace(&mut self.last, hash),
            time: 1_600_000_000 + 12 * u64::from(self.height),
            fee_recipient: address(CONTRACT, 0),
            transactions,
            after,
            inner_calls: InnerCalls::Seen,
            checks: Checks::default(),
        };
        self.height += 1;
        block
    }

    /// What everybody holds before anything else.
    fn genesis(&mut self) -> Block {
        let mut after = Vec::new();
        for number in 0..FOUNDERS {
            for asset in 0..=TOKENS {
                after.push(Transfer {
                    kind: if asset == 0 {
                        TransferKind::Allocation
                    } else {
                        TransferKind::Token
                    },
                    asset: asset_of(asset),
                    from: None,
                    to: Some(founder(number as u64)),
                    amount: U256::from(self.amounts.founder),
                });
            }
        }
        for asset in 1..=TOKENS {
            after.push(Transfer {
                kind: TransferKind::Token,
                asset: asset_of(given_for(asset)),
                from: None,
                to: Some(address(POOL, asset as u64)),
                amount: self.amounts.pool,
            });
        }
        self.block(Vec::new(), after)
    }

    /// An account whose age in numbers has any length in bits equally often.
    fn someone(&mut self) -> usize {
        let bits = 1 + self.chance.below(u64::from(self.held.len().ilog2() + 1));
        let back = self.chance.index(1 << bits);
        (self.held.len() - 1).saturating_sub(back)
    }

    /// One who is paid: sometimes new.
    fn payee(&mut self) -> usize {
        if self.chance.below(5) > 0 {
            return self.someone();
        }
        self.held.push([0; TOKENS + 1]);
        self.held.len() - 1
    }

    /// Takes some of what an account holds of an asset, of which there are four units or more,
    /// and says how much.
    fn take(&mut self, who: usize, asset: usize) -> u64 {
        let parts = 1 << self.chance.below(8);
        let held = self.held.get_mut(who).and_then(|held| held.get_mut(asset));
        let Some(held) = held else { return 0 };
        let amount = (*held / parts).max(2);
        *held -= amount;
        amount
    }

    fn give(&mut self, who: usize, asset: usize, amount: u64) {
        if let Some(held) = self.held.get_mut(who).and_then(|held| held.get_mut(asset)) {
            *held += amount;
        }
    }

    /// One who can pay the fee and holds something of an asset.
    fn payer(&mut self, asset: usize) -> usize {
        loop {
            let who = self.someone();
            let held = self.held.get(who).copied().unwrap_or_default();
            let fee = self.amounts.fee;
            let least = if asset == 0 { 4 * fee } else { 4 };
            if held[0] >= fee && held.get(asset).is_some_and(|held| *held >= least) {
                return who;
            }
        }
    }
}

impl Iterator for Chain {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        if self.height == 0 {
            return Some(self.genesis());
        }
        let count = self.left.min(BLOCK_TRANSACTIONS);
        if count == 0 {
            return None;
        }
        self.left -= count;
        let transactions = (0..count).map(|_| self.transaction()).collect();
        Some(self.block(transactions, Vec::new()))
    }
}
