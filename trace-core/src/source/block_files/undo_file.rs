//! Finds what a block spent in the `rev*.dat` beside its block file.
//!
//! An undo record does not name its block. Its checksum does: it covers the hash of the block
//! before and the record. Records lie in the order in which their blocks were connected, which
//! is not that of the block file, but nearly always that in which they are asked for.

use std::sync::{Mutex, PoisonError};

use bitcoin::VarInt;
use bitcoin::consensus::deserialize_partial;
use bitcoin::hashes::{Hash as _, HashEngine as _, sha256d};

use super::data_file::DataFile;
use super::record::{CHECKSUM_BYTES, Kind, Search};
use super::skipped::Skipped;
use crate::model::BlockHash;
use crate::source::SourceError;

/// A `rev*.dat`, searched when it is first needed.
#[derive(Debug)]
pub(super) struct UndoFile {
    file: DataFile,
    magic: [u8; 4],
    index: Mutex<Option<Index>>,
}

#[derive(Debug)]
struct Index {
    records: Vec<UndoRecord>,
    /// The record behind the one found last.
    next: usize,
    skipped: Vec<Skipped>,
}

#[derive(Clone, Copy, Debug)]
struct UndoRecord {
    at: u64,
    length: u32,
    /// Transactions it is about: all of the block but the coinbase.
    transactions: u64,
    /// The first bytes of the checksum of a record that is one byte long. There is but one
    /// such record, that of a block that spends nothing, and a file of the first years holds
    /// a hundred thousand of them.
    checked: Option<[u8; 8]>,
}

impl UndoFile {
    pub(super) fn of(file: DataFile, magic: [u8; 4]) -> Self {
        let index = Mutex::new(None);
        Self { file, magic, index }
    }

    /// What was passed over, as far as the file was searched.
    pub(super) fn skipped(&self) -> Vec<Skipped> {
        let index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        index
            .iter()
            .flat_map(|index| &index.skipped)
            .cloned()
            .collect()
    }

    /// The undo record of the block that was built on `previous` and holds `transactions`
    /// besides its coinbase. At most one pass over the file, and a read of one record where
    /// blocks are asked for in the order of the chain.
    pub(super) fn find(
        &self,
        previous: BlockHash,
        transactions: u64,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        let mut slot = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let index = match &mut *slot {
            Some(index) => index,
            empty => empty.insert(self.search()?),
        };
        let reader = self.file.reader()?;
        let empty = checksum(previous, &[0]);
        let numbered = || index.records.iter().enumerate();
        let ahead = numbered().skip(index.next);
        for (place, record) in ahead.chain(numbered().take(index.next)) {
            let other = |first: [u8; 8]| !empty.starts_with(&first);
            if record.transactions != transactions || record.checked.is_some_and(other) {
                continue;
            }
            let length = u64::from(record.length) + CHECKSUM_BYTES;
            let length = usize::try_from(length).map_err(|_| {
                self.file
                    .error(record.at, "a record too long for this machine")
            })?;
            let mut undo = reader.read(record.at, length)?;
            let stated = undo.split_off(record.length as usize);
            if checksum(previous, &undo) == *stated {
                index.next = place + 1;
                return Ok(Some(undo));
            }
        }
        Ok(None)
    }

    fn search(&self) -> Result<Index, SourceError> {
        let search = Search {
            reader: self.file.reader()?,
            kind: Kind::Undo,
            magic: self.magic,
            may_grow: true,
        };
        let (found, skipped) = search.run()?;
        let records = found.iter().filter_map(|record| {
            let (VarInt(transactions), _) = deserialize_partial(&record.head).ok()?;
            let checksum = record
                .head
                .get(1..9)
                .and_then(|first| first.try_into().ok());
            Some(UndoRecord {
                at: record.at,
                length: record.length,
                transactions,
                checked: checksum.filter(|_| record.length == 1),
            })
        });
        Ok(Index {
            records: records.collect(),
            next: 0,
            skipped,
        })
    }
}

fn checksum(previous: BlockHash, undo: &[u8]) -> [u8; 32] {
    let mut engine = sha256d::Hash::engine();
    engine.input(&previous.0);
    engine.input(undo);
    sha256d::Hash::from_engine(engine).to_byte_array()
}
