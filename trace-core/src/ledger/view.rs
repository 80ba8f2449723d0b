//! A ledger as of one block.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::LedgerError;
use super::branch::Branch;
use super::columns::{address_of, flag};
use super::number::{EXTERNAL, from_40};
use super::reader::Ledger;
use super::row::Counts;
use super::script_filter::ScriptFilter;
use crate::model::{AddressId, BlockRef, Input, KeyHash, OutputId, TxNumber, Txid};
use crate::view::{NumberedTransaction, Outline, OutlinedInput, OutlinedOutput};

/// The chain as it stood at one block of a ledger.
///
/// Transactions, outputs and addresses are numbered in the order of arrival, so along the
/// branch they are in chain order. An output that lies before the first block of a partial
/// chain has a number of its own, for the one input that spends it. An address that was met
/// on a stale branch only has a number, and no receipts.
///
/// Of two transactions with one hash (possible before BIP 30) the later one is found by it;
/// the outputs of the earlier one stay unspent for ever.
#[derive(Clone, Debug)]
pub struct LedgerView<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) tip: BlockRef,
    pub(super) branch: Branch,
    /// Where everything ends with the tip.
    pub(super) counts: Counts,
    pub(super) first_height: u32,
    pub(super) filter: Option<Arc<ScriptFilter>>,
}

impl<'a> LedgerView<'a> {
    pub(super) fn new(ledger: &'a Ledger, tip: u32) -> Result<Self, LedgerError> {
        let row = ledger.rows.checked(tip)?;
        Ok(Self {
            tip: row.at,
            branch: ledger.branch(tip)?,
            counts: row.counts,
            first_height: ledger.rows.checked(0)?.at.height,
            filter: None,
            ledger,
        })
    }

    /// The same for a walk that asks for the numbers of many scripts of which most have none,
    /// as the search for equivalent scripts does: each such question then costs one look into
    /// memory instead of one into every part of the index.
    ///
    /// Cost: one pass over all scripts, about 0.1 µs each, and 1.6 bytes of memory an address.
    #[must_use]
    pub fn with_script_filter(self) -> Self {
        Self {
            filter: Some(Arc::new(self.ledger.script_filter())),
            ..self
        }
    }

