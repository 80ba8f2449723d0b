//! That the index says what the columns say.

use super::super::LedgerError;
use super::super::address_table::script_hash;
use super::super::index::{Directory, Run, parts, txid_hash};
use super::super::number::index;
use super::{Check, wrong_index};

impl Check<'_> {
    /// What the passes over the blocks did not look at: that nothing is named a spender that
    /// is none, where the chains of receipts end, and the directories.
    pub(super) fn index(&self) -> Result<(), LedgerError> {
        let held = &self.ledger.index;
        if held.spender_count(self.done.outputs) != self.spends {
            return Err(wrong_index(self.dir.join("index/spender"), None));
        }
        for (address, link) in (0..).zip(&self.links) {
            if held.last_receipt(address) != *link {
                return Err(wrong_index(self.dir.join("index/receipt"), None));
            }
        }
        let txid = |tx| self.columns.txid.get(tx).map(|txid| txid_hash(&txid));
        directory(&held.transactions, txid)?;
        let script = |address| {
            let address = u32::try_from(address).ok()?;
            self.columns.script_of(address).map(script_hash)
        };
        directory(&held.scripts, script)
    }
}

/// That every run holds each of its numbers once, under its hash and in order.
pub(crate) fn directory(
    directory: &Directory,
    hash: impl Fn(u64) -> Option<u64>,
) -> Result<(), LedgerError> {
    for (path, run) in directory.runs() {
        if !is_right(run, &hash) || !has_checksum(&path, run)? {
            return Err(wrong_index(path, None));
        }
    }
    Ok(())
}

fn is_right(run: &Run, hash: impl Fn(u64) -> Option<u64>) -> bool {
    let entries = run.entries();
    let mut is_seen = vec![0_u64; entries.len().div_ceil(64)];
    let is_sorted = entries.is_sorted_by_key(|entry| u64::from_le_bytes(*entry));
    is_sorted
        && entries.iter().all(|entry| {
            let (bits, offset) = parts(*entry);
            let Some(seen) = is_seen.get_mut(index(offset / 64)) else {
                return false;
            };
            let is_new = *seen & (1 << (offset % 64)) == 0;
            *seen |= 1 << (offset % 64);
            is_new && hash(run.start + offset).is_none_or(|hash| hash >> 32 == bits)
        })
}

fn has_checksum(path: &std::path::Path, run: &Run) -> Result<bool, LedgerError> {
    use std::io::{Read, Seek, SeekFrom};
    let entries = run.entries().as_flattened();
    let mut crc = [0; 4];
    std::fs::File::open(path)
        .and_then(|mut file| {
            file.seek(SeekFrom::Start(entries.len() as u64))?;
            file.read_exact(&mut crc)
        })
        .map_err(|error| LedgerError::system(path, &error))?;
    Ok(u32::from_le_bytes(crc) == crc32fast::hash(entries))
}
