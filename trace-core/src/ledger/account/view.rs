//! A ledger of accounts as of one block.

use std::ops::Range;

use super::columns::{account_of, flag, outcome_of};
use super::reader::Ledger;
use super::row::{Counts, Row};
use crate::ledger::LedgerError;
use crate::ledger::branch::Branch;
use crate::ledger::number::NONE;
use crate::model::account::{Address, Asset, B256, Block, InnerCalls, Transaction, Transfer, U256};
use crate::model::{BlockRef, ChainId, Position};

/// The chain as it stood at one block of a ledger.
///
/// Transactions, transfers, accounts and assets are numbered in the order of arrival, so along
/// the branch they are in chain order. What moved behind the last transaction of a block has the
/// number of a transaction as well, without hash or sender.
#[derive(Clone, Debug)]
pub struct LedgerView<'a> {
    pub(super) ledger: &'a Ledger,
    tip: BlockRef,
    pub(super) branch: Branch,
    pub(super) counts: Counts,
    pub(super) first_height: u32,
}

impl<'a> LedgerView<'a> {
    pub(super) fn new(ledger: &'a Ledger, tip: u32) -> Result<Self, LedgerError> {
        let row = ledger.rows.checked(tip)?;
        Ok(Self {
            tip: row.at,
            branch: Branch::to(&ledger.rows, tip)?,
            counts: row.counts,
            first_height: ledger.rows.checked(0)?.at.height,
            ledger,
        })
    }

    /// Which chain this is.
    pub fn chain(&self) -> ChainId {
        self.ledger.chain()
    }

    /// The last block that counts.
    pub fn tip(&self) -> BlockRef {
        self.tip
    }

    /// The first block held: the genesis block unless the chain is a partial one.
    pub fn first_height(&self) -> u32 {
        self.first_height
    }

    /// The block at a height of this branch, or `None` where none is held.
    pub fn block_at(&self, height: u32) -> Option<BlockRef> {
        let row = self.branch.row_at(height)?;
        Some(self.ledger.rows.get(row)?.at)
    }

    /// Whether the inner calls of every block held between two heights were seen: of all that is
    /// known of them the worst.
    ///
    /// Cost: reads the row of each block between them.
    pub(super) fn inner_calls_between(&self, from_height: u32, to_height: u32) -> InnerCalls {
        let between = self.branch.runs().iter().flat_map(|run| {
            // The rows of a run are those of consecutive heights.
            let row = |height: u32| {
                let above = height.saturating_sub(run.first_height);
                run.rows.start.saturating_add(above).min(run.rows.end)
            };
            let end = match to_height.checked_add(1) {
                Some(behind) => row(behind),
                None => run.rows.end,
            };
            row(from_height)..end
        });
        let rows = between.filter_map(|row| self.ledger.rows.get(row));
        let worst = rows.map(|row| row.inner_calls).max();
        worst.unwrap_or(InnerCalls::Seen)
    }

    /// Where on the branch a transaction is, or `None` where it is not on it.
    pub fn position_of(&self, hash: &B256) -> Option<Position> {
        self.place(self.transaction_named(hash)?)
    }

    pub(super) fn transaction_named(&self, hash: &B256) -> Option<u64> {
        let mut named = self.ledger.transactions_named(hash).into_iter();
        // What moved behind a block's transactions has no hash.
        let is_named = *hash != B256::ZERO;
        named.find(|tx| is_named && self.branch.has_transaction(*tx))
    }

    pub(super) fn place(&self, tx: u64) -> Option<Position> {
        let row = u32::from_le_bytes(self.ledger.columns.block.get(tx)?);
        let before = self.ledger.rows.before(row).transactions;
        Some(Position {
            height: self.ledger.rows.get(row)?.at.height,
            index: u32::try_from(tx.checked_sub(before)?).ok()?,
        })
    }

    /// A whole block of the branch, as it was added.
    ///
    /// # Errors
    /// When a column does not hold what the block's row says.
    pub fn block(&self, height: u32) -> Result<Option<Block>, LedgerError> {
        let Some(number) = self.branch.row_at(height) else {
            return Ok(None);
        };
        let row = self.ledger.rows.checked(number)?;
        let before = self.ledger.rows.before(number);
        let damaged = || {
            let why = "the columns do not hold what the row says";
            LedgerError::damaged(self.ledger.rows.path(), Some(row.at), why)
        };
        self.read_block(&row, &before).map(Some).ok_or_else(damaged)
    }

    fn read_block(&self, row: &Row, before: &Counts) -> Option<Block> {
        let columns = &self.ledger.columns;
        let mut block = Block {
            at: row.at,
            parent: row.previous,
            time: row.time,
            fee_recipient: columns.address_of(row.fee_recipient)?,
            transactions: Vec::new(),
            after: Vec::new(),
            inner_calls: row.inner_calls,
            checks: row.checks,
        };
        let larges = before.larges..row.counts.larges;
        let mut creations = before.creations..row.counts.creations;
        for tx in before.transactions..row.counts.transactions {
            match self.read_transaction(tx, &larges, &mut creations)? {
                Some(transaction) => block.transactions.push(transaction),
                None => block.after = columns.named(columns.transfers_of(tx)?, &larges)?,
            }
        }
        Some(block)
    }

