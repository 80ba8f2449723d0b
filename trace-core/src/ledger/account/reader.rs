//! A ledger of accounts opened for reading.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::columns::Columns;
use super::columns::asset_entry;
use super::index::{self, DIRECTORIES, Index};
use super::recovered::Recovered;
use super::row::{Counts, Rows};
use super::view::LedgerView;
use crate::ledger::LedgerError;
use crate::ledger::address_table::script_hash;
use crate::ledger::disk::Disk;
use crate::ledger::folder::Folder;
use crate::ledger::index::{Directory, Run, Stamp, txid_hash};
use crate::ledger::number::{NONE, from_40};
use crate::ledger::tips::Tips;
use crate::model::account::{Address, Asset, B256};
use crate::model::{BlockHash, ChainId};

/// Which of the directories is that of the parts of transfers by account.
const PARTS: usize = 4;

/// A ledger as it stood when it was opened, for reading. Blocks added later are not seen.
///
/// Opening maps files and reads a handful of rows. Where a crash left blocks that the index
/// does not reach yet, or the index was deleted, it is brought up to date first, unless another
/// process is writing: then the ledger is seen as of the last block that the index reaches.
#[derive(Debug)]
pub struct Ledger {
    dir: PathBuf,
    chain: ChainId,
    pub(super) rows: Rows,
    pub(super) columns: Columns,
    pub(super) index: Index,
    pub(super) counts: Counts,
    tip: u32,
    /// The numbers behind the last run of each directory, sorted when first looked for.
    behind: [OnceLock<Run>; DIRECTORIES],
}

impl Ledger {
    /// Opens the ledger in a folder.
    ///
    /// # Errors
    /// When the folder is no ledger of accounts, holds no block, is of a newer format, lacks a
    /// file or holds one that is shorter than its rows say; when its index is missing and
    /// cannot be made; when the system refuses. Damage inside the files is found by
    /// [`verify`](super::verify()).
    pub fn open(dir: &Path) -> Result<Self, LedgerError> {
        let folder = Folder::open(dir)?;
        let chain = folder.chain_id()?;
        let empty = || LedgerError::Empty {
            dir: dir.to_owned(),
        };
        let stamp = if let Some(stamp) = up_to_date(dir)? {
            stamp
        } else {
            if let Some(_lock) = folder.lock_if_free() {
                Recovered::open(dir, &Disk::default())?;
            }
            let rows = Rows::read(dir, None)?;
            if rows.count()? == 0 {
                return Err(empty());
            }
            Index::reach(dir, &rows).ok_or_else(|| LedgerError::NoIndex {
                dir: dir.to_owned(),
            })?
        };
        let rows = Rows::read(dir, Some(stamp.rows))?;
        let tip = Tips::read(dir)?.tip(stamp.rows).ok_or_else(empty)?;
        let last = rows.checked(stamp.rows.saturating_sub(1))?;
        Ok(Self {
            chain,
            columns: Columns::read(dir, &last.counts)?,
            index: Index::read(dir, &stamp)?,
            counts: last.counts,
            tip,
            rows,
            behind: Default::default(),
            dir: folder.dir,
        })
    }

    /// The ledger's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Which chain the ledger holds.
    pub fn chain(&self) -> ChainId {
        self.chain
    }

