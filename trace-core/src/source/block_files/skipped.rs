//! What was passed over in a folder, so that it can be said.

use std::fmt;
use std::path::PathBuf;

use super::data_file::DataFile;
use super::record::FRAME_BYTES;
use super::stored::Stored;

/// A run of bytes of a block or undo file that gave nothing. Zeros between records, which a
/// node writes ahead of itself, are not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file.
    pub path: PathBuf,
    /// The first byte that was passed over.
    pub byte: u64,
    /// Bytes from there to the last one that was passed over.
    pub bytes: u64,
    /// Why.
    pub why: WhySkipped,
}

/// Why bytes of a file gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhySkipped {
    /// They begin no record of the network.
    NoRecord,
    /// They begin a record that is cut off, or is not yet or no longer whole. In a folder whose
    /// node is running, the last record may be so.
    NotWhole,
    /// Whole blocks, but blocks they were built on are not in the folder.
    Unconnected,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path, byte, bytes, ..
        } = self;
        let why = match self.why {
            WhySkipped::NoRecord => "begin no record",
            WhySkipped::NotWhole => "are not a whole record",
            WhySkipped::Unconnected => "are blocks built on blocks that the folder does not hold",
        };
        write!(
            f,
            "{}: {bytes} bytes from byte {byte} {why}",
            path.display()
        )
    }
}

/// Blocks that hang in the air, neighbours in a file as one run.
pub(super) fn unconnected<'a>(
    blocks: impl Iterator<Item = (&'a Stored, &'a DataFile)>,
) -> Vec<Skipped> {
    let mut runs: Vec<Skipped> = Vec::new();
    for (block, file) in blocks {
        let (from, to) = (block.at - FRAME_BYTES, block.at + u64::from(block.length));
        match runs.last_mut() {
            Some(run) if run.path == file.path() && run.byte + run.bytes == from => {
                run.bytes = to - run.byte;
            }
            _ => runs.push(Skipped {
                path: file.path().to_owned(),
                byte: from,
                bytes: to - from,
                why: WhySkipped::Unconnected,
            }),
        }
    }
    runs
}
