//! The rows of all blocks held, in the order of arrival.

use std::marker::PhantomData;
use std::path::Path;

use super::LedgerError;
use super::column::{AnyColumn, Column};
use super::disk::Disk;
use super::folder::BLOCKS;
use super::number::NONE;
use crate::model::{BlockHash, BlockRef};

/// A block as a ledger of one kind knows it, in `N` bytes of which the last four are a
/// checksum of the others and the first 32 the block's hash.
pub(crate) trait BlockRow<const N: usize>: Sized {
    /// How many entries each table has, up to and with a block.
    type Counts: Copy + Default;

    /// The bytes of the row.
    fn to_bytes(&self) -> [u8; N];

    /// The row in bytes whose checksum has been looked at before.
    fn unchecked(bytes: &[u8; N]) -> Option<Self>;

    /// Height and hash.
    fn at(&self) -> BlockRef;

    /// The row of the block it is built on, or [`NONE`] in the first row.
    fn parent(&self) -> u32;

    /// The first row from which on, up to this one, each is built on the one before it.
    fn run_start(&self) -> u32;

    /// Where everything ends with this block.
    fn counts(&self) -> Self::Counts;

    /// Of these, the transactions, and what a branch is asked about besides: coins have
    /// outputs, accounts have transfers.
    fn ends(counts: &Self::Counts) -> (u64, u64);

    /// The row in these bytes, or `None` where they do not have their checksum.
    fn of_bytes(bytes: &[u8; N]) -> Option<Self> {
        let (body, crc) = bytes.split_last_chunk::<4>()?;
        if crc32fast::hash(body) != u32::from_le_bytes(*crc) {
            return None;
        }
        Self::unchecked(bytes)
    }
}

/// The bytes of a row with its checksum behind them.
pub(crate) fn sealed<const N: usize>(mut row: Vec<u8>) -> [u8; N] {
    row.extend(crc32fast::hash(&row).to_le_bytes());
    let mut bytes = [0; N];
    bytes.copy_from_slice(&row);
    bytes
}

/// The file of rows.
#[derive(Debug)]
pub(crate) struct RowsOf<R, const N: usize>(Column<N>, PhantomData<R>);

impl<R: BlockRow<N>, const N: usize> RowsOf<R, N> {
    /// Opens the first `count` rows for reading, or as many as there are.
    pub(crate) fn read(dir: &Path, count: Option<u32>) -> Result<Self, LedgerError> {
        let path = dir.join(BLOCKS);
        let held = Self::held(&path)?;
        Column::read(path, count.map_or(held, u64::from)).map(Self::over)
    }

    /// Opens for writing. What lies beyond the last whole row is cut off; `indexed` rows are
    /// known to have been acknowledged, so a fault among them is damage, not a torn end.
    pub(crate) fn resume(dir: &Path, indexed: u32, disk: &Disk) -> Result<Self, LedgerError> {
        let rows = Self::read(dir, None)?;
        let whole = rows.whole(indexed)?;
        Column::resume(dir.join(BLOCKS), u64::from(whole), 0, disk).map(Self::over)
    }

    fn over(column: Column<N>) -> Self {
        Self(column, PhantomData)
    }

    fn held(path: &Path) -> Result<u64, LedgerError> {
        let metadata = std::fs::metadata(path);
        let bytes = metadata.map_err(|error| LedgerError::system(path, &error))?;
        Ok(bytes.len() / N as u64)
    }

    /// How many rows count. Rows are written together and become durable in any order, so
    /// after a power cut the last ones may be torn; one torn row among acknowledged ones, or
    /// with a whole row behind it, is damage.
    pub(crate) fn whole(&self, indexed: u32) -> Result<u32, LedgerError> {
        let is_whole = |bytes| R::of_bytes(bytes).is_some();
        let mut rows = self.0.entries().iter();
        let Some(torn) = rows.position(|row| !is_whole(row)) else {
            return self.count();
        };
        if torn < indexed as usize || rows.any(is_whole) {
            let before = torn
                .checked_sub(1)
                .and_then(|row| self.get(u32::try_from(row).ok()?));
            let why = format!("row {torn} does not have its checksum");
            return Err(LedgerError::damaged(
                self.0.path(),
                before.map(|row| row.at()),
                why,
            ));
        }
        to_row(torn as u64)
    }

    /// Rows in all.
    pub(crate) fn count(&self) -> Result<u32, LedgerError> {
        to_row(self.0.count())
    }

    /// A row, or `None` beyond the end.
    pub(crate) fn get(&self, row: u32) -> Option<R> {
        R::unchecked(&self.0.get(u64::from(row))?)
    }

    /// A row whose checksum is looked at.
    pub(crate) fn checked(&self, row: u32) -> Result<R, LedgerError> {
        let bytes = self.0.get(u64::from(row));
        bytes.as_ref().and_then(R::of_bytes).ok_or_else(|| {
            let why = format!("row {row} does not have its checksum");
            LedgerError::damaged(self.0.path(), None, why)
        })
    }

    /// Where everything ended before a block's row.
    pub(crate) fn before(&self, row: u32) -> R::Counts {
        row.checked_sub(1)
            .and_then(|before| self.get(before))
            .map(|row| row.counts())
            .unwrap_or_default()
    }

    /// The row of a block, looked for from the last one on.
    pub(crate) fn find(&self, hash: BlockHash) -> Option<u32> {
        let count = self.count().ok()?;
        (0..count).rev().find(|row| {
            self.0
                .get(u64::from(*row))
                .is_some_and(|bytes| bytes.starts_with(&hash.0))
        })
    }

    /// Adds a row, to be written with the next commit.
    pub(crate) fn push(&mut self, row: &R) {
        self.0.push(row.to_bytes());
    }

    /// Writes the rows added and returns once they are durable.
    pub(crate) fn commit(&mut self, disk: &Disk) -> Result<(), LedgerError> {
        self.0.write(disk)?;
        self.0.sync(disk)
    }

    /// Returns once the rows that were there to begin with are durable.
    pub(crate) fn make_durable(&mut self, disk: &Disk) -> Result<(), LedgerError> {
        self.0.distrust();
        self.0.sync(disk)
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

fn to_row(number: u64) -> Result<u32, LedgerError> {
    match u32::try_from(number) {
        Ok(row) if row < NONE => Ok(row),
        _ => Err(LedgerError::Full { what: "blocks" }),
    }
}