    /// A view as of the best tip known when the ledger was opened.
    ///
    /// # Errors
    /// When a row of a block is damaged.
    pub fn view(&self) -> Result<LedgerView<'_>, LedgerError> {
        LedgerView::new(self, self.tip)
    }

    /// A view as of a block, on whichever branch: what came later or on other branches is not
    /// seen.
    ///
    /// # Errors
    /// When the ledger holds no such block; when a row of a block is damaged.
    pub fn view_at(&self, hash: BlockHash) -> Result<LedgerView<'_>, LedgerError> {
        let row = self.rows.find(hash).ok_or(LedgerError::NoSuchBlock(hash))?;
        LedgerView::new(self, row)
    }

    /// The number of an account, if it was ever met.
    pub(super) fn account_of(&self, address: &Address) -> Option<u32> {
        let bytes = address.into_array();
        let numbers = self.numbers(&self.index.accounts, 1, script_hash(&bytes), 0);
        let mut numbers = numbers.into_iter();
        numbers
            .find(|number| self.columns.address.get(*number) == Some(bytes))
            .and_then(|number| u32::try_from(number).ok())
    }

    /// The number of an asset, if it was ever met.
    pub(super) fn asset_of(&self, asset: &Asset) -> Option<u32> {
        let contract = match asset.contract() {
            Some(contract) => self.account_of(&contract)?,
            None => NONE,
        };
        let bytes = asset_entry(asset, contract);
        let numbers = self.numbers(&self.index.names, 2, script_hash(&bytes), 0);
        let mut numbers = numbers.into_iter();
        numbers
            .find(|number| self.columns.asset.get(*number) == Some(bytes))
            .and_then(|number| u32::try_from(number).ok())
    }

    /// The transactions with a hash, on whichever branch.
    pub(super) fn transactions_named(&self, hash: &B256) -> Vec<u64> {
        let key = txid_hash(&hash.0);
        let mut found = self.numbers(&self.index.transactions, 0, key, 0);
        found.retain(|tx| self.columns.hash.get(*tx) == Some(hash.0));
        found
    }

    /// The transfers, from one on, in which an account took part, in the order of arrival.
    pub(super) fn transfers_of(&self, account: u32, from: u64) -> impl Iterator<Item = u64> + '_ {
        let key = index::spread(account);
        let parts = self.in_order(&self.index.parts, PARTS, key, from.saturating_mul(2));
        let mut last = None;
        parts
            .map(|part| part / 2)
            // Of a transfer to itself both parts are its own.
            .filter(move |transfer| last.replace(*transfer) != Some(*transfer))
    }

    /// The transfers before one in which an account took part, the last first.
    ///
    /// Cost: a search in each run of the index from the last back to where one is found.
    pub(super) fn transfers_before(
        &self,
        account: u32,
        before: u64,
    ) -> impl Iterator<Item = u64> + '_ {
        let before = before.min(self.counts.transfers).saturating_mul(2);
        let (directory, key) = (&self.index.parts, index::spread(account));
        let behind = self.behind(directory, PARTS);
        let runs = behind
            .into_iter()
            .chain(directory.runs().map(|(_, run)| run).rev());
        let parts = runs.flat_map(move |run| run.candidates_before(key, before));
        let mut last = None;
        parts
            .map(|part| part / 2)
            .filter(move |transfer| last.replace(*transfer) != Some(*transfer))
    }

    /// The transfers, from one on, of an asset, in the order of arrival.
    pub(super) fn transfers_in(&self, asset: u32, from: u64) -> impl Iterator<Item = u64> + '_ {
        self.in_order(&self.index.assets, 5, index::spread(asset), from)
    }

    /// The creations of a contract, on whichever branch: by whom, and in which transaction.
    pub(super) fn creations_of(&self, contract: u32) -> impl Iterator<Item = (u32, u64)> + '_ {
        let key = index::spread(contract);
        let numbers = self.in_order(&self.index.contracts, 3, key, 0);
        numbers.filter_map(move |number| {
            let (of, creator, tx) = self.columns.creation(number)?;
            (of == contract).then_some((creator, tx))
        })
    }

    /// The transaction of a transfer.
    pub(super) fn transaction_of(&self, transfer: u64) -> Option<u64> {
        self.columns.transaction.get(transfer).map(from_40)
    }

    fn numbers(&self, directory: &Directory, which: usize, key: u64, from: u64) -> Vec<u64> {
        self.in_order(directory, which, key, from).collect()
    }

    /// The numbers from `from` on that a directory has under a key, ascending: those in its
    /// files and then those behind them.
    fn in_order<'a>(
        &'a self,
        directory: &'a Directory,
        which: usize,
        key: u64,
        from: u64,
    ) -> impl Iterator<Item = u64> + 'a {
        let behind = self.behind(directory, which);
        let counts = index::lengths(&self.counts);
        let end = counts.get(which).copied().unwrap_or_default();
        let runs = directory.runs_from(from).chain(behind);
        runs.flat_map(move |run| run.candidates_from(key, from))
            // A writer may have made runs that hold more than is seen here.
            .take_while(move |number| *number < end)
    }

    /// What is behind the files of a directory.
    fn behind(&self, directory: &Directory, which: usize) -> Option<&Run> {
        let behind = self.behind.get(which)?;
        Some(behind.get_or_init(|| {
            let counts = index::lengths(&self.counts);
            let count = counts.get(which).copied().unwrap_or_default();
            let first = directory.covered().min(count);
            let keys = (first..count).map(move |number| self.key(which, number));
            Run::of(first, keys)
        }))
    }

    fn key(&self, which: usize, number: u64) -> u64 {
        let columns = &self.columns;
        let key = match which {
            0 => index::transaction_key(columns, number),
            1 => index::account_key(columns, number),
            2 => index::name_key(columns, number),
            3 => index::contract_key(columns, number),
            4 => index::part_key(columns, number),
            _ => index::asset_key(columns, number),
        };
        key.unwrap_or_default()
    }
}

/// The stamp of an index that reaches the last row there is.
fn up_to_date(dir: &Path) -> Result<Option<Stamp>, LedgerError> {
    let rows = Rows::read(dir, None)?;
    let stamp = Index::reach(dir, &rows);
    let Some(stamp) = stamp.filter(|stamp| Ok(stamp.rows) == rows.count()) else {
        return Ok(None);
    };
    let counts = rows.before(stamp.rows);
    // Whatever is wrong with its files, making it again puts it right.
    let index = Index::read(dir, &stamp);
    Ok(index
        .is_ok_and(|index| index.is_whole(&counts))
        .then_some(stamp))
}
