//! The numbers of accounts and assets, given in the order in which they are met.

use super::super::columns::{asset_entry, large, small};
use super::Writer;
use crate::ledger::LedgerError;
use crate::ledger::address_table::{AddressTable, script_hash};
use crate::ledger::number::{NONE, to_40};
use crate::model::account::{Address, Asset, U256};

impl Writer {
    /// The number of an account, which is a new one where it was never met.
    pub(super) fn account(&mut self, address: &Address) -> Result<u32, LedgerError> {
        let bytes = address.into_array();
        let hash = script_hash(&bytes);
        let columns = &self.columns;
        let is = |number: u32| columns.address.get(u64::from(number)) == Some(bytes);
        if let Some(number) = self.accounts.find(hash, is) {
            return Ok(number);
        }
        let number = number(self.columns.address.count(), "accounts")?;
        self.columns.address.push(bytes);
        if self.accounts.is_full() {
            self.refill_accounts();
        } else {
            self.accounts.insert(hash, number);
        }
        Ok(number)
    }

    /// The same, as a column holds an account or none.
    pub(super) fn account_or_none(
        &mut self,
        address: Option<&Address>,
    ) -> Result<[u8; 4], LedgerError> {
        let number = address.map_or(Ok(NONE), |address| self.account(address))?;
        Ok(number.to_le_bytes())
    }

    /// The number of an asset, which is a new one where it was never met.
    pub(super) fn asset(&mut self, asset: &Asset) -> Result<u32, LedgerError> {
        let contract = asset
            .contract()
            .map_or(Ok(NONE), |contract| self.account(&contract))?;
        let bytes = asset_entry(asset, contract);
        let hash = script_hash(&bytes);
        let columns = &self.columns;
        let is = |number: u32| columns.asset.get(u64::from(number)) == Some(bytes);
        if let Some(number) = self.assets.find(hash, is) {
            return Ok(number);
        }
        let number = number(self.columns.asset.count(), "assets")?;
        self.columns.asset.push(bytes);
        if self.assets.is_full() {
            self.refill_assets();
        } else {
            self.assets.insert(hash, number);
        }
        Ok(number)
    }

    /// An amount of the transfer about to be added, as `transfer.amount` holds it.
    pub(super) fn amount(&mut self, amount: &U256) -> Result<[u8; 12], LedgerError> {
        if let Some(small) = small(amount) {
            return Ok(small);
        }
        let transfer = to_40(self.columns.kind.count(), "transfers")?;
        let (mark, entry) = large(transfer, amount);
        self.columns.large.push(entry);
        Ok(mark)
    }

    /// Makes the table of accounts anew, with room for more.
    pub(super) fn refill_accounts(&mut self) {
        self.accounts = AddressTable::default();
        let columns = &self.columns.address;
        self.accounts = AddressTable::of(columns.count(), |number| {
            columns.get(number).map(|bytes| script_hash(&bytes))
        });
    }

    /// The same for the assets.
    pub(super) fn refill_assets(&mut self) {
        self.assets = AddressTable::default();
        let columns = &self.columns.asset;
        self.assets = AddressTable::of(columns.count(), |number| {
            columns.get(number).map(|bytes| script_hash(&bytes))
        });
    }
}

/// The next number of a table that has so many entries.
fn number(count: u64, what: &'static str) -> Result<u32, LedgerError> {
    let number = u32::try_from(count).ok();
    number
        .filter(|number| *number < NONE)
        .ok_or(LedgerError::Full { what })
}
