//! All columns of a ledger of accounts, and what their entries mean together.

use std::ops::Range;
use std::path::Path;

use super::row::{Counts, Row, Rows};
use crate::ledger::LedgerError;
use crate::ledger::column::{AnyColumn, Column};
use crate::ledger::column_set::columns;
use crate::ledger::disk::Disk;
use crate::ledger::number::{NONE, entry, from_40};
use crate::model::account::{Address, Asset, B256, Log, Outcome, Transfer, TransferKind, U256};

columns! {
    /// The transaction's hash. All zeros in the entry behind a block's transactions that holds
    /// what moved after them.
    hash: "transaction.hash", 32 bytes, |c| c.transactions;
    /// The account that signed it.
    sender: "transaction.from", 4 bytes, |c| c.transactions;
    /// The account called; all ones for none.
    callee: "transaction.to", 4 bytes, |c| c.transactions;
    nonce: "transaction.nonce", 8 bytes, |c| c.transactions;
    /// Wei for a unit of gas.
    gas_price: "transaction.gas_price", 12 bytes, |c| c.transactions;
    /// The selector and, in the last byte, flags.
    method: "transaction.method", 5 bytes, |c| c.transactions;
    /// The row of the block.
    block: "transaction.block", 4 bytes, |c| c.transactions;
    transfers_end: "transaction.transfers_end", 5 bytes, |c| c.transactions;
    events_end: "transaction.events_end", 5 bytes, |c| c.transactions;
    kind: "transfer.kind", 1 bytes, |c| c.transfers;
    /// The account that had it; all ones for none.
    from: "transfer.from", 4 bytes, |c| c.transfers;
    /// The account that got it; all ones for none.
    to: "transfer.to", 4 bytes, |c| c.transfers;
    asset_of: "transfer.asset", 4 bytes, |c| c.transfers;
    /// All ones where it does not fit, and `transfer.large` says it.
    amount: "transfer.amount", 12 bytes, |c| c.transfers;
    transaction: "transfer.transaction", 5 bytes, |c| c.transfers;
    /// A transfer and its amount.
    large: "transfer.large", 37 bytes, |c| c.larges;
    /// The account that said it.
    event_contract: "event.contract", 4 bytes, |c| c.events;
    /// The number of the first byte in `event.bytes` behind its own.
    event_end: "event.end", 5 bytes, |c| c.events;
    /// How many topics there are, the topics, the data.
    event_bytes: "event.bytes", 1 bytes, |c| c.event_bytes;
    /// A contract, the account that created it, and the transaction.
    creation: "creation", 13 bytes, |c| c.creations;
    address: "account.address", 20 bytes, |c| c.accounts;
    /// Its form, the account of its contract and its id.
    asset: "asset", 37 bytes, |c| c.assets;
}

/// Bits of the last byte of `transaction.method`.
pub(super) mod flag {
    /// Two bits that say how it ended.
    pub(in super::super) const OUTCOME: u8 = 3;
    /// The input has a selector.
    pub(in super::super) const SELECTOR: u8 = 4;
    /// The first of its creations is its own.
    pub(in super::super) const CREATED: u8 = 16;
    /// No transaction, but what moved after the last one of a block.
    pub(in super::super) const AFTER: u8 = 8;
}

/// An amount that is in `transfer.large`.
const LARGE: [u8; 12] = [0xff; 12];

/// A transfer with its accounts and its asset by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NumberedTransfer {
    pub(super) kind: TransferKind,
    pub(super) from: Option<u32>,
    pub(super) to: Option<u32>,
    pub(super) asset: u32,
    pub(super) amount: U256,
}

impl Columns {
    /// The transfers of a transaction.
    pub(super) fn transfers_of(&self, tx: u64) -> Option<Range<u64>> {
        span(&self.transfers_end, tx)
    }

    /// The events of a transaction that are kept.
    pub(super) fn events_of(&self, tx: u64) -> Option<Range<u64>> {
        span(&self.events_end, tx)
    }

    /// A transfer. `larges` are the entries of `transfer.large` among which its amount is.
    pub(super) fn transfer(&self, number: u64, larges: Range<u64>) -> Option<NumberedTransfer> {
        let amount = match self.amount.get(number)? {
            LARGE => self.large_amount(number, larges)?,
            small => U256::from_le_slice(&small),
        };
        Some(NumberedTransfer {
            kind: kind_of(self.kind.get(number)?)?,
            from: account_of(self.from.get(number)?),
            to: account_of(self.to.get(number)?),
            asset: u32::from_le_bytes(self.asset_of.get(number)?),
            amount,
        })
    }

    /// Transfers with their accounts and assets by name. `larges` as for [`Columns::transfer`].
    pub(super) fn named(&self, numbers: Range<u64>, larges: &Range<u64>) -> Option<Vec<Transfer>> {
        let account = |number: Option<u32>| match number {
            Some(number) => self.address_of(number).map(Some),
            None => Some(None),
        };
        let transfer = |number| {
            let stored = self.transfer(number, larges.clone())?;
            Some(Transfer {
                kind: stored.kind,
                asset: self.asset(stored.asset)?,
                from: account(stored.from)?,
                to: account(stored.to)?,
                amount: stored.amount,
            })
        };
        numbers.map(transfer).collect()
    }

