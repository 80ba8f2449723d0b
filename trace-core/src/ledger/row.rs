//! The row of a block: what makes everything before it count.

use super::columns::COLUMNS;
use super::rows::{BlockRow, RowsOf, sealed};
use crate::model::{BlockHash, BlockRef, Header};

/// Bytes of a row.
pub(crate) const ROW_BYTES: usize = 32 + 80 + 3 * 4 + 8 * Counts::TABLES + 4 * COLUMNS + 4;

/// The rows of a ledger of coins.
pub(crate) type Rows = RowsOf<Row, ROW_BYTES>;

/// How many entries each table has, up to and with a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) transactions: u64,
    pub(crate) inputs: u64,
    pub(crate) outputs: u64,
    pub(crate) addresses: u64,
    pub(crate) script_bytes: u64,
    pub(crate) reveals: u64,
    pub(crate) sequences: u64,
    pub(crate) externals: u64,
    pub(crate) replaced: u64,
}

/// A block as the ledger knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) at: BlockRef,
    pub(crate) header: Header,
    /// The row of the block it is built on, or [`NONE`](super::number::NONE) in the first row.
    pub(crate) parent: u32,
    /// The first row from which on, up to this one, each is built on the one before it.
    pub(crate) run_start: u32,
    /// Where everything ends with this block.
    pub(crate) counts: Counts,
    /// The checksum of each column from its beginning to there.
    pub(crate) crcs: [u32; COLUMNS],
}

impl Counts {
    const TABLES: usize = 9;

    fn to_array(self) -> [u64; Self::TABLES] {
        [
            self.transactions,
            self.inputs,
            self.outputs,
            self.addresses,
            self.script_bytes,
            self.reveals,
            self.sequences,
            self.externals,
            self.replaced,
        ]
    }

    fn of_array(counts: [u64; Self::TABLES]) -> Self {
        let [
            transactions,
            inputs,
            outputs,
            addresses,
            script_bytes,
            reveals,
            sequences,
            externals,
            replaced,
        ] = counts;
        Self {
            transactions,
            inputs,
            outputs,
            addresses,
            script_bytes,
            reveals,
            sequences,
            externals,
            replaced,
        }
    }

    /// Whether no table has fewer entries here than in `earlier`.
    pub(crate) fn continues(&self, earlier: &Self) -> bool {
        let pairs = self.to_array().into_iter().zip(earlier.to_array());
        pairs.into_iter().all(|(now, before)| now >= before)
    }
}

impl BlockRow<ROW_BYTES> for Row {
    type Counts = Counts;

    fn to_bytes(&self) -> [u8; ROW_BYTES] {
        let mut row = Vec::with_capacity(ROW_BYTES);
        row.extend(self.at.hash.0);
        row.extend(self.header.0);
        for number in [self.at.height, self.parent, self.run_start] {
            row.extend(number.to_le_bytes());
        }
        for count in self.counts.to_array() {
            row.extend(count.to_le_bytes());
        }
        for crc in self.crcs {
            row.extend(crc.to_le_bytes());
        }
        sealed(row)
    }

    fn unchecked(bytes: &[u8; ROW_BYTES]) -> Option<Self> {
        let mut rest = bytes.as_slice();
        let hash = BlockHash(take(&mut rest)?);
        let header = Header(take(&mut rest)?);
        let height = u32::from_le_bytes(take(&mut rest)?);
        let parent = u32::from_le_bytes(take(&mut rest)?);
        let run_start = u32::from_le_bytes(take(&mut rest)?);
        let mut counts = [0; Counts::TABLES];
        for count in &mut counts {
            *count = u64::from_le_bytes(take(&mut rest)?);
        }
        let mut crcs = [0; COLUMNS];
        for crc in &mut crcs {
            *crc = u32::from_le_bytes(take(&mut rest)?);
        }
        Some(Self {
            at: BlockRef { height, hash },
            header,
            parent,
            run_start,
            counts: Counts::of_array(counts),
            crcs,
        })
    }

    fn at(&self) -> BlockRef {
        self.at
    }

    fn parent(&self) -> u32 {
        self.parent
    }

    fn run_start(&self) -> u32 {
        self.run_start
    }

    fn counts(&self) -> Counts {
        self.counts
    }

    fn ends(counts: &Counts) -> (u64, u64) {
        (counts.transactions, counts.outputs)
    }
}

/// The next bytes of a row.
pub(crate) fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(*first)
}
