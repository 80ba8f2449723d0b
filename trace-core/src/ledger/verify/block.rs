//! A block: its row, its checksums, its transactions.

use bitcoin::hashes::{Hash, HashEngine, sha256d};

use super::super::LedgerError;
use super::super::branch::Branch;
use super::super::columns::Columns;
use super::super::folder::BLOCKS;
use super::super::number::{GROUP, from_40, index};
use super::super::row::Row;
use super::{At, Check, NO_PARENT};

/// Satoshis that move in a block.
#[derive(Default)]
pub(super) struct Sums {
    created: u64,
    fees: u64,
    is_unknown: bool,
}

impl Check<'_> {
    pub(super) fn block(&mut self, row_number: u32) -> Result<(), LedgerError> {
        let rows = &self.ledger.rows;
        let row = rows.checked(row_number)?;
        let before = rows.before(row_number);
        self.row(row_number, &row)?;
        let at = At {
            row_number,
            before,
            branch: Branch::to(rows, row_number)?,
            row: &row,
        };
        self.checksums(&at)?;
        self.addresses(&at)?;
        self.sparse(&at)?;
        let mut sums = Sums::default();
        for tx in before.transactions..row.counts.transactions {
            self.transaction(&at, tx, &mut sums)?;
        }
        self.sums(&at, &sums)?;
        self.merkle_root(&at)?;
        self.done.blocks += 1;
        self.done.transactions = row.counts.transactions;
        self.done.inputs = row.counts.inputs;
        self.done.outputs = row.counts.outputs;
        self.done.addresses = row.counts.addresses;
        Ok(())
    }

    fn row(&self, number: u32, row: &Row) -> Result<(), LedgerError> {
        let rows = &self.ledger.rows;
        let wrong = |why: &str| Err(LedgerError::damaged(rows.path(), Some(row.at), why));
        if row.header.hash() != row.at.hash {
            return wrong("the header does not have the block's hash");
        }
        if !row.counts.continues(&rows.before(number)) {
            return wrong("something ends before it begins");
        }
        if number == 0 {
            return if row.parent == NO_PARENT && row.run_start == 0 {
                Ok(())
            } else {
                wrong("the first block is built on another")
            };
        }
        let parent = rows.get(row.parent).filter(|_| row.parent < number);
        let Some(parent) = parent else {
            return wrong("the block is built on one that came later");
        };
        if row.header.previous() != parent.at.hash
            || parent.at.height.checked_add(1) != Some(row.at.height)
        {
            return wrong("the block is not built on the one that its row says");
        }
        let run_start = if row.parent + 1 == number {
            parent.run_start
        } else {
            number
        };
        if row.run_start != run_start {
            return wrong("the run of blocks does not begin where the row says");
        }
        Ok(())
    }

    fn checksums(&mut self, at: &At<'_>) -> Result<(), LedgerError> {
        let from = Columns::lengths(&at.before).into_iter();
        let to = Columns::lengths(&at.row.counts).into_iter();
        let columns = self.columns.all();
        let wanted = at.row.crcs.iter().zip(columns).zip(from.zip(to));
        for (crc, ((wanted, column), (from, to))) in self.crcs.iter_mut().zip(wanted) {
            let width = column.width();
            let added = column.bytes().get(index(from * width)..index(to * width));
            crc.update(added.unwrap_or_default());
            if added.is_none() || crc.clone().finalize() != *wanted {
                let why = "the bytes do not have their checksum";
                return Err(LedgerError::damaged(column.path(), Some(at.row.at), why));
            }
        }
        Ok(())
    }

    fn transaction(&mut self, at: &At<'_>, tx: u64, sums: &mut Sums) -> Result<(), LedgerError> {
        let wrong = |file: &str, why: &str| Err(at.wrong(self.dir, file, why));
        let columns = self.columns;
        if columns.block.get(tx) != Some(at.row_number.to_le_bytes()) {
            return wrong("transaction.block", "a transaction is of another block");
        }
        let outputs = columns.outputs_of(tx).unwrap_or_default();
        let is_last = tx + 1 == at.row.counts.transactions;
        if outputs.is_empty() || outputs.end > at.row.counts.outputs {
            return wrong("transaction.outputs_end", "a transaction has no output");
        }
        if is_last && outputs.end != at.row.counts.outputs {
            return wrong("transaction.outputs_end", "an output is of no transaction");
        }
        let inputs = columns.inputs_of(tx).unwrap_or(u64::MAX..u64::MAX);
        if inputs.start > inputs.end || inputs.end > at.row.counts.inputs {
            return wrong("transaction.inputs_end", "inputs end before they begin");
        }
        if is_last && inputs.end != at.row.counts.inputs {
            return wrong("transaction.inputs_end", "an input is of no transaction");
        }
        let is_coinbase = inputs.is_empty();
        let mut spent = Some(0_u64);
        for input in inputs {
            let value = self.input(at, tx, input, outputs.start)?;
            spent = spent
                .zip(value)
                .and_then(|(sum, value)| sum.checked_add(value));
        }
        let mut created = 0_u64;
        for output in outputs {
            let value = self.output(at, tx, output)?;
            created = created.saturating_add(value);
        }
        match spent {
            _ if is_coinbase => sums.created = sums.created.saturating_add(created),
            None => sums.is_unknown = true,
            Some(spent) if spent < created => {
                return Err(at.wrong(self.dir, "output.value", "outputs exceed the inputs"));
            }
            Some(spent) => sums.fees = sums.fees.saturating_add(spent - created),
        }
        Ok(())
    }

    fn output(&mut self, at: &At<'_>, tx: u64, output: u64) -> Result<u64, LedgerError> {
        let columns = self.columns;
        if output.is_multiple_of(GROUP) {
            let creator = columns.creator.get(output / GROUP).map(from_40);
            if creator != Some(tx) {
                let why = "an output was created by another transaction";
                return Err(at.wrong(self.dir, "output.creator", why));
            }
        }
        let Some(told) = columns.output(output) else {
            let why = "an output has a script form that is not known";
            return Err(at.wrong(self.dir, "output.kind", why));
        };
        if told.kind.is_spendable() != told.address.is_some() {
            let why = "an output has no address, or one that nobody can have";
            return Err(at.wrong(self.dir, "output.address", why));
        }
        let previous = columns.previous.get(output).map(u32::from_le_bytes);
        self.receipt(at, output, &told, previous.unwrap_or_default())?;
        Ok(told.value_sat)
    }

    fn sums(&mut self, at: &At<'_>, sums: &Sums) -> Result<(), LedgerError> {
        if sums.is_unknown {
            self.done.blocks_without_sums += 1;
            return Ok(());
        }
        let subsidy = self.subsidy_sat(at.row.at.height);
        if sums.created > subsidy.saturating_add(sums.fees) {
            let why = "the block creates more than its subsidy and fees";
            return Err(at.wrong(self.dir, "output.value", why));
        }
        Ok(())
    }

    fn merkle_root(&self, at: &At<'_>) -> Result<(), LedgerError> {
        let txids = index(at.before.transactions)..index(at.row.counts.transactions);
        let txids = self.columns.txid.entries().get(txids);
        let mut level = txids.unwrap_or_default().to_vec();
        while level.len() > 1 {
            level = level
                .chunks(2)
                .filter_map(|pair| Some(hash_of_pair(pair.first()?, pair.last()?)))
                .collect();
        }
        if level.first() != Some(&at.row.header.merkle_root()) {
            let why = format!("the transactions do not hash to the merkle root in {BLOCKS}");
            return Err(at.wrong(self.dir, "transaction.txid", why));
        }
        Ok(())
    }
}

fn hash_of_pair(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    let mut engine = sha256d::Hash::engine();
    engine.input(left);
    engine.input(right);
    sha256d::Hash::from_engine(engine).to_byte_array()
}
