//! One block onto the end of the columns.

use super::super::address_table::script_hash;
use super::super::column::AnyColumn;
use super::super::columns::flag;
use super::super::index::link_of;
use super::super::number::{EXTERNAL, GROUP, NONE, below_external, entry, to_40};
use super::super::row::Row;
use super::ahead::{TOGETHER, script_hashes};
use super::{LedgerError, WAITING_BYTES_MAX, Writer};
use crate::model::{
    Address, Block, BlockRef, Input, KeyHash, OutPoint, Output, ScriptKind, Transaction,
};

/// The column's entry for a script form that is not known.
const KIND_UNKNOWN: u8 = 0;

impl Writer {
    /// Adds a block and makes it the tip. A block that is held already becomes the tip, and
    /// nothing is added.
    ///
    /// The first block of a ledger may be any. A later one is built on a block held; where
    /// that is not the tip, this is a reorganisation: the branch left stays, and what it spent
    /// is unspent again on this one. Where a spent output is held, what the source told of it
    /// is not looked at.
    ///
    /// Cost: a few look-ups in memory for each input and output, and the undoing of the blocks
    /// left behind.
    ///
    /// # Errors
    /// When the block is not linked to one held, is not what its header says, spends what is
    /// not unspent, or holds something without outputs. After an error in the middle of a
    /// block nothing can be appended until the ledger is opened again.
    pub fn append(&mut self, block: &Block) -> Result<(), LedgerError> {
        if self.is_half_way {
            return Err(LedgerError::HalfWay);
        }
        if let Some(row) = self.row_of(block.at.hash) {
            return self.move_to(row);
        }
        let parent = self.parent_of(block)?;
        let tip = self.tip;
        if let Some(parent) = parent {
            self.move_to(parent)?;
        }
        self.is_half_way = true;
        if let Err(error) = self.add(block, parent) {
            for column in self.columns.all_mut() {
                column.drop_unsealed();
            }
            self.tip = tip;
            return Err(error);
        }
        self.is_half_way = false;
        let columns = self.columns.all();
        if columns.iter().map(|column| column.waiting()).sum::<usize>() >= WAITING_BYTES_MAX {
            self.write_columns()?;
        }
        Ok(())
    }

    /// The row of the block that a block is built on; `None` for the first of the ledger.
    fn parent_of(&self, block: &Block) -> Result<Option<u32>, LedgerError> {
        let misnamed = LedgerError::Misnamed { block: block.at };
        if block.header.hash() != block.at.hash {
            return Err(misnamed);
        }
        if block.transactions.is_empty() {
            return Err(LedgerError::NoOutputs { block: block.at });
        }
        let previous = block.header.previous();
        match self.row_of(previous) {
            Some(parent) => {
                let height = self.row(parent)?.at.height.checked_add(1);
                (height == Some(block.at.height))
                    .then_some(Some(parent))
                    .ok_or(misnamed)
            }
            None if self.rows.count()? == 0 => Ok(None),
            None => Err(LedgerError::NotLinked {
                block: block.at,
                previous,
            }),
        }
    }

    fn add(&mut self, block: &Block, parent: Option<u32>) -> Result<(), LedgerError> {
        let row = self.rows.count()?;
        self.first_height.get_or_insert(block.at.height);
        for transactions in block.transactions.chunks(TOGETHER) {
            let hashes = script_hashes(transactions);
            self.look_ahead(transactions, &hashes);
            let mut hashes = hashes.into_iter();
            for transaction in transactions {
                self.add_transaction(transaction, &mut hashes, block.at, row)?;
            }
        }
        let run_start = match parent {
            Some(parent) if parent + 1 == row => self.row(parent)?.run_start,
            _ => row,
        };
        self.rows.push(&Row {
            at: block.at,
            header: block.header,
            parent: parent.unwrap_or(NONE),
            run_start,
            counts: self.columns.counts(),
            crcs: self.columns.all_mut().map(AnyColumn::seal),
        });
        self.name_row(block.at.hash, row);
        self.tip = Some(row);
        Ok(())
    }

