//! One block onto the end of the columns.

use super::super::columns::{flag, small};
use super::super::row::Row;
use super::{WAITING_BYTES_MAX, Writer};
use crate::ledger::LedgerError;
use crate::ledger::column::AnyColumn;
use crate::ledger::number::{NONE, entry, to_40};
use crate::model::account::{B256, Block, Log, Outcome, Transaction, Transfer};

impl Writer {
    /// Adds a block and makes it the tip. A block that is held already becomes the tip, and
    /// nothing is added.
    ///
    /// The first block of a ledger may be any. A later one is built on a block held; where
    /// that is not the tip, this is a reorganisation, and the branch left stays.
    ///
    /// Cost: a look-up in memory for each account and asset named.
    ///
    /// # Errors
    /// When the block is not linked to one held or not one higher, or holds more than the
    /// numbers of this format can name. After an error in the middle of a block nothing can be
    /// appended until the ledger is opened again.
    pub fn append(&mut self, block: &Block) -> Result<(), LedgerError> {
        if self.is_half_way {
            return Err(LedgerError::HalfWay);
        }
        if let Some(row) = self.row_of(block.at.hash) {
            self.tip = Some(row);
            return Ok(());
        }
        let parent = self.parent_of(block)?;
        self.is_half_way = true;
        if let Err(error) = self.add(block, parent) {
            for column in self.columns.all_mut() {
                column.drop_unsealed();
            }
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
        match self.row_of(block.parent) {
            Some(parent) => {
                let height = self.row(parent)?.at.height.checked_add(1);
                (height == Some(block.at.height))
                    .then_some(Some(parent))
                    .ok_or(LedgerError::Misnamed { block: block.at })
            }
            None if self.rows.count()? == 0 => Ok(None),
            None => Err(LedgerError::NotLinked {
                block: block.at,
                previous: block.parent,
            }),
        }
    }

    fn add(&mut self, block: &Block, parent: Option<u32>) -> Result<(), LedgerError> {
        let row = self.rows.count()?;
        for transaction in &block.transactions {
            self.add_transaction(transaction, row)?;
        }
        if !block.after.is_empty() {
            self.add_after(&block.after, row)?;
        }
        let fee_recipient = self.account(&block.fee_recipient)?;
        let run_start = match parent {
            Some(parent) if parent + 1 == row => self.row(parent)?.run_start,
            _ => row,
        };
        self.rows.push(&Row {
            at: block.at,
            previous: block.parent,
            time: block.time,
            fee_recipient,
            inner_calls: block.inner_calls,
            checks: block.checks,
            parent: parent.unwrap_or(NONE),
            run_start,
            counts: self.columns.counts(),
            crcs: self.columns.all_mut().map(AnyColumn::seal),
        });
        self.name_row(block.at.hash, row);
        self.tip = Some(row);
        Ok(())
    }

    fn add_transaction(&mut self, transaction: &Transaction, row: u32) -> Result<(), LedgerError> {
        let sender = self.account(&transaction.from)?.to_le_bytes();
        let callee = self.account_or_none(transaction.to.as_ref())?;
        let gas_price = small(&transaction.gas_price).ok_or(LedgerError::Full {
            what: "wei of a gas price",
        })?;
        let mut flags = match transaction.outcome {
            Outcome::Succeeded => 0,
            Outcome::Failed => 1,
            Outcome::Unknown => 2,
        };
        if transaction.selector.is_some() {
            flags |= flag::SELECTOR;
        }
        let selector = transaction.selector.unwrap_or_default();
        let tx = to_40(self.columns.hash.count(), "transactions")?;
        let own = transaction.created.as_ref().map(|c| (c, &transaction.from));
        if own.is_some() {
            flags |= flag::CREATED;
        }
        let creations = transaction
            .creations
            .iter()
            .map(|(contract, by)| (contract, by));
        for (contract, creator) in own.into_iter().chain(creations) {
            let contract = self.account(contract)?.to_le_bytes();
            let creator = self.account(creator)?.to_le_bytes();
            let creation = entry(&[&contract, &creator, &tx]);
            self.columns.creation.push(creation);
        }
        for event in &transaction.logs {
            self.add_event(event)?;
        }
        self.add_transfers(&transaction.transfers, tx)?;
        let columns = &mut self.columns;
        columns.hash.push(transaction.hash.0);
        columns.sender.push(sender);
        columns.callee.push(callee);
        columns.nonce.push(transaction.nonce.to_le_bytes());
        columns.gas_price.push(gas_price);
        columns.method.push(entry(&[&selector, &[flags]]));
        self.end_transaction(row)
    }

    /// What moved after the last transaction, as an entry like that of a transaction.
    fn add_after(&mut self, transfers: &[Transfer], row: u32) -> Result<(), LedgerError> {
        let tx = to_40(self.columns.hash.count(), "transactions")?;
        self.add_transfers(transfers, tx)?;
        let columns = &mut self.columns;
        columns.hash.push(B256::ZERO.0);
        columns.sender.push(NONE.to_le_bytes());
        columns.callee.push(NONE.to_le_bytes());
        columns.nonce.push([0; 8]);
        columns.gas_price.push([0; 12]);
        columns.method.push([0, 0, 0, 0, flag::AFTER]);
        self.end_transaction(row)
    }

    fn end_transaction(&mut self, row: u32) -> Result<(), LedgerError> {
        let columns = &mut self.columns;
        columns.block.push(row.to_le_bytes());
        let transfers_end = to_40(columns.kind.count(), "transfers")?;
        columns.transfers_end.push(transfers_end);
        let events_end = to_40(columns.event_end.count(), "events")?;
        columns.events_end.push(events_end);
        Ok(())
    }

    fn add_transfers(&mut self, transfers: &[Transfer], tx: [u8; 5]) -> Result<(), LedgerError> {
        for transfer in transfers {
            let from = self.account_or_none(transfer.from.as_ref())?;
            let to = self.account_or_none(transfer.to.as_ref())?;
            let asset = self.asset(&transfer.asset)?.to_le_bytes();
            let amount = self.amount(&transfer.amount)?;
            let columns = &mut self.columns;
            columns.kind.push([kind_number(transfer)]);
            columns.from.push(from);
            columns.to.push(to);
            columns.asset_of.push(asset);
            columns.amount.push(amount);
            columns.transaction.push(tx);
        }
        Ok(())
    }

    fn add_event(&mut self, event: &Log) -> Result<(), LedgerError> {
        let contract = self.account(&event.address)?.to_le_bytes();
        let topics = u8::try_from(event.topics.len()).map_err(|_| LedgerError::Full {
            what: "topics of an event",
        })?;
        let columns = &mut self.columns;
        columns.event_bytes.extend(&[topics]);
        for topic in &event.topics {
            columns.event_bytes.extend(topic.as_slice());
        }
        columns.event_bytes.extend(&event.data);
        let end = to_40(columns.event_bytes.count(), "event bytes")?;
        columns.event_end.push(end);
        columns.event_contract.push(contract);
        Ok(())
    }
}

/// The kind's place among all kinds, from 1.
fn kind_number(transfer: &Transfer) -> u8 {
    // Fieldless variants in the order in which `TransferKind::ALL` lists them.
    transfer.kind as u8 + 1
}
