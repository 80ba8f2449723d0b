//! What is looked up by hash, address, account or asset.
//!
//! Six directories of numbers sorted by 32 bits each. Transactions, accounts and assets are
//! found by hash, creations by the contract. In the other two a number is that of a *part* or of a transfer: transfer
//! *n* has the parts 2*n* (who had it) and 2*n* + 1 (who got it), sorted by account, and itself
//! is sorted by asset. Inside the stretch that a run covers all parts of an account lie together
//! in chain order, so a history is one search in each run and then sequential.

use std::fs;
use std::path::{Path, PathBuf};

use super::columns::Columns;
use super::row::{Counts, Rows};
use crate::ledger::LedgerError;
use crate::ledger::address_table::script_hash;
use crate::ledger::disk::Disk;
use crate::ledger::index::{Directory, SMALLEST_RUN, Stamp, txid_hash};

/// The folder of the index, in that of the ledger.
const INDEX: &str = "index";

/// How many directories there are.
pub(super) const DIRECTORIES: usize = 6;

/// The index of a ledger of accounts.
#[derive(Debug)]
pub(super) struct Index {
    dir: PathBuf,
    pub(super) transactions: Directory,
    pub(super) accounts: Directory,
    /// Assets by what they are.
    pub(super) names: Directory,
    /// Creations by the contract created.
    pub(super) contracts: Directory,
    /// Parts of transfers by account.
    pub(super) parts: Directory,
    /// Transfers by asset.
    pub(super) assets: Directory,
    stamped: u32,
}

impl Index {
    /// Opens for changing. An index that does not fit the rows is thrown away.
    pub(super) fn resume(ledger: &Path, rows: &Rows, disk: &Disk) -> Result<Self, LedgerError> {
        let dir = ledger.join(INDEX);
        fs::create_dir_all(&dir).map_err(|error| LedgerError::system(&dir, &error))?;
        disk.remove(&dir.join("stamp.unfinished"))?;
        if let Some(stamp) = Self::reach(ledger, rows) {
            let index = Self::read(ledger, &stamp)?;
            for directory in index.directories() {
                directory.clean(disk)?;
            }
            return Ok(index);
        }
        // The stamp goes first: without it nobody trusts the rest.
        disk.remove(&dir.join("stamp"))?;
        let system = |error: std::io::Error| LedgerError::system(&dir, &error);
        for file in fs::read_dir(&dir).map_err(system)? {
            disk.remove(&file.map_err(system)?.path())?;
        }
        Self::read(ledger, &Stamp::default())
    }

    /// How many rows an index on disk reaches, by its stamp and these rows.
    pub(super) fn reach(ledger: &Path, rows: &Rows) -> Option<Stamp> {
        let stamp = Stamp::read(&ledger.join(INDEX).join("stamp"))?;
        let last = stamp.rows.checked_sub(1).and_then(|row| rows.get(row));
        last.is_some_and(|row| row.at.hash == stamp.last)
            .then_some(stamp)
    }

    /// Opens the runs that are there.
    pub(super) fn read(ledger: &Path, stamp: &Stamp) -> Result<Self, LedgerError> {
        let dir = ledger.join(INDEX);
        let read = |name| Directory::read(&dir, name, SMALLEST_RUN);
        Ok(Self {
            transactions: read("transactions")?,
            accounts: read("accounts")?,
            names: read("names")?,
            contracts: read("contracts")?,
            parts: read("parts")?,
            assets: read("assets")?,
            stamped: stamp.rows,
            dir,
        })
    }

    fn directories(&self) -> [&Directory; DIRECTORIES] {
        [
            &self.transactions,
            &self.accounts,
            &self.names,
            &self.contracts,
            &self.parts,
            &self.assets,
        ]
    }

    /// Whether every run is there that these counts have.
    pub(super) fn is_whole(&self, counts: &Counts) -> bool {
        let wanted = lengths(counts);
        let mut held = self.directories().into_iter().zip(wanted);
        held.all(|(held, count)| count.saturating_sub(held.covered()) < 1 << SMALLEST_RUN)
    }

    /// Adds what the columns say. They must be durable.
    pub(super) fn advance(&mut self, columns: &Columns, disk: &Disk) -> Result<(), LedgerError> {
        let [transactions, accounts, names, contracts, parts, assets] = lengths(&columns.counts());
        self.transactions
            .grow(transactions, |tx| transaction_key(columns, tx), disk)?;
        self.accounts
            .grow(accounts, |account| account_key(columns, account), disk)?;
        self.names
            .grow(names, |asset| name_key(columns, asset), disk)?;
        self.contracts
            .grow(contracts, |number| contract_key(columns, number), disk)?;
        self.parts
            .grow(parts, |part| part_key(columns, part), disk)?;
        self.assets
            .grow(assets, |transfer| asset_key(columns, transfer), disk)
    }

    /// Says on disk that the index reaches all rows.
    pub(super) fn stamp(&mut self, rows: &Rows, disk: &Disk) -> Result<(), LedgerError> {
        let count = rows.count()?;
        let Some(last) = count.checked_sub(1).filter(|_| self.stamped != count) else {
            return Ok(());
        };
        let stamp = Stamp {
            rows: count,
            last: rows.checked(last)?.at.hash,
            other_spenders: Vec::new(),
        };
        stamp.write(&self.dir.join("stamp"), disk)?;
        self.stamped = count;
        Ok(())
    }
}

/// How many numbers each directory has, in their order.
pub(super) fn lengths(counts: &Counts) -> [u64; DIRECTORIES] {
    [
        counts.transactions,
        counts.accounts,
        counts.assets,
        counts.creations,
        counts.transfers.saturating_mul(2),
        counts.transfers,
    ]
}

/// What a transaction is found by.
pub(super) fn transaction_key(columns: &Columns, tx: u64) -> Option<u64> {
    columns.hash.get(tx).map(|hash| txid_hash(&hash))
}

/// What an account is found by.
pub(super) fn account_key(columns: &Columns, account: u64) -> Option<u64> {
    columns
        .address
        .get(account)
        .map(|bytes| script_hash(&bytes))
}

/// What an asset is found by.
pub(super) fn name_key(columns: &Columns, asset: u64) -> Option<u64> {
    columns.asset.get(asset).map(|bytes| script_hash(&bytes))
}

/// What a creation is found by.
pub(super) fn contract_key(columns: &Columns, number: u64) -> Option<u64> {
    columns
        .creation(number)
        .map(|(contract, _, _)| spread(contract))
}

/// What a part is found by.
pub(super) fn part_key(columns: &Columns, part: u64) -> Option<u64> {
    let side = if part.is_multiple_of(2) {
        &columns.from
    } else {
        &columns.to
    };
    side.get(part / 2)
        .map(|account| spread(u32::from_le_bytes(account)))
}

/// What a transfer is found by.
pub(super) fn asset_key(columns: &Columns, transfer: u64) -> Option<u64> {
    let asset = columns.asset_of.get(transfer);
    asset.map(|asset| spread(u32::from_le_bytes(asset)))
}

/// The key of an account or an asset: its number, moved about so that keys are spread evenly,
/// and different for each number. "none" has one of its own as well.
pub(super) fn spread(number: u32) -> u64 {
    u64::from(number.wrapping_mul(0x9e37_79b1)) << 32
}