    fn add_transaction(
        &mut self,
        transaction: &Transaction<Address, OutPoint>,
        hashes: &mut impl Iterator<Item = Option<u64>>,
        block: BlockRef,
        row: u32,
    ) -> Result<(), LedgerError> {
        if transaction.outputs.is_empty() {
            return Err(LedgerError::NoOutputs { block });
        }
        let tx = below_external(self.columns.txid.count(), "transactions")?;
        self.columns.txid.push(transaction.txid.0);
        self.columns.version.push(transaction.version.to_le_bytes());
        let weight = transaction.weight.unwrap_or(u32::MAX);
        self.columns.weight.push(weight.to_le_bytes());
        let lock_time = transaction.lock_time.to_le_bytes();
        self.columns.lock_time.push(lock_time);
        self.columns.block.push(row.to_le_bytes());
        let end = self.columns.value.count() + transaction.outputs.len() as u64;
        let end = to_40(below_external(end, "outputs")?, "outputs")?;
        self.columns.outputs_end.push(end);
        for input in &transaction.inputs {
            self.add_input(input, tx)?.ok_or(LedgerError::NotUnspent {
                block,
                txid: transaction.txid,
                outpoint: input.spends,
            })?;
        }
        let inputs_end = to_40(self.columns.spends.count(), "inputs")?;
        self.columns.inputs_end.push(inputs_end);
        for ((vout, output), hash) in (0..).zip(&transaction.outputs).zip(hashes) {
            let outpoint = OutPoint {
                txid: transaction.txid,
                vout,
            };
            self.add_output(output, hash, tx, &outpoint)?;
        }
        Ok(())
    }

    /// Adds an input. `None` where it spends what it cannot.
    fn add_input(
        &mut self,
        input: &Input<Address, OutPoint>,
        tx: u64,
    ) -> Result<Option<()>, LedgerError> {
        let columns = &self.columns;
        let OutPoint { txid, vout } = input.spends;
        let is = |tx| columns.txid.get(tx) == Some(txid.0);
        let found = self.unspent.remove(&input.spends, is);
        let spent = match found.and_then(|tx| columns.output_of(tx, vout)) {
            Some(output) => output,
            // The whole chain is held, so there is nothing outside.
            None if self.first_height == Some(0) => return Ok(None),
            None => self.add_external(input, tx)?,
        };
        let number = to_40(self.columns.spends.count(), "inputs")?;
        self.columns.spends.push(to_40(spent, "outputs")?);
        let common = flag::SEQUENCES.into_iter().zip(0_u8..);
        let common = common
            .into_iter()
            .find(|(known, _)| *known == input.sequence);
        let mut flags = common.map_or(3, |(_, number)| number) << flag::SEQUENCE_SHIFT;
        if common.is_none() {
            let sequence = input.sequence.to_le_bytes();
            self.columns.sequence.push(entry(&[&number, &sequence]));
        }
        if input.has_witness {
            flags |= flag::WITNESS;
        }
        if let Some(revealed) = input
            .reveals
            .filter(|key| self.is_revealed(*key, input, spent))
        {
            flags |= flag::REVEALS;
            self.columns.reveal.push(entry(&[&number, &revealed.0]));
        }
        self.columns.flags.push([flags]);
        Ok(Some(()))
    }

