//! Reads a whole ledger of accounts and holds it to everything that must be true of it.

use std::path::Path;

use super::columns::{COLUMNS, Columns, account_of, flag, kind_of, outcome_of};
use super::index;
use super::reader::Ledger;
use super::row::{Counts, Row};
use crate::ledger::LedgerError;
use crate::ledger::address_table::{AddressTable, script_hash};
use crate::ledger::folder::Folder;
use crate::ledger::number::{self, NONE, from_40};
use crate::ledger::tips::Tips;
use crate::ledger::verify::directory;
use crate::model::account::{CheckCounts, Checks};

/// What a verification went through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Blocks, those of stale branches included.
    pub blocks: u32,
    /// Their transactions, and for each block that moved something behind them one more.
    pub transactions: u64,
    /// Their transfers.
    pub transfers: u64,
    /// Accounts met.
    pub accounts: u64,
    /// Assets met.
    pub assets: u64,
    /// Accounts of which it is held what they had at the genesis block.
    pub allocated: u64,
    /// What was held against the blocks' hashes when they were read.
    pub checks: CheckCounts,
}

/// Checks every checksum and every invariant of the ledger in a folder: that blocks are linked,
/// that every number is in range, that no account and no asset has two numbers, and that the
/// index says what the columns say.
///
/// `progress` is told how many blocks are done and how many there are.
///
/// Cost: reads every file once; about 16 bytes of memory for each account and asset.
///
/// # Errors
/// Names the file, and the block where it applies, of the first thing that does not hold.
pub fn verify(dir: &Path, progress: &mut dyn FnMut(u32, u32)) -> Result<Verified, LedgerError> {
    Folder::open(dir)?.chain_id()?;
    let ledger = match Ledger::open(dir) {
        Err(LedgerError::Empty { .. }) => return Ok(Verified::default()),
        opened => opened?,
    };
    let mut check = Check {
        dir,
        ledger: &ledger,
        crcs: vec![crc32fast::Hasher::new(); COLUMNS],
        accounts: AddressTable::for_count(ledger.counts.accounts),
        assets: AddressTable::for_count(ledger.counts.assets),
    };
    let rows = ledger.rows.count()?;
    let mut checks = CheckCounts::default();
    for row in 0..rows {
        checks.add(check.block(row)?);
        progress(row + 1, rows);
    }
    Tips::read(dir)?.check()?;
    let columns = &ledger.columns;
    let held = &ledger.index;
    directory(&held.transactions, |tx| index::transaction_key(columns, tx))?;
    directory(&held.accounts, |account| {
        index::account_key(columns, account)
    })?;
    directory(&held.names, |asset| index::name_key(columns, asset))?;
    directory(&held.contracts, |creation| {
        index::contract_key(columns, creation)
    })?;
    directory(&held.parts, |part| index::part_key(columns, part))?;
    directory(&held.assets, |transfer| index::asset_key(columns, transfer))?;
    Ok(Verified {
        blocks: rows,
        transactions: ledger.counts.transactions,
        transfers: ledger.counts.transfers,
        accounts: ledger.counts.accounts,
        assets: ledger.counts.assets,
        allocated: columns.allocation(&ledger.rows).len() as u64,
        checks,
    })
}

/// A verification under way.
struct Check<'a> {
    dir: &'a Path,
    ledger: &'a Ledger,
    crcs: Vec<crc32fast::Hasher>,
    accounts: AddressTable,
    assets: AddressTable,
}