    /// A transaction; `Some(None)` for what moved behind a block's transactions. `larges` are
    /// those of its block, and `creations` those of which it has the first, if any.
    #[expect(
        clippy::option_option,
        reason = "damage and no transaction are two answers"
    )]
    fn read_transaction(
        &self,
        tx: u64,
        larges: &Range<u64>,
        creations: &mut Range<u64>,
    ) -> Option<Option<Transaction>> {
        let columns = &self.ledger.columns;
        let [selector @ .., flags] = columns.method.get(tx)?;
        if flags & flag::AFTER != 0 {
            return Some(None);
        }
        let mut creations_of = Vec::new();
        while creations.start < creations.end
            && let Some((contract, creator, of)) = columns.creation(creations.start)
            && of == tx
        {
            creations.start += 1;
            creations_of.push((columns.address_of(contract)?, columns.address_of(creator)?));
        }
        let created = if flags & flag::CREATED == 0 || creations_of.is_empty() {
            None
        } else {
            Some(creations_of.remove(0).0)
        };
        Some(Some(Transaction {
            hash: B256::from(columns.hash.get(tx)?),
            from: columns.address_of(u32::from_le_bytes(columns.sender.get(tx)?))?,
            to: match account_of(columns.callee.get(tx)?) {
                Some(callee) => Some(columns.address_of(callee)?),
                None => None,
            },
            created,
            nonce: u64::from_le_bytes(columns.nonce.get(tx)?),
            gas_price: U256::from_le_slice(&columns.gas_price.get(tx)?),
            selector: (flags & flag::SELECTOR != 0).then_some(selector),
            outcome: outcome_of(flags)?,
            transfers: columns.named(columns.transfers_of(tx)?, larges)?,
            logs: columns
                .events_of(tx)?
                .map(|event| columns.event(event))
                .collect::<Option<_>>()?,
            creations: creations_of,
        }))
    }

    /// A transaction of the branch by its number, as [`LedgerView::read_transaction`].
    #[expect(
        clippy::option_option,
        reason = "damage and no transaction are two answers"
    )]
    pub(super) fn whole_transaction(&self, tx: u64) -> Option<Option<Transaction>> {
        let row = u32::from_le_bytes(self.ledger.columns.block.get(tx)?);
        let (before, counts) = (
            self.ledger.rows.before(row),
            self.ledger.rows.get(row)?.counts,
        );
        let larges = before.larges..counts.larges;
        let columns = &self.ledger.columns;
        // Creations are in chain order.
        let mut first = before.creations..counts.creations;
        let mut end = first.end;
        while first.start < end {
            let middle = first.start + (end - first.start) / 2;
            let (_, _, of) = columns.creation(middle)?;
            if of < tx {
                first.start = middle + 1;
            } else {
                end = middle;
            }
        }
        self.read_transaction(tx, &larges, &mut first)
    }

    /// The transfers of the branch in which an account took part, from a block on, in chain
    /// order.
    ///
    /// Cost: a search in each run of the index, then a read for each transfer.
    pub fn history(&self, account: &Address, from_height: u32) -> Vec<Transfer> {
        let number = self.ledger.account_of(account);
        let number = number.filter(|number| u64::from(*number) < self.counts.accounts);
        let first = self.first_transfer(from_height);
        number
            .zip(first)
            .into_iter()
            .flat_map(|(number, first)| self.ledger.transfers_of(number, first))
            .filter(|transfer| self.branch.has_output(*transfer))
            .filter_map(|transfer| self.transfer(transfer))
            .collect()
    }

    /// The transfers of the branch that moved an asset, from a block on, in chain order.
    ///
    /// Cost: as [`LedgerView::history`].
    pub fn movements(&self, asset: &Asset, from_height: u32) -> Vec<Transfer> {
        let number = self.ledger.asset_of(asset);
        let first = self.first_transfer(from_height);
        number
            .zip(first)
            .into_iter()
            .flat_map(|(number, first)| self.ledger.transfers_in(number, first))
            .filter(|transfer| self.branch.has_output(*transfer))
            .filter_map(|transfer| self.transfer(transfer))
            .collect()
    }

    /// The first transfer of the block at a height, or of the first block.
    fn first_transfer(&self, height: u32) -> Option<u64> {
        let row = self.branch.row_at(height.max(self.first_height))?;
        Some(self.ledger.rows.before(row).transfers)
    }

    fn transfer(&self, number: u64) -> Option<Transfer> {
        let tx = self.ledger.transaction_of(number)?;
        let larges = self.larges_of(tx)?;
        let mut found = self.ledger.columns.named(number..number + 1, &larges)?;
        found.pop()
    }

    /// Where the large amounts of a transaction's block are.
    pub(super) fn larges_of(&self, tx: u64) -> Option<Range<u64>> {
        let row = u32::from_le_bytes(self.ledger.columns.block.get(tx)?);
        let row = (row != NONE).then_some(row)?;
        let before = self.ledger.rows.before(row).larges;
        Some(before..self.ledger.rows.get(row)?.counts.larges)
    }
}
