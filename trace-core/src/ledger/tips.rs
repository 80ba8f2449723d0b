//! The tips that were chosen over the last block.
//!
//! As a rule the last block added is the tip. When a node goes back to a shorter branch, or
//! to one that is held already, there is no block to add; a record says so instead.

use std::path::Path;

use super::LedgerError;
use super::column::{AnyColumn, Column};
use super::disk::Disk;
use super::folder::TIPS;
use super::number::entry;

/// Bytes of a record: how many rows there were, which one became the tip, and a checksum.
const TIP_BYTES: usize = 12;

/// The file of records.
#[derive(Debug)]
pub(crate) struct Tips(Column<TIP_BYTES>);

impl Tips {
    /// Opens the records for reading.
    pub(crate) fn read(dir: &Path) -> Result<Self, LedgerError> {
        let path = dir.join(TIPS);
        let metadata = std::fs::metadata(&path);
        let bytes = metadata.map_err(|error| LedgerError::system(&path, &error))?;
        Column::read(path, bytes.len() / TIP_BYTES as u64).map(Self)
    }

    /// Opens for writing. A torn last record is cut off: it was never acknowledged.
    pub(crate) fn resume(dir: &Path, disk: &Disk) -> Result<Self, LedgerError> {
        let records = Self::read(dir)?;
        let mut whole = records.0.entries();
        while let [rest @ .., last] = whole
            && of_bytes(last).is_none()
        {
            whole = rest;
        }
        Column::resume(dir.join(TIPS), whole.len() as u64, 0, disk).map(Self)
    }

    /// The tip's row when the ledger had this many rows. A record holds until a block is added.
    pub(crate) fn tip(&self, rows: u32) -> Option<u32> {
        let chosen = self.0.entries().iter().rev();
        chosen
            .filter_map(of_bytes)
            .find(|(then, _)| *then <= rows)
            .filter(|(then, tip)| *then == rows && *tip < rows)
            .map(|(_, tip)| tip)
            .or(rows.checked_sub(1))
    }

    /// Records that a row is the tip, unless that is known, and returns once it is durable.
    pub(crate) fn choose(&mut self, rows: u32, tip: u32, disk: &Disk) -> Result<(), LedgerError> {
        if self.tip(rows) != Some(tip) {
            let body: [u8; 8] = entry(&[&rows.to_le_bytes(), &tip.to_le_bytes()]);
            let crc = crc32fast::hash(&body).to_le_bytes();
            // What a full disk did not take is chosen no longer.
            self.0.drop_unsealed();
            self.0.push(entry(&[&body, &crc]));
            self.0.write(disk)?;
        }
        self.0.sync(disk)
    }

    /// That every record is whole and in its place.
    pub(crate) fn check(&self) -> Result<(), LedgerError> {
        let mut last = 0;
        for record in self.0.entries().iter().map(of_bytes) {
            let is_possible = record.filter(|(rows, tip)| tip < rows && *rows >= last);
            let Some((rows, _)) = is_possible else {
                let why = "a record of a chosen tip is not whole, or out of order";
                return Err(LedgerError::damaged(self.0.path(), None, why));
            };
            last = rows;
        }
        Ok(())
    }
}

fn of_bytes(bytes: &[u8; TIP_BYTES]) -> Option<(u32, u32)> {
    let (body, crc) = bytes.split_last_chunk::<4>()?;
    if crc32fast::hash(body) != u32::from_le_bytes(*crc) {
        return None;
    }
    let (rows, tip) = body.split_first_chunk::<4>()?;
    let tip = tip.first_chunk::<4>()?;
    Some((u32::from_le_bytes(*rows), u32::from_le_bytes(*tip)))
}
