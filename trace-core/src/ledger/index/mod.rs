//! What can be computed from the columns, and is looked up by hash, script or output.
//!
//! The folder `index` may be deleted at any time; a writer, or a reader where nobody writes,
//! makes it again with the same bytes. It follows the rows: what is in it comes from blocks
//! that are durable, and its stamp says up to which of them it is durable itself. Whatever it
//! holds beyond its stamp is written again, so a crash leaves nothing wrong behind.

mod array;
mod directory;
mod run;
mod stamp;

use std::fs;
use std::path::{Path, PathBuf};

use array::Array;
pub(crate) use directory::Directory;
pub(crate) use run::{Run, parts};
pub(crate) use stamp::Stamp;

use super::LedgerError;
use super::address_table::script_hash;
use super::columns::Columns;
use super::disk::Disk;
use super::number::{EXTERNAL, GROUP, NONE, from_40};
use super::row::{Counts, Rows};

/// The folder of the index, in that of the ledger.
const INDEX: &str = "index";
/// The size of the smallest runs of a directory, as a power of two. Tests have small chains.
pub(crate) const SMALLEST_RUN: u32 = if cfg!(test) { 3 } else { 16 };
/// Transactions that are looked at before what they change is written: many, as what they change
/// lies anywhere in the arrays, and a page is written as a whole.
const PART_TRANSACTIONS: u64 = 1 << 20;

/// The index of a ledger.
#[derive(Debug)]
pub(crate) struct Index {
    dir: PathBuf,
    /// By output, how far its first spender is behind the creator of its group; 0 for none,
    /// all ones for one that is among the other spenders.
    spender: Array,
    /// By address, one more than the group of the last output that pays to it.
    receipt: Array,
    pub(crate) transactions: Directory,
    pub(crate) scripts: Directory,
    /// Its rows are those whose changes have been written.
    state: Stamp,
    /// Rows that the stamp on disk states.
    stamped: u32,
}

impl Index {
    /// Opens for changing. An index that does not fit the rows is thrown away.
    pub(crate) fn resume(ledger: &Path, rows: &Rows, disk: &Disk) -> Result<Self, LedgerError> {
        let dir = ledger.join(INDEX);
        fs::create_dir_all(&dir).map_err(|error| LedgerError::system(&dir, &error))?;
        disk.remove(&dir.join("stamp.unfinished"))?;
        let stamp = Stamp::read(&dir.join("stamp")).filter(|stamp| fits(stamp, rows));
        if let Some(stamp) = stamp {
            let index = Self::open_for_changing(&dir, stamp, disk)?;
            let counts = rows.before(index.state.rows);
            if index.spender.count() >= counts.outputs && index.receipt.count() >= counts.addresses
            {
                index.transactions.clean(disk)?;
                index.scripts.clean(disk)?;
                return Ok(index);
            }
        }
        // The stamp goes first: without it nobody trusts the rest.
        disk.remove(&dir.join("stamp"))?;
        let system = |error: std::io::Error| LedgerError::system(&dir, &error);
        for file in fs::read_dir(&dir).map_err(system)? {
            disk.remove(&file.map_err(system)?.path())?;
        }
        Self::open_for_changing(&dir, Stamp::default(), disk)
    }

    fn open_for_changing(dir: &Path, state: Stamp, disk: &Disk) -> Result<Self, LedgerError> {
        Ok(Self {
            spender: Array::resume(&dir.join("spender"), disk)?,
            receipt: Array::resume(&dir.join("receipt"), disk)?,
            transactions: Directory::read(dir, "transactions", SMALLEST_RUN)?,
            scripts: Directory::read(dir, "scripts", SMALLEST_RUN)?,
            stamped: state.rows,
            dir: dir.to_owned(),
            state,
        })
    }

    /// How many rows an index on disk reaches, by its stamp and these rows.
    pub(crate) fn reach(ledger: &Path, rows: &Rows) -> Option<Stamp> {
        Stamp::read(&ledger.join(INDEX).join("stamp")).filter(|stamp| fits(stamp, rows))
    }

