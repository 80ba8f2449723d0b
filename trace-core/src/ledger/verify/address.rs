//! Addresses, and the chains of outputs that pay to them.

use super::super::LedgerError;
use super::super::address_table::script_hash;
use super::super::index::link_of;
use super::super::number::{index, to_40};
use super::{At, Check, NO_KIND, NO_RECEIPT, NONE_40};
use crate::model::{AddressId, Output, ScriptKind};

impl Check<'_> {
    /// The addresses that a block was the first to meet.
    pub(super) fn addresses(&mut self, at: &At<'_>) -> Result<(), LedgerError> {
        let new = at.before.addresses..at.row.counts.addresses;
        let last = new.end.checked_sub(1).filter(|last| *last >= new.start);
        if let Some(last) = last {
            let end = self.columns.script_end.get(last);
            if end != Some(to_40(at.row.counts.script_bytes, "script bytes")?) {
                let why = "scripts do not end where the row says";
                return Err(at.wrong(self.dir, "address.script_end", why));
            }
        }
        for address in new {
            let number = u32::try_from(address).unwrap_or(u32::MAX);
            let script = self.columns.script_of(number);
            let Some(script) = script else {
                let why = "a script ends before it begins";
                return Err(at.wrong(self.dir, "address.script_end", why));
            };
            let kind = ScriptKind::of(script);
            let hash = script_hash(script);
            let is = |other| self.columns.script_of(other) == Some(script);
            if !kind.is_spendable() || self.scripts.find(hash, is).is_some() {
                let why = "a script has two numbers, or nobody can spend it";
                return Err(at.wrong(self.dir, "address.script", why));
            }
            self.scripts.insert(hash, number);
            self.links.push(NO_RECEIPT);
            self.kinds.push(kind as u8);
        }
        Ok(())
    }

    /// An output that pays to an address.
    pub(super) fn receipt(
        &mut self,
        at: &At<'_>,
        output: u64,
        told: &Output<AddressId>,
        previous: u32,
    ) -> Result<(), LedgerError> {
        let Some(address) = told.address else {
            return if previous == NO_RECEIPT {
                Ok(())
            } else {
                let why = "an output without an address follows another";
                Err(at.wrong(self.dir, "output.previous", why))
            };
        };
        let number = index(u64::from(address.0));
        let kind = self.kinds.get(number).copied().unwrap_or(NO_KIND);
        if kind != told.kind as u8 {
            let why = "an output does not have the form of its address's script";
            return Err(at.wrong(self.dir, "output.kind", why));
        }
        let Some(link) = self.links.get_mut(number) else {
            let why = "an output pays to an address that came later";
            return Err(at.wrong(self.dir, "output.address", why));
        };
        if *link != previous {
            let why = "an output does not follow the last one of its address";
            return Err(at.wrong(self.dir, "output.previous", why));
        }
        let first = self.columns.first.get(u64::from(address.0));
        let was_met_outside = first == Some(NONE_40);
        let is_first = first == Some(to_40(output, "outputs")?);
        if !was_met_outside && is_first != (*link == NO_RECEIPT) {
            let why = "an address appeared first elsewhere";
            return Err(at.wrong(self.dir, "address.first", why));
        }
        *link = link_of(output)?;
        Ok(())
    }
}
