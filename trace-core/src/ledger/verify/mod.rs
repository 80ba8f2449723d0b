//! Reads a whole ledger and holds it to everything that must be true of it.

mod address;
mod block;
mod index;
mod input;

pub(crate) use index::directory;

use std::path::{Path, PathBuf};

use super::LedgerError;
use super::address_table::AddressTable;
use super::branch::Branch;
use super::columns::{COLUMNS, Columns};
use super::folder::Folder;
use super::number::NONE;
use super::reader::Ledger;
use super::row::{Counts, Row};
use super::tips::Tips;
use crate::model::BlockRef;

/// What a verification went through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Blocks, those of stale branches included.
    pub blocks: u32,
    /// Their transactions.
    pub transactions: u64,
    /// Their inputs.
    pub inputs: u64,
    /// Their outputs.
    pub outputs: u64,
    /// Addresses met.
    pub addresses: u64,
    /// Blocks in which the value of a spent output is not known, as in a partial chain, so
    /// that their sums could not be checked.
    pub blocks_without_sums: u32,
}

/// Checks every checksum and every invariant of the ledger in a folder: that blocks are what
/// their hashes say and linked, that transactions hash to the blocks' merkle roots, that every
/// number is in range, that what is spent was there to be spent and covers what is created,
/// that no address has two numbers, and that the index says what the columns say.
///
/// `progress` is told how many blocks are done and how many there are.
///
/// Cost: reads every file once, at the speed of CRC-32 and of looking up each input; about 12
/// bytes of memory for each address.
///
/// # Errors
/// Names the file, and the block where it applies, of the first thing that does not hold.
pub fn verify(dir: &Path, progress: &mut dyn FnMut(u32, u32)) -> Result<Verified, LedgerError> {
    Folder::open(dir)?.network()?;
    let ledger = match Ledger::open(dir) {
        Err(LedgerError::Empty { .. }) => return Ok(Verified::default()),
        opened => opened?,
    };
    let rows = ledger.rows.count()?;
    let mut check = Check::new(dir, &ledger);
    for row in 0..rows {
        check.block(row)?;
        progress(row + 1, rows);
    }
    Tips::read(dir)?.check()?;
    check.index()?;
    Ok(check.done)
}

/// A verification under way.
struct Check<'a> {
    dir: &'a Path,
    ledger: &'a Ledger,
    columns: &'a Columns,
    crcs: Vec<crc32fast::Hasher>,
    /// By address, the link that the next output paying to it must have.
    links: Vec<u32>,
    /// By address, the form of its script.
    kinds: Vec<u8>,
    scripts: AddressTable,
    /// Inputs that spend an output of a block held.
    spends: u64,
    done: Verified,
}

/// The block being looked at.
struct At<'a> {
    row_number: u32,
    row: &'a Row,
    branch: Branch,
    /// Where everything ended before it.
    before: Counts,
}

impl<'a> Check<'a> {
    fn new(dir: &'a Path, ledger: &'a Ledger) -> Self {
        Self {
            dir,
            ledger,
            columns: &ledger.columns,
            crcs: vec![crc32fast::Hasher::new(); COLUMNS],
            links: Vec::new(),
            kinds: Vec::new(),
            scripts: AddressTable::for_count(ledger.columns.script_end.count()),
            spends: 0,
            done: Verified::default(),
        }
    }

    /// Whether `chain` lets a block create so much.
    fn subsidy_sat(&self, height: u32) -> u64 {
        self.ledger.chain().subsidy_sat(height)
    }
}

impl At<'_> {
    /// The error for a column that does not hold in this block.
    fn wrong(&self, dir: &Path, file: &str, why: impl Into<String>) -> LedgerError {
        LedgerError::damaged(&dir.join(file), Some(self.row.at), why)
    }
}

/// A fault in a file of the index, which can be deleted and is made again.
fn wrong_index(path: PathBuf, block: Option<BlockRef>) -> LedgerError {
    LedgerError::Damaged {
        path,
        block,
        why: "the index does not say what the columns say; delete the folder and it is made again"
            .to_owned(),
    }
}

/// The link of an address of which no output is known.
const NO_RECEIPT: u32 = 0;
/// The kind of an address that no output has been seen of.
const NO_KIND: u8 = 0;
/// "None" of a number of 40 bits.
const NONE_40: [u8; 5] = [0xff; 5];
/// The parent of the first row.
const NO_PARENT: u32 = NONE;
