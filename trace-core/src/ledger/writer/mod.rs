//! Adds blocks to a ledger.

mod ahead;
mod append;
mod branches;
mod receipts;

use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::BuildHasher;
use std::path::Path;

use hashbrown::HashTable;
use receipts::Receipts;

use super::LedgerError;
use super::address_table::{AddressTable, script_hash};
use super::branch::Branch;
use super::columns::{Columns, NAMES};
use super::disk::Disk;
use super::folder::Folder;
use super::index::Index;
use super::recovered::Recovered;
use super::row::{Row, Rows};
use super::tips::Tips;
use super::unspent::Unspent;
use crate::model::{BitcoinNetwork, BlockHash, BlockRef};

/// Bytes that wait in memory before they are written, in all columns together.
const WAITING_BYTES_MAX: usize = 8 << 20;
/// Checkpoints add nothing to the arrays of the index until this many transactions are new to it.
/// Tests have small chains.
const UNINDEXED_TRANSACTIONS_MAX: u64 = if cfg!(test) { 4 } else { 1 << 20 };
/// Blocks are kept out of the index until this many transactions are new to it, unless
/// [`Writer::commit`] is called.
const UNSTAMPED_TRANSACTIONS_MAX: u64 = 1 << 22;

/// The one writer of a ledger.
///
/// Blocks appended are in memory until [`Writer::commit`] or [`Writer::checkpoint`] returns;
/// what has been appended since is lost when the process ends, and nothing else is.
///
/// Memory grows with the unspent outputs (16 to 21 bytes each) and the addresses met (6 to 8
/// bytes each). Opening a ledger that holds blocks reads its rows, its scripts and what the
/// index says of every output, in sequence.
#[derive(Debug)]
pub struct Writer {
    chain: BitcoinNetwork,
    disk: Disk,
    columns: Columns,
    rows: Rows,
    tips: Tips,
    index: Index,
    unspent: Unspent,
    addresses: AddressTable,
    receipts: Receipts,
    by_hash: HashTable<u32>,
    hasher: RandomState,
    tip: Option<u32>,
    first_height: Option<u32>,
    /// Whether a block failed half-way.
    is_half_way: bool,
    /// Held as long as the writer lives.
    _lock: File,
}

/// What a writer holds in memory for a chain, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Unspent outputs at the tip.
    pub unspent_outputs: u64,
    /// Bytes for finding them.
    pub unspent_bytes: u64,
    /// Addresses met.
    pub addresses: u64,
    /// Bytes for finding them.
    pub address_bytes: u64,
}

impl Writer {
    /// Opens the ledger in a folder, or makes one where there is no folder or an empty one.
    /// What a crash left beyond the last whole block is cut off.
    ///
    /// # Errors
    /// When the folder holds something else, another chain, a newer format or a damaged file;
    /// when another process writes to it; when the system refuses.
    pub fn open(dir: &Path, chain: BitcoinNetwork) -> Result<Self, LedgerError> {
        Self::open_on(dir, chain, Disk::default())
    }

    pub(crate) fn open_on(
        dir: &Path,
        chain: BitcoinNetwork,
        disk: Disk,
    ) -> Result<Self, LedgerError> {
        let (_, lock) = Folder::for_writing(dir, chain.into(), &NAMES, &disk)?;
        let Recovered {
            rows,
            columns,
            tips,
            index,
        } = Recovered::open(dir, &disk)?;
        let count = rows.count()?;
        let mut writer = Self {
            tip: tips.tip(count),
            first_height: rows.get(0).map(|row| row.at.height),
            unspent: Unspent::new(),
            addresses: AddressTable::for_count(columns.script_end.count()),
            receipts: Receipts::default(),
            by_hash: HashTable::with_capacity(count as usize),
            hasher: RandomState::new(),
            is_half_way: false,
            _lock: lock,
            chain,
            disk,
            columns,
            rows,
            tips,
            index,
        };
        writer.load()?;
        Ok(writer)
    }

    /// Fills what is held in memory from what is on disk.
    fn load(&mut self) -> Result<(), LedgerError> {
        self.receipts.clear(self.address_count()?);
        for row in 0..self.rows.count()? {
            let hash = self.row(row)?.at.hash;
            self.name_row(hash, row);
        }
        self.refill_addresses();
        let Some(tip) = self.tip else {
            return Ok(());
        };
        let branch = Branch::to(&self.rows, tip)?;
        let replaced = self.replaced_on(&branch);
        for run in branch.runs() {
            for output in run.outputs.clone() {
                if self.is_unspent(&branch, output) && replaced.binary_search(&output).is_err() {
                    self.insert_unspent(output);
                }
            }
        }
        Ok(())
    }

