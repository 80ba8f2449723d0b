//! A ledger opened for reading.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::LedgerError;
use super::address_table::script_hash;
use super::branch::Branch;
use super::columns::Columns;
use super::disk::Disk;
use super::folder::Folder;
use super::index::{Directory, Index, Run, Stamp, txid_hash};
use super::recovered::Recovered;
use super::row::{Counts, Rows};
use super::script_filter::ScriptFilter;
use super::tips::Tips;
use super::view::LedgerView;
use crate::model::{BitcoinNetwork, BlockHash, BlockRef, Txid};

/// A ledger as it stood when it was opened, for reading. Blocks added later are not seen.
///
/// Opening maps files and reads a handful of rows, so it takes milliseconds however long the
/// chain is. Where a crash left blocks that the index does not reach yet, or the index was
/// deleted, it is brought up to date first, unless another process is writing: then the ledger
/// is seen as of the last block that the index reaches.
#[derive(Debug)]
pub struct Ledger {
    dir: PathBuf,
    chain: BitcoinNetwork,
    pub(super) rows: Rows,
    pub(super) columns: Columns,
    pub(super) index: Index,
    counts: Counts,
    tip: u32,
    /// The numbers behind the last run of each directory, sorted when first looked for.
    transactions_behind: OnceLock<Run>,
    addresses_behind: OnceLock<Run>,
}

impl Ledger {
    /// Opens the ledger in a folder.
    ///
    /// # Errors
    /// When the folder is no ledger, holds no block, is of a newer format, lacks a file or
    /// holds one that is shorter than its rows say; when its index is missing and cannot be
    /// made; when the system refuses. Damage inside the files is found by
    /// [`verify`](super::verify()).
    pub fn open(dir: &Path) -> Result<Self, LedgerError> {
        let folder = Folder::open(dir)?;
        folder.network()?;
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
            chain: folder.network()?,
            dir: folder.dir,
            columns: Columns::read(dir, &last.counts)?,
            index: Index::read(dir, stamp, &last.counts)?,
            counts: last.counts,
            tip,
            rows,
            transactions_behind: OnceLock::new(),
            addresses_behind: OnceLock::new(),
        })
    }

    /// The ledger's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Which chain the ledger holds.
    pub fn chain(&self) -> BitcoinNetwork {
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
    /// Cost: the rows are looked through for the block, from the last one on.
    ///
    /// # Errors
    /// When the ledger holds no such block; when a row of a block is damaged.
    pub fn view_at(&self, hash: BlockHash) -> Result<LedgerView<'_>, LedgerError> {
        let row = self.rows.find(hash).ok_or(LedgerError::NoSuchBlock(hash))?;
        LedgerView::new(self, row)
    }

    /// The last blocks of all branches, the one that counts first, the others by arrival.
    ///
    /// # Errors
    /// When a row of a block is damaged.
    pub fn tips(&self) -> Result<Vec<BlockRef>, LedgerError> {
        let count = self.rows.count()?;
        let mut is_built_on = vec![false; count as usize];
        for row in 0..count {
            let parent = self.rows.checked(row)?.parent;
            if let Some(is_built_on) = is_built_on.get_mut(parent as usize) {
                *is_built_on = true;
            }
        }
        let ends = (0..count).zip(is_built_on);
        let ends = ends.filter(|(row, is_built_on)| !is_built_on && *row != self.tip);
        std::iter::once(self.tip)
            .chain(ends.map(|(row, _)| row))
            .map(|row| self.rows.checked(row).map(|row| row.at))
            .collect()
    }

    pub(super) fn branch(&self, tip: u32) -> Result<Branch, LedgerError> {
        Branch::to(&self.rows, tip)
    }

    /// The transactions with a hash, the last to arrive first.
    pub(super) fn transactions_named<'a>(
        &'a self,
        txid: &'a Txid,
    ) -> impl Iterator<Item = u64> + 'a {
        let behind = self.transactions_behind.get_or_init(|| {
            let first = first_behind(&self.index.transactions, self.counts.transactions);
            let entries = self.columns.txid.entries().iter();
            let skipped = usize::try_from(first).unwrap_or(usize::MAX);
            Run::of(first, entries.skip(skipped).map(txid_hash))
        });
        let hash = txid_hash(&txid.0);
        let mut behind: Vec<u64> = behind.candidates(hash).collect();
        behind.reverse();
        behind
            .into_iter()
            .chain(self.index.transactions.candidates(hash))
            .filter(|tx| self.columns.txid.get(*tx) == Some(txid.0))
    }

    /// Which scripts have no number, in one pass over all that have one.
    pub(super) fn script_filter(&self) -> ScriptFilter {
        let numbers = 0..u32::try_from(self.counts.addresses).unwrap_or(u32::MAX);
        let scripts = numbers.map(|number| self.columns.script_of(number).unwrap_or_default());
        ScriptFilter::of(self.counts.addresses, scripts.map(script_hash))
    }

    /// The number of a script that has this [`script_hash`].
    pub(super) fn address_of(&self, script: &[u8], hash: u64) -> Option<u32> {
        let behind = self.addresses_behind.get_or_init(|| {
            let first = first_behind(&self.index.scripts, self.counts.addresses);
            let numbers = first..self.counts.addresses;
            let scripts = numbers.map(|number| {
                let number = u32::try_from(number).ok();
                let script = number.and_then(|number| self.columns.script_of(number));
                script_hash(script.unwrap_or_default())
            });
            Run::of(first, scripts)
        });
        behind
            .candidates(hash)
            .chain(self.index.scripts.candidates(hash))
            .filter_map(|number| u32::try_from(number).ok())
            .find(|number| self.columns.script_of(*number) == Some(script))
    }
}

/// The first number that is not in a run. A writer may have made runs that hold more.
fn first_behind(directory: &Directory, count: u64) -> u64 {
    directory.covered().min(count)
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
    let index = Index::read(dir, stamp.clone(), &counts);
    Ok(index
        .is_ok_and(|index| index.is_whole(&counts))
        .then_some(stamp))
}
