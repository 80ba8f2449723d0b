//! Adds blocks to a ledger of accounts.

mod append;
mod numbers;

use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::BuildHasher;
use std::path::Path;

use hashbrown::HashTable;

use super::columns::{Columns, NAMES};
use super::index::Index;
use super::recovered::Recovered;
use super::row::{Row, Rows};
use crate::ledger::LedgerError;
use crate::ledger::address_table::AddressTable;
use crate::ledger::branch::Branch;
use crate::ledger::disk::Disk;
use crate::ledger::folder::Folder;
use crate::ledger::tips::Tips;
use crate::model::account::Transfer;
use crate::model::{BlockHash, BlockRef, ChainId};

/// Bytes that wait in memory before they are written, in all columns together.
const WAITING_BYTES_MAX: usize = 8 << 20;

/// The one writer of a ledger of accounts.
///
/// Blocks appended are in memory until [`Writer::commit`] or [`Writer::checkpoint`] returns;
/// what has been appended since is lost when the process ends, and nothing else is.
///
/// Memory grows with the accounts and the assets met, 6 to 8 bytes each. Opening a ledger that
/// holds blocks reads their columns, in sequence.
#[derive(Debug)]
pub struct Writer {
    chain: ChainId,
    disk: Disk,
    columns: Columns,
    rows: Rows,
    tips: Tips,
    index: Index,
    accounts: AddressTable,
    assets: AddressTable,
    by_hash: HashTable<u32>,
    hasher: RandomState,
    tip: Option<u32>,
    /// Whether a block failed half-way.
    is_half_way: bool,
    /// Held as long as the writer lives.
    _lock: File,
}

/// What a writer holds in memory for a chain, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Accounts met.
    pub accounts: u64,
    /// Bytes for finding them.
    pub account_bytes: u64,
    /// Assets met.
    pub assets: u64,
    /// Bytes for finding them.
    pub asset_bytes: u64,
}

impl Writer {
    /// Opens the ledger in a folder, or makes one where there is no folder or an empty one.
    /// What a crash left beyond the last whole block is cut off.
    ///
    /// # Errors
    /// When the folder holds something else, another chain, a newer format or a damaged file;
    /// when another process writes to it; when the system refuses.
    pub fn open(dir: &Path, chain: ChainId) -> Result<Self, LedgerError> {
        Self::open_on(dir, chain, Disk::default())
    }

    pub(crate) fn open_on(dir: &Path, chain: ChainId, disk: Disk) -> Result<Self, LedgerError> {
        let lock = Folder::for_writing(dir, chain.into(), &NAMES, &disk)?.1;
        let Recovered {
            rows,
            columns,
            tips,
            index,
        } = Recovered::open(dir, &disk)?;
        let count = rows.count()?;
        let mut writer = Self {
            chain,
            tip: tips.tip(count),
            accounts: AddressTable::default(),
            assets: AddressTable::default(),
            by_hash: HashTable::with_capacity(count as usize),
            hasher: RandomState::new(),
            is_half_way: false,
            _lock: lock,
            disk,
            columns,
            rows,
            tips,
            index,
        };
        for row in 0..count {
            let hash = writer.rows.checked(row)?.at.hash;
            writer.name_row(hash, row);
        }
        writer.refill_accounts();
        writer.refill_assets();
        Ok(writer)
    }

    /// Which chain the ledger holds.
    pub fn chain(&self) -> ChainId {
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

    /// What accounts hold since the genesis block, as far as it was told with that block.
    pub fn allocation(&self) -> Vec<Transfer> {
        self.columns.allocation(&self.rows)
    }

    /// What is held in memory for the chain.
    pub fn memory(&self) -> Memory {
        Memory {
            accounts: self.columns.address.count(),
            account_bytes: self.accounts.bytes(),
            assets: self.columns.asset.count(),
            asset_bytes: self.assets.bytes(),
        }
    }

    /// Makes a block held the tip. No balance is held in memory, so nothing need be undone.
    ///
    /// # Errors
    /// When the ledger holds no such block.
    pub fn set_tip(&mut self, hash: BlockHash) -> Result<(), LedgerError> {
        self.tip = Some(self.row_of(hash).ok_or(LedgerError::NoSuchBlock(hash))?);
        Ok(())
    }

    /// Returns once every block appended is durable, the index reaches it and a
    /// [`Ledger`](super::Ledger) opened from now on sees it.
    ///
    /// # Errors
    /// When the system refuses, as when the disk is full. What an earlier commit returned for
    /// is not lost by it.
    pub fn commit(&mut self) -> Result<(), LedgerError> {
        self.checkpoint()?;
        self.index.stamp(&self.rows, &self.disk)
    }

    /// Returns once every block appended is durable. Readers do not see the blocks yet, and
    /// opening the ledger after a crash indexes them first.
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
        if self.is_half_way {
            // The columns hold parts of a block that no row acknowledges.
            return Ok(());
        }
        self.index.advance(&self.columns, &self.disk)
    }

    fn write_columns(&mut self) -> Result<(), LedgerError> {
        let mut all = self.columns.all_mut().into_iter();
        all.try_for_each(|column| column.write(&self.disk))
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
