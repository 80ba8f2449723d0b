//! The files of a ledger as they are put right at every start.

use std::path::Path;

use super::LedgerError;
use super::column::AnyColumn;
use super::columns::Columns;
use super::disk::Disk;
use super::index::Index;
use super::row::Rows;
use super::tips::Tips;

/// All files, with nothing beyond the last whole row and an index that reaches it.
pub(crate) struct Recovered {
    pub(crate) rows: Rows,
    pub(crate) columns: Columns,
    pub(crate) tips: Tips,
    pub(crate) index: Index,
}

impl Recovered {
    /// Cuts off what was never acknowledged, makes durable what is there and brings the index
    /// up to it. The folder must be locked.
    pub(crate) fn open(dir: &Path, disk: &Disk) -> Result<Self, LedgerError> {
        let rows = Rows::read(dir, None)?;
        let indexed = Index::reach(dir, &rows).map_or(0, |stamp| stamp.rows);
        let mut rows = Rows::resume(dir, indexed, disk)?;
        let count = rows.count()?;
        let last = match count.checked_sub(1) {
            Some(last) => Some(rows.checked(last)?),
            None => None,
        };
        let mut columns = Columns::resume(dir, last.as_ref(), disk)?;
        let tips = Tips::resume(dir, disk)?;
        if count > indexed {
            columns.all_mut().into_iter().for_each(AnyColumn::distrust);
            columns.sync(disk)?;
            rows.make_durable(disk)?;
        }
        let mut index = Index::resume(dir, &rows, disk)?;
        index.advance(&rows, &columns, count, disk)?;
        index.stamp(disk)?;
        Ok(Self {
            rows,
            columns,
            tips,
            index,
        })
    }
}
