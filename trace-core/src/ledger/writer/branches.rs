//! From one branch to another: what is unspent on it.

use super::super::branch::Branch;
use super::super::number::{EXTERNAL, from_40};
use super::{LedgerError, Writer};
use crate::model::{BlockHash, ScriptKind};

impl Writer {
    /// Makes a block that is held the tip, as when a node goes back to a shorter branch. Adds
    /// nothing but, with the next commit, a record that says so.
    ///
    /// # Errors
    /// When the ledger holds no such block.
    pub fn set_tip(&mut self, hash: BlockHash) -> Result<(), LedgerError> {
        if self.is_half_way {
            return Err(LedgerError::HalfWay);
        }
        let row = self.row_of(hash).ok_or(LedgerError::NoSuchBlock(hash))?;
        self.move_to(row)
    }

    /// Undoes blocks from the tip down to one that both branches share, and does those of the
    /// other branch from there up to `row`.
    pub(super) fn move_to(&mut self, row: u32) -> Result<(), LedgerError> {
        let Some(tip) = self.tip.filter(|tip| *tip != row) else {
            self.tip = Some(row);
            return Ok(());
        };
        let there = Branch::to(&self.rows, row)?;
        self.is_half_way = true;
        let mut shared = tip;
        while !there.has_row(shared) {
            self.undo(shared)?;
            shared = self.row(shared)?.parent;
        }
        let above = there.runs().iter().flat_map(|run| run.rows.clone());
        for row in above.skip_while(|row| *row <= shared) {
            self.redo(row)?;
        }
        self.tip = Some(row);
        self.is_half_way = false;
        Ok(())
    }

    /// Makes unspent what a block spent, and takes out what it created, last first.
    fn undo(&mut self, row: u32) -> Result<(), LedgerError> {
        let (from, to) = (self.rows.before(row), self.row(row)?.counts);
        for tx in (from.transactions..to.transactions).rev() {
            for output in self.columns.outputs_of(tx).unwrap_or_default().rev() {
                self.remove_unspent(output);
                for replaced in from.replaced..to.replaced {
                    if let Some((by, before)) = self.replaced(replaced)
                        && by == output
                    {
                        self.insert_unspent(before);
                    }
                }
            }
            for input in self.columns.inputs_of(tx).unwrap_or_default().rev() {
                if let Some(spent) = self.spent_by(input) {
                    self.insert_unspent(spent);
                }
            }
        }
        Ok(())
    }

    /// The other way round.
    fn redo(&mut self, row: u32) -> Result<(), LedgerError> {
        let (from, to) = (self.rows.before(row), self.row(row)?.counts);
        for tx in from.transactions..to.transactions {
            for input in self.columns.inputs_of(tx).unwrap_or_default() {
                if let Some(spent) = self.spent_by(input) {
                    self.remove_unspent(spent);
                }
            }
            for output in self.columns.outputs_of(tx).unwrap_or_default() {
                self.insert_unspent(output);
            }
        }
        Ok(())
    }

    /// The output that an input spends, unless that lies outside.
    fn spent_by(&self, input: u64) -> Option<u64> {
        let spent = from_40(self.columns.spends.get(input)?);
        (spent < EXTERNAL).then_some(spent)
    }

    /// Adds an output of the columns, if anybody can spend it.
    pub(super) fn insert_unspent(&mut self, output: u64) {
        let columns = &self.columns;
        if columns.kind.get(output) == Some([ScriptKind::Unspendable as u8]) {
            return;
        }
        if let (Some(tx), Some(outpoint)) = (columns.creator_of(output), columns.outpoint(output)) {
            let is = |other| columns.txid.get(other) == Some(outpoint.txid.0);
            self.unspent.insert(&outpoint, tx, is);
        }
    }

    fn remove_unspent(&mut self, output: u64) {
        let columns = &self.columns;
        if let (Some(tx), Some(outpoint)) = (columns.creator_of(output), columns.outpoint(output)) {
            self.unspent.remove(&outpoint, |other| other == tx);
        }
    }

    /// Whether nothing on a branch spends an output of it, by the index.
    pub(super) fn is_unspent(&self, branch: &Branch, output: u64) -> bool {
        let first = self.index.first_spender(&self.columns, output);
        let mut spenders = first.into_iter().chain(self.index.other_spenders(output));
        !spenders.any(|tx| branch.has_transaction(tx))
    }

    /// The outputs whose names went to later ones on a branch, ascending.
    pub(super) fn replaced_on(&self, branch: &Branch) -> Vec<u64> {
        let all = (0..self.columns.replaced.count()).filter_map(|number| self.replaced(number));
        let here = all.filter(|(by, _)| branch.has_output(*by));
        let mut gone: Vec<u64> = here.map(|(_, before)| before).collect();
        gone.sort_unstable();
        gone
    }

    fn replaced(&self, number: u64) -> Option<(u64, u64)> {
        let entry = self.columns.replaced.get(number)?;
        let [by, before] = entry.as_chunks::<5>().0 else {
            return None;
        };
        Some((from_40(*by), from_40(*before)))
    }
}