impl Check<'_> {
    fn block(&mut self, number: u32) -> Result<Checks, LedgerError> {
        let rows = &self.ledger.rows;
        let (row, before) = (rows.checked(number)?, rows.before(number));
        self.row(number, &row, &before)?;
        self.checksums(&row, &before)?;
        self.names(&row, &before)?;
        let mut transfers = before.transfers;
        let mut events = before.events;
        for tx in before.transactions..row.counts.transactions {
            self.transaction(number, &row, tx)?;
            (transfers, events) = self.spans(&row, tx, (transfers, events))?;
        }
        if (transfers, events) != (row.counts.transfers, row.counts.events) {
            let why = "a transfer or an event is of no transaction";
            return Err(self.wrong(&row, "transaction.transfers_end", why));
        }
        self.sparse(&row, &before)?;
        Ok(row.checks)
    }

    fn row(&self, number: u32, row: &Row, before: &Counts) -> Result<(), LedgerError> {
        let rows = &self.ledger.rows;
        let wrong = |why: &str| Err(LedgerError::damaged(rows.path(), Some(row.at), why));
        let counts = row.counts.to_array().into_iter();
        if counts.zip(before.to_array()).any(|(now, then)| now < then) {
            return wrong("something ends before it begins");
        }
        if u64::from(row.fee_recipient) >= row.counts.accounts {
            return wrong("the fee recipient is no account");
        }
        if number == 0 {
            return if row.parent == NONE && row.run_start == 0 {
                Ok(())
            } else {
                wrong("the first block is built on another")
            };
        }
        let parent = rows.get(row.parent).filter(|_| row.parent < number);
        let Some(parent) = parent else {
            return wrong("the block is built on one that came later");
        };
        if row.previous != parent.at.hash || parent.at.height.checked_add(1) != Some(row.at.height)
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

    fn checksums(&mut self, row: &Row, before: &Counts) -> Result<(), LedgerError> {
        let from = Columns::lengths(before).into_iter();
        let to = Columns::lengths(&row.counts).into_iter();
        let columns = self.ledger.columns.all();
        let wanted = row.crcs.iter().zip(columns).zip(from.zip(to));
        for (crc, ((wanted, column), (from, to))) in self.crcs.iter_mut().zip(wanted) {
            let width = column.width();
            let span = number::index(from * width)..number::index(to * width);
            let added = column.bytes().get(span);
            crc.update(added.unwrap_or_default());
            if added.is_none() || crc.clone().finalize() != *wanted {
                let why = "the bytes do not have their checksum";
                return Err(LedgerError::damaged(column.path(), Some(row.at), why));
            }
        }
        Ok(())
    }

    /// That each account and each asset is new.
    fn names(&mut self, row: &Row, before: &Counts) -> Result<(), LedgerError> {
        let columns = &self.ledger.columns;
        for account in before.accounts..row.counts.accounts {
            let bytes = columns.address.get(account).unwrap_or_default();
            let is = |other: u32| columns.address.get(u64::from(other)) == Some(bytes);
            if !is_new(&mut self.accounts, account, script_hash(&bytes), is) {
                let why = "an account has two numbers";
                return Err(self.wrong(row, "account.address", why));
            }
        }
        for asset in before.assets..row.counts.assets {
            let bytes = columns.asset.get(asset).unwrap_or([0; 37]);
            let is = |other: u32| columns.asset.get(u64::from(other)) == Some(bytes);
            let is_known = u32::try_from(asset)
                .ok()
                .and_then(|asset| columns.asset(asset))
                .is_some();
            if !is_known || !is_new(&mut self.assets, asset, script_hash(&bytes), is) {
                let why = "an asset has two numbers, or no form that is known";
                return Err(self.wrong(row, "asset", why));
            }
        }
        Ok(())
    }

    fn transaction(&self, number: u32, row: &Row, tx: u64) -> Result<(), LedgerError> {
        let columns = &self.ledger.columns;
        if columns.block.get(tx) != Some(number.to_le_bytes()) {
            let why = "a transaction is of another block";
            return Err(self.wrong(row, "transaction.block", why));
        }
        let [.., flags] = columns.method.get(tx).unwrap_or([0xff; 5]);
        let is_after = flags & flag::AFTER != 0;
        if outcome_of(flags).is_none() || (is_after && tx + 1 != row.counts.transactions) {
            let why = "a transaction ended in a way that is not known";
            return Err(self.wrong(row, "transaction.method", why));
        }
        let sender = columns.sender.get(tx).and_then(account_of);
        if sender.is_none() != is_after {
            let why = "a transaction has no sender";
            return Err(self.wrong(row, "transaction.from", why));
        }
        let named = [
            ("transaction.from", &columns.sender),
            ("transaction.to", &columns.callee),
        ];
        for (file, column) in named {
            self.is_account(row, file, column.get(tx))?;
        }
        Ok(())
    }

    fn is_account(&self, row: &Row, file: &str, entry: Option<[u8; 4]>) -> Result<(), LedgerError> {
        let account = entry.and_then(account_of).map(u64::from);
        if account.is_some_and(|account| account >= row.counts.accounts) {
            return Err(self.wrong(row, file, "an account has no number"));
        }
        Ok(())
    }

    /// Where the transfers and events of a transaction end, which began where those of the one
    /// before ended.
    fn spans(
        &self,
        row: &Row,
        tx: u64,
        (transfers, events): (u64, u64),
    ) -> Result<(u64, u64), LedgerError> {
        let columns = &self.ledger.columns;
        let of_tx = columns.transfers_of(tx).unwrap_or_default();
        let is_whole = of_tx.start == transfers
            && of_tx.end >= of_tx.start
            && of_tx.end <= row.counts.transfers;
        if !is_whole {
            let why = "transfers end before they begin";
            return Err(self.wrong(row, "transaction.transfers_end", why));
        }
        for transfer in of_tx.clone() {
            self.transfer(row, tx, transfer)?;
        }
        let said = columns.events_of(tx).unwrap_or_default();
        let is_whole =
            said.start == events && said.end >= said.start && said.end <= row.counts.events;
        if !is_whole || said.clone().any(|event| columns.event(event).is_none()) {
            let why = "an event is not whole";
            return Err(self.wrong(row, "event.bytes", why));
        }
        Ok((of_tx.end, said.end))
    }

    fn transfer(&self, row: &Row, tx: u64, transfer: u64) -> Result<(), LedgerError> {
        let columns = &self.ledger.columns;
        if columns.transaction.get(transfer).map(from_40) != Some(tx) {
            let why = "a transfer is of another transaction";
            return Err(self.wrong(row, "transfer.transaction", why));
        }
        if columns.kind.get(transfer).and_then(kind_of).is_none() {
            let why = "a transfer is of a kind that is not known";
            return Err(self.wrong(row, "transfer.kind", why));
        }
        let asset = columns.asset_of.get(transfer).map(u32::from_le_bytes);
        if asset.is_none_or(|asset| u64::from(asset) >= row.counts.assets) {
            return Err(self.wrong(row, "transfer.asset", "an asset has no number"));
        }
        self.is_account(row, "transfer.from", columns.from.get(transfer))?;
        self.is_account(row, "transfer.to", columns.to.get(transfer))
    }

    /// The columns with an entry for some only: each amount that is said to be elsewhere is
    /// there, and nothing else is.
    fn sparse(&self, row: &Row, before: &Counts) -> Result<(), LedgerError> {
        let columns = &self.ledger.columns;
        let larges = before.larges..row.counts.larges;
        let mut elsewhere = 0;
        for transfer in before.transfers..row.counts.transfers {
            if columns.amount.get(transfer) == Some([0xff; 12]) {
                elsewhere += 1;
                if columns.transfer(transfer, larges.clone()).is_none() {
                    let why = "a large amount is missing";
                    return Err(self.wrong(row, "transfer.large", why));
                }
            }
        }
        if elsewhere != larges.end - larges.start {
            let why = "an amount is of no transfer";
            return Err(self.wrong(row, "transfer.large", why));
        }
        for number in before.creations..row.counts.creations {
            let creation = columns.creation(number);
            let is_right = creation.is_some_and(|(contract, creator, tx)| {
                u64::from(contract.max(creator)) < row.counts.accounts
                    && (before.transactions..row.counts.transactions).contains(&tx)
            });
            if !is_right {
                return Err(self.wrong(row, "creation", "a creation is of no transaction"));
            }
        }
        Ok(())
    }

    fn wrong(&self, row: &Row, file: &str, why: &str) -> LedgerError {
        LedgerError::damaged(&self.dir.join(file), Some(row.at), why)
    }
}

/// Adds a number to a table that has none for the same bytes.
fn is_new(table: &mut AddressTable, number: u64, hash: u64, is: impl Fn(u32) -> bool) -> bool {
    let (None, Ok(number)) = (table.find(hash, is), u32::try_from(number)) else {
        return false;
    };
    table.insert(hash, number);
    true
}