    /// Makes the table of addresses anew, with room for more.
    fn refill_addresses(&mut self) {
        let columns = &self.columns;
        self.addresses = AddressTable::default();
        self.addresses = AddressTable::of(columns.script_end.count(), |address| {
            let address = u32::try_from(address).ok()?;
            columns.script_of(address).map(script_hash)
        });
    }

    /// Which chain the ledger holds.
    pub fn chain(&self) -> BitcoinNetwork {
        self.chain
    }

    /// The last block of the branch that counts, committed or not.
    pub fn tip(&self) -> Option<BlockRef> {
        Some(self.rows.get(self.tip?)?.at)
    }

    /// The first block of the ledger: the genesis block unless the chain is a partial one.
    pub fn first(&self) -> Option<BlockRef> {
        Some(self.rows.get(0)?.at)
    }

    /// Whether the ledger holds a block, on whichever branch.
    pub fn has(&self, hash: BlockHash) -> bool {
        self.row_of(hash).is_some()
    }

    /// The block at a height of the branch that counts, or `None` where none is held.
    pub fn block_at(&self, height: u32) -> Option<BlockRef> {
        let branch = Branch::to(&self.rows, self.tip?).ok()?;
        Some(self.rows.get(branch.row_at(height)?)?.at)
    }

    /// What is held in memory for the chain.
    pub fn memory(&self) -> Memory {
        Memory {
            unspent_outputs: self.unspent.count(),
            unspent_bytes: self.unspent.bytes(),
            addresses: self.columns.script_end.count(),
            address_bytes: self.addresses.bytes(),
        }
    }

    /// Returns once every block appended is durable, the index reaches it and a
    /// [`Ledger`](super::Ledger) opened from now on sees it.
    ///
    /// # Errors
    /// When the system refuses, as when the disk is full. What an earlier commit returned for
    /// is not lost by it.
    pub fn commit(&mut self) -> Result<(), LedgerError> {
        self.checkpoint()?;
        self.advance_index()?;
        self.index.stamp(&self.disk)
    }

    /// Returns once every block appended is durable. Cheaper than [`Writer::commit`] in the
    /// middle of a long chain: readers do not see the blocks yet, and opening the ledger
    /// after a crash indexes them first.
    ///
    /// # Errors
    /// As [`Writer::commit`].
    pub fn checkpoint(&mut self) -> Result<(), LedgerError> {
        self.write_columns()?;
        self.columns.sync(&self.disk)?;
        self.rows.commit(&self.disk)?;
        let count = self.rows.count()?;
        if let Some(tip) = self.tip {
            self.tips.choose(count, tip, &self.disk)?;
        }
        let held = self.rows.before(count).transactions;
        let new_since = |rows| held - self.rows.before(rows).transactions;
        let is_new_to_stamp = new_since(self.index.stamped()) >= UNSTAMPED_TRANSACTIONS_MAX;
        if new_since(self.index.reached()) >= UNINDEXED_TRANSACTIONS_MAX || is_new_to_stamp {
            self.advance_index()?;
        }
        if is_new_to_stamp {
            self.index.stamp(&self.disk)?;
        }
        Ok(())
    }

    /// Adds what is durable to the index.
    fn advance_index(&mut self) -> Result<(), LedgerError> {
        let count = self.rows.count()?;
        self.index
            .advance(&self.rows, &self.columns, count, &self.disk)?;
        self.receipts.clear(self.address_count()?);
        Ok(())
    }

    fn address_count(&self) -> Result<u32, LedgerError> {
        let count = u32::try_from(self.columns.script_end.count());
        count.map_err(|_| LedgerError::Full { what: "addresses" })
    }

    fn write_columns(&mut self) -> Result<(), LedgerError> {
        for column in self.columns.all_mut() {
            column.write(&self.disk)?;
        }
        Ok(())
    }

    fn row(&self, row: u32) -> Result<Row, LedgerError> {
        self.rows.checked(row)
    }

    fn row_of(&self, hash: BlockHash) -> Option<u32> {
        let is = |row: &u32| self.rows.get(*row).is_some_and(|row| row.at.hash == hash);
        self.by_hash.find(self.hasher.hash_one(hash), is).copied()
    }

    fn name_row(&mut self, hash: BlockHash, row: u32) {
        let Self {
            by_hash,
            hasher,
            rows,
            ..
        } = self;
        let rehash = |row: &u32| hasher.hash_one(rows.get(*row).map_or(hash, |row| row.at.hash));
        by_hash.insert_unique(hasher.hash_one(hash), row, rehash);
    }
}