    /// What accounts hold since the genesis block; none where that is not the first block held or
    /// was added without it.
    pub(super) fn allocation(&self, rows: &Rows) -> Vec<Transfer> {
        let first = rows.get(0).filter(|row| row.at.height == 0);
        let counts = first.map(|row| row.counts).unwrap_or_default();
        let held = self.named(0..counts.transfers, &(0..counts.larges));
        let mut held = held.unwrap_or_default();
        held.retain(|transfer| transfer.kind == TransferKind::Allocation);
        held
    }

    fn large_amount(&self, number: u64, among: Range<u64>) -> Option<U256> {
        let (mut low, mut high) = (among.start, among.end.min(self.large.count()));
        while low < high {
            let middle = low + (high - low) / 2;
            let bytes = self.large.get(middle)?;
            let (of, amount) = bytes.split_first_chunk::<5>()?;
            match from_40(*of).cmp(&number) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(U256::from_le_slice(amount)),
            }
        }
        None
    }

    /// The address of an account.
    pub(super) fn address_of(&self, account: u32) -> Option<Address> {
        self.address.get(u64::from(account)).map(Address::from)
    }

    /// What an asset is.
    pub(super) fn asset(&self, number: u32) -> Option<Asset> {
        let bytes = self.asset.get(u64::from(number))?;
        let ([form], rest) = bytes.split_first_chunk::<1>()?;
        let (contract, id) = rest.split_first_chunk::<4>()?;
        let contract = u32::from_le_bytes(*contract);
        match form {
            0 => Some(Asset::Native),
            1 => Some(Asset::Token(self.address_of(contract)?)),
            2 => Some(Asset::Item(
                self.address_of(contract)?,
                U256::from_le_slice(id),
            )),
            _ => None,
        }
    }

    /// An event, as it was said.
    pub(super) fn event(&self, number: u64) -> Option<Log> {
        let bytes = span(&self.event_end, number)?;
        let bytes = self.event_bytes.range(bytes.start, bytes.end)?;
        let ([topics], rest) = bytes.split_first_chunk::<1>()?;
        let (topics, data) = rest.split_at_checked(usize::from(*topics) * 32)?;
        let contract = u32::from_le_bytes(self.event_contract.get(number)?);
        Some(Log {
            address: self.address_of(contract)?,
            topics: topics.as_chunks().0.iter().map(B256::from).collect(),
            data: data.to_vec(),
        })
    }

    /// A contract, who created it, and in which transaction.
    pub(super) fn creation(&self, number: u64) -> Option<(u32, u32, u64)> {
        let bytes = self.creation.get(number)?;
        let (contract, rest) = bytes.split_first_chunk::<4>()?;
        let (creator, tx) = rest.split_first_chunk::<4>()?;
        Some((
            u32::from_le_bytes(*contract),
            u32::from_le_bytes(*creator),
            from_40(*tx.first_chunk()?),
        ))
    }

    /// Returns once all that was written is durable.
    pub(super) fn sync(&mut self, disk: &Disk) -> Result<(), LedgerError> {
        let mut all = self.all_mut().into_iter();
        all.try_for_each(|column| column.sync(disk))
    }

    /// How many entries there are.
    pub(super) fn counts(&self) -> Counts {
        Counts {
            transactions: self.hash.count(),
            transfers: self.kind.count(),
            larges: self.large.count(),
            events: self.event_end.count(),
            event_bytes: self.event_bytes.count(),
            creations: self.creation.count(),
            accounts: self.address.count(),
            assets: self.asset.count(),
        }
    }
}

/// An amount as `transfer.amount` holds it, or `None` where it does not fit there.
pub(super) fn small(amount: &U256) -> Option<[u8; 12]> {
    let bytes: [u8; 32] = amount.to_le_bytes();
    let (low, high) = bytes.split_first_chunk::<12>()?;
    (high.iter().all(|byte| *byte == 0) && *low != LARGE).then_some(*low)
}

/// What stands in `transfer.amount` for an amount that is in `transfer.large`.
pub(super) fn large(transfer: [u8; 5], amount: &U256) -> ([u8; 12], [u8; 37]) {
    (LARGE, entry(&[&transfer, &amount.to_le_bytes::<32>()]))
}

/// An asset as its column holds it, its contract by number.
pub(super) fn asset_entry(asset: &Asset, contract: u32) -> [u8; 37] {
    let (form, id) = match asset {
        Asset::Native => (0, U256::ZERO),
        Asset::Token(_) => (1, U256::ZERO),
        Asset::Item(_, id) => (2, *id),
    };
    entry(&[&[form], &contract.to_le_bytes(), &id.to_le_bytes::<32>()])
}

/// The outcome in the flags of a transaction.
pub(super) fn outcome_of(flags: u8) -> Option<Outcome> {
    match flags & flag::OUTCOME {
        0 => Some(Outcome::Succeeded),
        1 => Some(Outcome::Failed),
        2 => Some(Outcome::Unknown),
        _ => None,
    }
}

/// An account in a column's entry.
pub(super) fn account_of(bytes: [u8; 4]) -> Option<u32> {
    let number = u32::from_le_bytes(bytes);
    (number != NONE).then_some(number)
}

/// The kind in a column's entry.
pub(super) fn kind_of([number]: [u8; 1]) -> Option<TransferKind> {
    let first = usize::from(number.checked_sub(1)?);
    TransferKind::ALL.get(first).copied()
}

fn span(ends: &Column<5>, number: u64) -> Option<Range<u64>> {
    let end = from_40(ends.get(number)?);
    let start = match number.checked_sub(1) {
        Some(before) => from_40(ends.get(before)?),
        None => 0,
    };
    Some(start..end)
}