    /// Whether spending an output can have revealed a key. Where the source did not know the
    /// output, the form of the input was all it had to go by; the ledger knows better, and its
    /// bytes must not depend on what the source knew. That the key of a P2PKH fits its hash is
    /// what makes the input valid.
    fn is_revealed(&self, key: KeyHash, input: &Input<Address, OutPoint>, spent: u64) -> bool {
        if input.prevout.is_some() || spent & EXTERNAL != 0 {
            return true;
        }
        let output = self.columns.output(spent);
        let script = output
            .as_ref()
            .and_then(|output| self.columns.script_of(output.address?.0));
        match output.as_ref().map(|output| output.kind) {
            Some(ScriptKind::P2pkh) => true,
            Some(ScriptKind::P2sh) => {
                let [.., wrapped] = key.addresses();
                script == Some(wrapped.script())
            }
            _ => false,
        }
    }

    fn add_external(
        &mut self,
        input: &Input<Address, OutPoint>,
        tx: u64,
    ) -> Result<u64, LedgerError> {
        let number = below_external(self.columns.external.count(), "external outputs")?;
        let (mut value, mut kind, mut address) = (0_u64, KIND_UNKNOWN, NONE);
        if let Some(output) = &input.prevout {
            (value, kind) = (output.value_sat, output.kind as u8);
            if let Some(known) = &output.address {
                address = self.number_of(known, script_hash(known.script()), None)?;
            }
        }
        self.columns.external.push(entry(&[
            &input.spends.txid.0,
            &input.spends.vout.to_le_bytes(),
            &value.to_le_bytes(),
            &address.to_le_bytes(),
            &[kind],
            &to_40(tx, "transactions")?,
        ]));
        Ok(number | EXTERNAL)
    }

    fn add_output(
        &mut self,
        output: &Output<Address>,
        hash: Option<u64>,
        tx: u64,
        outpoint: &OutPoint,
    ) -> Result<(), LedgerError> {
        let number = self.columns.value.count();
        if number.is_multiple_of(GROUP) {
            self.columns.creator.push(to_40(tx, "transactions")?);
        }
        let (mut address, mut previous) = (NONE, 0);
        if let (Some(known), Some(hash)) = (&output.address, hash) {
            address = self.number_of(known, hash, Some(number))?;
            let link = link_of(number)?;
            let index = &self.index;
            previous = self
                .receipts
                .replace(address, link, || index.last_receipt(address));
        }
        self.columns.value.push(output.value_sat.to_le_bytes());
        self.columns.kind.push([output.kind as u8]);
        self.columns.address.push(address.to_le_bytes());
        self.columns.previous.push(previous.to_le_bytes());
        if output.kind != ScriptKind::Unspendable {
            let columns = &self.columns;
            let is = |other| columns.txid.get(other) == Some(outpoint.txid.0);
            let before = self.unspent.insert(outpoint, tx, is);
            if let Some(before) = before.and_then(|tx| columns.output_of(tx, outpoint.vout)) {
                let names = (to_40(number, "outputs")?, to_40(before, "outputs")?);
                self.columns.replaced.push(entry(&[&names.0, &names.1]));
            }
        }
        Ok(())
    }

    /// The number of an address, which is a new one where it was never met. `output` is the
    /// output being added that pays to it.
    /// `hash` is that of its script.
    fn number_of(
        &mut self,
        address: &Address,
        hash: u64,
        output: Option<u64>,
    ) -> Result<u32, LedgerError> {
        let script = address.script();
        let columns = &self.columns;
        let is = |number| columns.script_of(number) == Some(script);
        if let Some(number) = self.addresses.find(hash, is) {
            return Ok(number);
        }
        let what = "addresses";
        let number = u32::try_from(self.columns.script_end.count());
        let number = number
            .ok()
            .filter(|number| *number < NONE)
            .ok_or(LedgerError::Full { what })?;
        self.columns.script.extend(script);
        let end = to_40(self.columns.script.count(), "script bytes")?;
        self.columns.script_end.push(end);
        let first = output.map_or(Ok([0xff; 5]), |output| to_40(output, "outputs"))?;
        self.columns.first.push(first);
        if self.addresses.is_full() {
            self.refill_addresses();
        } else {
            self.addresses.insert(hash, number);
        }
        Ok(number)
    }
}
