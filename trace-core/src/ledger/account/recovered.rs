//! The files of a ledger of accounts as they are put right at every start.

use std::path::Path;

use super::columns::Columns;
use super::index::Index;
use super::row::Rows;
use crate::ledger::LedgerError;
use crate::ledger::column::AnyColumn;
use crate::ledger::disk::Disk;
use crate::ledger::tips::Tips;

/// All files, with nothing beyond the last whole row and an index that reaches it.
pub(super) struct Recovered {
    pub(super) rows: Rows,
    pub(super) columns: Columns,
    pub(super) tips: Tips,
    pub(super) index: Index,
}

impl Recovered {
    /// Cuts off what was never acknowledged, makes durable what is there and brings the index
    /// up to it. The folder must be locked.
    pub(super) fn open(dir: &Path, disk: &Disk) -> Result<Self, LedgerError> {
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
        index.advance(&columns, disk)?;
        index.stamp(&rows, disk)?;
        Ok(Self {
            rows,
            columns,
            tips,
            index,
        })
    }
}
