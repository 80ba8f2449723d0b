//! Up to which block an index reaches.

use std::fs;
use std::path::Path;

use crate::ledger::LedgerError;
use crate::ledger::disk::Disk;
use crate::ledger::number::{from_40, to_40};
use crate::model::BlockHash;

/// What an index holds, and the few facts that have no room in its arrays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Rows of blocks that the index reaches.
    pub(crate) rows: u32,
    /// The last of these blocks.
    pub(crate) last: BlockHash,
    /// Outputs with a spender besides the one in the array, as after a reorganisation, or one
    /// that does not fit there; sorted.
    pub(crate) other_spenders: Vec<(u64, u64)>,
}

impl Stamp {
    /// The stamp in a file; `None` where there is none or not a whole one.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        let bytes = fs::read(path).ok()?;
        let (body, crc) = bytes.split_last_chunk::<4>()?;
        if crc32fast::hash(body) != u32::from_le_bytes(*crc) {
            return None;
        }
        let (rows, rest) = body.split_first_chunk::<4>()?;
        let (last, rest) = rest.split_first_chunk::<32>()?;
        let pairs = rest.as_chunks::<5>().0.as_chunks::<2>().0;
        Some(Self {
            rows: u32::from_le_bytes(*rows),
            last: BlockHash(*last),
            other_spenders: pairs
                .iter()
                .map(|[output, tx]| (from_40(*output), from_40(*tx)))
                .collect(),
        })
    }

    /// Puts the stamp in place of the one before.
    pub(crate) fn write(&self, path: &Path, disk: &Disk) -> Result<(), LedgerError> {
        let mut bytes = self.rows.to_le_bytes().to_vec();
        bytes.extend(self.last.0);
        for (output, tx) in &self.other_spenders {
            bytes.extend(to_40(*output, "outputs")?);
            bytes.extend(to_40(*tx, "transactions")?);
        }
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        disk.replace(path, &bytes)
    }
}