    /// Opens for reading what a stamp states.
    pub(crate) fn read(ledger: &Path, stamp: Stamp, counts: &Counts) -> Result<Self, LedgerError> {
        let dir = ledger.join(INDEX);
        Ok(Self {
            spender: Array::read(&dir.join("spender"), counts.outputs)?,
            receipt: Array::read(&dir.join("receipt"), counts.addresses)?,
            transactions: Directory::read(&dir, "transactions", SMALLEST_RUN)?,
            scripts: Directory::read(&dir, "scripts", SMALLEST_RUN)?,
            stamped: stamp.rows,
            state: stamp,
            dir,
        })
    }

    /// Rows that the stamp on disk states.
    pub(crate) fn stamped(&self) -> u32 {
        self.stamped
    }

    /// Rows whose changes have been written.
    pub(crate) fn reached(&self) -> u32 {
        self.state.rows
    }

    /// The first transaction, in the order of arrival, that spends an output.
    #[inline]
    pub(crate) fn first_spender(&self, columns: &Columns, output: u64) -> Option<u64> {
        match self.spender.get(output) {
            0 => None,
            NONE => self.other_spenders(output).next(),
            behind => Some(from_40(columns.creator.get(output / GROUP)?) + u64::from(behind)),
        }
    }

    /// The transactions that spend an output besides the first: on other branches.
    pub(crate) fn other_spenders(&self, output: u64) -> impl Iterator<Item = u64> {
        let others = &self.state.other_spenders;
        let first = others.partition_point(|(of, _)| *of < output);
        others
            .get(first..)
            .unwrap_or_default()
            .iter()
            .take_while(move |(of, _)| *of == output)
            .map(|(_, tx)| *tx)
    }

    /// How many spenders the first so many outputs have, of which one output may have
    /// several.
    pub(crate) fn spender_count(&self, outputs: u64) -> u64 {
        let held = (0..outputs).map(|output| self.spender.get(output));
        let held = held
            .filter(|behind| *behind != 0 && *behind != NONE)
            .count();
        (held + self.state.other_spenders.len()) as u64
    }

    /// One more than the group of the last output that pays to an address; 0 for none.
    #[inline]
    pub(crate) fn last_receipt(&self, address: u32) -> u32 {
        self.receipt.get(u64::from(address))
    }

    /// Adds what the rows from where it stands up to `to` say. They must be durable.
    pub(crate) fn advance(
        &mut self,
        rows: &Rows,
        columns: &Columns,
        to: u32,
        disk: &Disk,
    ) -> Result<(), LedgerError> {
        while self.state.rows < to {
            let from = rows.before(self.state.rows);
            let mut next = self.state.rows;
            let mut counts = from;
            while next < to && counts.transactions - from.transactions < PART_TRANSACTIONS {
                next += 1;
                counts = rows.before(next);
            }
            self.spender.grow(counts.outputs, disk)?;
            self.receipt.grow(counts.addresses, disk)?;
            self.add_spenders(columns, from.transactions, counts.transactions, disk)?;
            self.add_receipts(columns, from.outputs, counts.outputs, disk)?;
            self.state.rows = next;
            self.state.last = rows.checked(next - 1)?.at.hash;
        }
        let counts = rows.before(self.state.rows);
        self.grow_directories(columns, &counts, disk)
    }

    fn grow_directories(
        &mut self,
        columns: &Columns,
        counts: &Counts,
        disk: &Disk,
    ) -> Result<(), LedgerError> {
        let txid = |tx| columns.txid.get(tx).map(|txid| txid_hash(&txid));
        self.transactions.grow(counts.transactions, txid, disk)?;
        let script = |address| {
            let address = u32::try_from(address).ok()?;
            columns.script_of(address).map(script_hash)
        };
        self.scripts.grow(counts.addresses, script, disk)
    }

