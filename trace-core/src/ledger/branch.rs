//! The blocks from the first one held to a tip.

use std::ops::Range;

use super::LedgerError;
use super::number::NONE;
use super::rows::{BlockRow, RowsOf};

/// A branch, as the runs of rows it is made of, in chain order. Rows are in the order of
/// arrival, so a branch that was never left is one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Branch {
    runs: Vec<Run>,
}

/// Rows of which each is built on the one before, and what they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) rows: Range<u32>,
    pub(crate) first_height: u32,
    pub(crate) transactions: Range<u64>,
    /// Of a ledger of accounts, the transfers.
    pub(crate) outputs: Range<u64>,
}

impl Branch {
    /// The branch that ends with a row.
    pub(crate) fn to<R: BlockRow<N>, const N: usize>(
        rows: &RowsOf<R, N>,
        tip: u32,
    ) -> Result<Self, LedgerError> {
        let mut runs = Vec::new();
        let mut next = tip;
        while next != NONE {
            let last = rows.checked(next)?;
            let start = rows.checked(last.run_start())?;
            let is_possible = last.run_start() <= next
                && (start.parent() == NONE || start.parent() < last.run_start())
                && start.at().height <= last.at().height;
            if !is_possible {
                let why = "the row's links lead nowhere";
                return Err(LedgerError::damaged(rows.path(), Some(last.at()), why));
            }
            runs.push(Run::new(rows, &start, &last, next));
            next = start.parent();
        }
        runs.reverse();
        Ok(Self { runs })
    }

    /// The runs, in chain order.
    pub(crate) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Whether a transaction is in a block of the branch.
    #[inline]
    pub(crate) fn has_transaction(&self, tx: u64) -> bool {
        match &self.runs[..] {
            [only] => only.transactions.contains(&tx),
            runs => holds(runs, &tx, |run| &run.transactions),
        }
    }

    /// Whether an output was created in a block of the branch.
    #[inline]
    pub(crate) fn has_output(&self, output: u64) -> bool {
        match &self.runs[..] {
            [only] => only.outputs.contains(&output),
            runs => holds(runs, &output, |run| &run.outputs),
        }
    }

    /// Whether a block's row is of the branch.
    pub(crate) fn has_row(&self, row: u32) -> bool {
        holds(&self.runs, &row, |run| &run.rows)
    }

    /// The row of the block at a height of the branch.
    pub(crate) fn row_at(&self, height: u32) -> Option<u32> {
        let behind = self.runs.partition_point(|run| run.first_height <= height);
        let run = self.runs.get(behind.checked_sub(1)?)?;
        let row = run.rows.start.checked_add(height - run.first_height)?;
        run.rows.contains(&row).then_some(row)
    }
}

impl Run {
    fn new<R: BlockRow<N>, const N: usize>(
        rows: &RowsOf<R, N>,
        start: &R,
        last: &R,
        last_row: u32,
    ) -> Self {
        let (first_transaction, first_output) = R::ends(&rows.before(last.run_start()));
        let (transactions_end, outputs_end) = R::ends(&last.counts());
        Self {
            rows: last.run_start()..last_row + 1,
            first_height: start.at().height,
            transactions: first_transaction..transactions_end,
            outputs: first_output..outputs_end,
        }
    }
}

fn holds<T: PartialOrd>(runs: &[Run], number: &T, range: impl Fn(&Run) -> &Range<T>) -> bool {
    let behind = runs.partition_point(|run| range(run).end <= *number);
    runs.get(behind)
        .is_some_and(|run| range(run).contains(number))
}
