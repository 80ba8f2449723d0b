//! The rows of all blocks held, in the order of arrival.

use std::path::Path;

use super::LedgerError;
use super::column::{AnyColumn, Column};
use super::disk::Disk;
use super::folder::BLOCKS;
use super::number::NONE;
use super::row::{Counts, ROW_BYTES, Row};
use crate::model::BlockHash;

/// The file of rows.
#[derive(Debug)]
pub(crate) struct Rows(Column<ROW_BYTES>);

impl Rows {
    /// Opens the first `count` rows for reading, or as many as there are.
    pub(crate) fn read(dir: &Path, count: Option<u32>) -> Result<Self, LedgerError> {
        let path = dir.join(BLOCKS);
        let held = Self::held(&path)?;
        Column::read(path, count.map_or(held, u64::from)).map(Self)
    }

    /// Opens for writing. What lies beyond the last whole row is cut off; `indexed` rows are
    /// known to have been acknowledged, so a fault among them is damage, not a torn end.
    pub(crate) fn resume(dir: &Path, indexed: u32, disk: &Disk) -> Result<Self, LedgerError> {
        let rows = Self::read(dir, None)?;
        let whole = rows.whole(indexed)?;
        Column::resume(dir.join(BLOCKS), u64::from(whole), 0, disk).map(Self)
    }

    fn held(path: &Path) -> Result<u64, LedgerError> {
        let metadata = std::fs::metadata(path);
        let bytes = metadata.map_err(|error| LedgerError::system(path, &error))?;
        Ok(bytes.len() / ROW_BYTES as u64)
    }

    /// How many rows count. Rows are written together and become durable in any order, so
    /// after a power cut the last ones may be torn; one torn row among acknowledged ones, or
    /// with a whole row behind it, is damage.
    pub(crate) fn whole(&self, indexed: u32) -> Result<u32, LedgerError> {
        let is_whole = |bytes| Row::of_bytes(bytes).is_some();
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
                before.map(|row| row.at),
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
    pub(crate) fn get(&self, row: u32) -> Option<Row> {
        Row::unchecked(&self.0.get(u64::from(row))?)
    }

    /// A row whose checksum is looked at.
    pub(crate) fn checked(&self, row: u32) -> Result<Row, LedgerError> {
        let bytes = self.0.get(u64::from(row));
        bytes.as_ref().and_then(Row::of_bytes).ok_or_else(|| {
            let why = format!("row {row} does not have its checksum");
            LedgerError::damaged(self.0.path(), None, why)
        })
    }

    /// Where everything ended before a block's row.
    pub(crate) fn before(&self, row: u32) -> Counts {
        row.checked_sub(1)
            .and_then(|before| self.get(before))
            .map(|row| row.counts)
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
    pub(crate) fn push(&mut self, row: &Row) {
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