    /// Whether every run is there that these counts have.
    pub(crate) fn is_whole(&self, counts: &Counts) -> bool {
        let has = |covered: u64, count: u64| count.saturating_sub(covered) < 1 << SMALLEST_RUN;
        has(self.transactions.covered(), counts.transactions)
            && has(self.scripts.covered(), counts.addresses)
    }

    /// Makes durable what has been added and says so on disk.
    pub(crate) fn stamp(&mut self, disk: &Disk) -> Result<(), LedgerError> {
        if self.stamped == self.state.rows && self.stamped > 0 {
            return Ok(());
        }
        self.spender.sync(disk)?;
        self.receipt.sync(disk)?;
        self.state.write(&self.dir.join("stamp"), disk)?;
        self.stamped = self.state.rows;
        Ok(())
    }

    fn add_spenders(
        &mut self,
        columns: &Columns,
        from: u64,
        to: u64,
        disk: &Disk,
    ) -> Result<(), LedgerError> {
        let mut spends = Vec::new();
        for tx in from..to {
            for input in columns.inputs_of(tx).unwrap_or_default() {
                let output = columns.spends.get(input).map_or(EXTERNAL, from_40);
                if output < EXTERNAL {
                    spends.push((output, tx));
                }
            }
        }
        spends.sort_unstable();
        let mut changes: Vec<(u64, u32)> = Vec::with_capacity(spends.len());
        for (output, tx) in spends {
            let base = columns.creator.get(output / GROUP).map_or(0, from_40);
            let behind = tx.saturating_sub(base);
            let behind = u32::try_from(behind).unwrap_or(NONE);
            let is_taken = match changes.last() {
                Some((of, _)) if *of == output => true,
                _ => self.is_taken(columns, output, tx, behind),
            };
            if !is_taken {
                changes.push((output, behind));
            }
            if is_taken || behind == NONE {
                let others = &mut self.state.other_spenders;
                if let Err(at) = others.binary_search(&(output, tx)) {
                    others.insert(at, (output, tx));
                }
            }
        }
        self.spender.update(&changes, disk)
    }

    /// Whether the array holds another transaction that spends the output. What a crash left
    /// half-written is no such transaction, and is overwritten.
    fn is_taken(&self, columns: &Columns, output: u64, tx: u64, behind: u32) -> bool {
        let held = self.spender.get(output);
        if held == 0 || held == behind {
            return false;
        }
        let first = self.first_spender(columns, output);
        first.is_some_and(|first| first < tx && columns.does_spend(first, output))
    }

    fn add_receipts(
        &mut self,
        columns: &Columns,
        from: u64,
        to: u64,
        disk: &Disk,
    ) -> Result<(), LedgerError> {
        let mut receipts: Vec<(u64, u32)> = Vec::new();
        for output in from..to {
            let address = columns.address.get(output).map(u32::from_le_bytes);
            if let Some(address) = address.filter(|address| *address != NONE) {
                receipts.push((u64::from(address), link_of(output)?));
            }
        }
        receipts.sort_unstable();
        // Of each address the last.
        receipts.reverse();
        receipts.dedup_by_key(|(address, _)| *address);
        receipts.reverse();
        self.receipt.update(&receipts, disk)
    }
}

/// One more than the group of an output, as links of receipts are held.
pub(crate) fn link_of(output: u64) -> Result<u32, LedgerError> {
    u32::try_from(output / GROUP + 1).map_err(|_| LedgerError::Full { what: "outputs" })
}

/// The 64 bits of a transaction's hash that it is found by.
pub(crate) fn txid_hash(txid: &[u8; 32]) -> u64 {
    u64::from_le_bytes(txid.first_chunk().copied().unwrap_or_default())
}

fn fits(stamp: &Stamp, rows: &Rows) -> bool {
    let last = stamp.rows.checked_sub(1).and_then(|row| rows.get(row));
    last.is_some_and(|row| row.at.hash == stamp.last)
}