    /// The folder of the ledger.
    pub fn dir(&self) -> &'a Path {
        self.ledger.dir()
    }

    /// The first block held: the genesis block unless the chain is a partial one.
    pub fn first_height(&self) -> u32 {
        self.first_height
    }

    /// The block at a height of this branch, or `None` where none is held.
    pub fn block_at(&self, height: u32) -> Option<BlockRef> {
        let row = self.branch.row_at(height)?;
        Some(self.ledger.rows.get(row)?.at)
    }

    /// The time that the miner of the block at a height wrote, in seconds since 1970.
    pub fn time_at(&self, height: u32) -> Option<u32> {
        let row = self.branch.row_at(height)?;
        Some(self.ledger.rows.get(row)?.header.time())
    }

    /// The transactions of the blocks from one height to another, both included, in chain
    /// order.
    pub fn transactions_between(
        &self,
        from_height: u32,
        to_height: u32,
    ) -> impl Iterator<Item = TxNumber> {
        let first = self.row_from(from_height);
        let last = self.branch.row_at(to_height.min(self.tip.height));
        let rows = &self.ledger.rows;
        let from = first.map_or(u64::MAX, |row| rows.before(row).transactions);
        let to = last.map_or(0, |row| rows.before(row + 1).transactions);
        self.branch
            .runs()
            .iter()
            .flat_map(move |run| run.transactions.start.max(from)..run.transactions.end.min(to))
            .map(TxNumber)
    }

    /// All transactions of the branch, in chain order.
    pub fn transaction_numbers(&self) -> impl Iterator<Item = TxNumber> {
        let runs = self.branch.runs().iter();
        runs.flat_map(|run| run.transactions.clone()).map(TxNumber)
    }

    /// The outputs created on the branch, in chain order, as stretches of numbers: what to
    /// take of [`LedgerView::values_sat`] and its like. One stretch unless there was a
    /// reorganisation.
    pub fn output_ranges(&self) -> impl Iterator<Item = Range<usize>> {
        let runs = self.branch.runs().iter();
        runs.map(|run| {
            super::number::index(run.outputs.start)..super::number::index(run.outputs.end)
        })
    }

    /// How many addresses have a number. All are below it.
    pub fn address_count(&self) -> u32 {
        u32::try_from(self.counts.addresses).unwrap_or(u32::MAX)
    }

    /// The value of every output held, in satoshis, little-endian, by output number.
    pub fn values_sat(&self) -> &'a [[u8; 8]] {
        self.ledger.columns.value.entries()
    }

    /// The script form of every output held, by output number.
    pub fn kinds(&self) -> &'a [[u8; 1]] {
        self.ledger.columns.kind.entries()
    }

    /// The address of every output held, little-endian, by output number; all ones for none.
    pub fn addresses(&self) -> &'a [[u8; 4]] {
        self.ledger.columns.address.entries()
    }

    /// The outputs that a transaction of the branch spends, in the order of its inputs.
    /// Cheaper than [`CoinView::transaction`](crate::view::CoinView::transaction).
    #[inline]
    pub fn spends(&self, tx: TxNumber) -> impl Iterator<Item = OutputId> {
        let columns = &self.ledger.columns;
        let inputs = columns.inputs_of(tx.0).unwrap_or_default();
        inputs.filter_map(|input| {
            columns
                .spends
                .get(input)
                .map(|spent| OutputId(from_40(spent)))
        })
    }

    /// The outputs that a transaction creates, as the first of their numbers and the one
    /// behind the last.
    #[inline]
    pub fn outputs_of(&self, tx: TxNumber) -> Range<u64> {
        self.ledger.columns.outputs_of(tx.0).unwrap_or_default()
    }

    /// The address of an output, where it is known.
    #[inline]
    pub fn address_of(&self, output: OutputId) -> Option<AddressId> {
        let columns = &self.ledger.columns;
        if output.0 & EXTERNAL != 0 {
            return columns.external_of(output.0)?.output?.address;
        }
        columns.address.get(output.0).and_then(address_of)
    }

    /// The lowest row of the branch that is not below a height.
    pub(super) fn row_from(&self, height: u32) -> Option<u32> {
        self.branch.row_at(height.max(self.first_height))
    }

    /// The spender of an output outside, if that is on this branch.
    pub(super) fn external_spender(&self, output: OutputId) -> Option<u64> {
        let spender = self.ledger.columns.external_of(output.0)?.spender;
        self.branch.has_transaction(spender).then_some(spender)
    }

    /// What the row of a transaction's block says: the row, and the counts before it.
    pub(super) fn block_of(&self, tx: u64) -> Option<(super::row::Row, Counts)> {
        let row = u32::from_le_bytes(self.ledger.columns.block.get(tx)?);
        Some((self.ledger.rows.get(row)?, self.ledger.rows.before(row)))
    }

    pub(super) fn fill(&self, tx: u64, into: &mut NumberedTransaction) -> Option<()> {
        let columns = &self.ledger.columns;
        into.txid = Txid(columns.txid.get(tx)?);
        into.version = i32::from_le_bytes(columns.version.get(tx)?);
        into.lock_time = u32::from_le_bytes(columns.lock_time.get(tx)?);
        let weight = u32::from_le_bytes(columns.weight.get(tx)?);
        into.weight = (weight != u32::MAX).then_some(weight);
        into.inputs.clear();
        for input in columns.inputs_of(tx)? {
            into.inputs.push(self.input(tx, input)?);
        }
        into.outputs.clear();
        for output in columns.outputs_of(tx)? {
            into.outputs.push(columns.output(output)?);
        }
        Some(())
    }

    pub(super) fn fill_outline(&self, tx: TxNumber, into: &mut Outline) -> Option<()> {
        let columns = &self.ledger.columns;
        into.inputs.clear();
        for input in columns.inputs_of(tx.0)? {
            let spends = from_40(columns.spends.get(input)?);
            // Whoever follows knows most of the values already, and they are far away.
            into.inputs.push(OutlinedInput {
                spends: OutputId(spends),
                value_sat: None,
            });
        }
        into.outputs.clear();
        for output in columns.outputs_of(tx.0)? {
            into.outputs.push(OutlinedOutput {
                id: OutputId(output),
                value_sat: u64::from_le_bytes(columns.value.get(output)?),
                address: address_of(columns.address.get(output)?),
            });
        }
        Some(())
    }

    #[inline]
    fn input(&self, tx: u64, input: u64) -> Option<Input<AddressId, OutputId>> {
        let columns = &self.ledger.columns;
        let spends = from_40(columns.spends.get(input)?);
        let [flags] = columns.flags.get(input)?;
        let prevout = if spends & EXTERNAL == 0 {
            Some(columns.output(spends)?)
        } else {
            columns.external_of(spends)?.output
        };
        let (sequence, reveals) = self.rare(tx, input, flags)?;
        Some(Input {
            spends: OutputId(spends),
            prevout,
            sequence,
            has_witness: flags & flag::WITNESS != 0,
            reveals,
        })
    }

    /// The sequence, and the key hash that most inputs do not reveal.
    #[inline]
    fn rare(&self, tx: u64, input: u64, flags: u8) -> Option<(u32, Option<KeyHash>)> {
        let columns = &self.ledger.columns;
        let has_reveal = flags & flag::REVEALS != 0;
        if !has_reveal && let Some(sequence) = columns.sequence_of(input, flags, 0..0) {
            return Some((sequence, None));
        }
        let (block, before) = self.block_of(tx)?;
        let among = before.sequences..block.counts.sequences;
        let sequence = columns.sequence_of(input, flags, among)?;
        let among = before.reveals..block.counts.reveals;
        let reveals = if has_reveal {
            columns.reveal_of(input, among)
        } else {
            None
        };
        Some((sequence, reveals))
    }

    /// Every output held that pays to an address, on whichever branch, the last first.
    pub(super) fn receipts_backwards(&self, address: u32) -> impl Iterator<Item = u64> {
        let columns = &self.ledger.columns;
        let link = self.ledger.index.last_receipt(address);
        let mut next = columns.receipt_in(address, link, u64::MAX);
        // A writer at work may have moved the link on to what this reader does not see: then
        // the column is looked through instead.
        let is_beyond = next.is_none() && link != 0;
        let scanned = is_beyond.then(|| {
            let entries = columns.address.entries();
            let wanted = address.to_le_bytes();
            let numbered = entries.iter().enumerate().rev();
            numbered.filter_map(move |(number, entry)| (*entry == wanted).then_some(number as u64))
        });
        let linked = std::iter::from_fn(move || {
            let output = next?;
            let link = columns.previous.get(output).map_or(0, u32::from_le_bytes);
            next = columns.receipt_in(address, link, output);
            Some(output)
        });
        linked.chain(scanned.into_iter().flatten())
    }
}
