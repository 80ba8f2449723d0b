//! A block against the hash it was asked by: what is told of it is serialised as the chain does
//! and hashed again.
//!
//! The hash commits to the header, and the header by its roots to the transactions, the receipts,
//! the withdrawals and the uncles (Yellow Paper, 4.3; EIP-2718 for types, EIP-658, EIP-1559,
//! EIP-2930, EIP-4895, EIP-4844, EIP-4788, EIP-7685 and EIP-7702 for what forks added). Who sent
//! a transaction is whoever signed it. A trace is committed to by nothing that a node tells.
//!
//! Costs a serialisation and a few hashes of everything told, and the recovery of one public key
//! for each transaction.

mod blob;
mod envelope;
mod header;
mod list;
mod receipt;

use alloy_primitives::keccak256;
use alloy_trie::root::ordered_trie_root_encoded;

use envelope::Envelope;
use list::List;

use super::reward::ETHEREUM;
use super::told::{ToldBlock, ToldReceipt, ToldTransaction};
use super::{NormaliseError, block};
use crate::model::ChainId;
use crate::model::account::{B256, Check, Checks};

pub(super) use header::ToldHeader;

/// A block as told, with what was told of its header.
pub(super) struct Held<'a> {
    chain: ChainId,
    told: &'a ToldBlock,
    header: ToldHeader,
    header_check: Check,
}

impl<'a> Held<'a> {
    /// Reads the header out of the text of a block.
    ///
    /// # Errors
    /// When everything is told and hashes to something else.
    pub(super) fn read(
        chain: ChainId,
        text: &[u8],
        told: &'a ToldBlock,
    ) -> Result<Self, NormaliseError> {
        let (header, header_check) = ToldHeader::read(text)?;
        Ok(Self {
            chain,
            told,
            header,
            header_check,
        })
    }

    /// Holds everything against the header.
    ///
    /// # Errors
    /// Names the transaction, or the part of the block, that does not hold.
    pub(super) fn check(
        &self,
        receipts: &[ToldReceipt],
        uncles: &[Vec<u8>],
    ) -> Result<Checks, NormaliseError> {
        let envelopes = self.envelopes()?;
        let header = self.header_check;
        Ok(Checks {
            header,
            transactions: header.and(self.transactions(&envelopes)?),
            receipts: header.and(self.receipts(&envelopes, receipts)?),
            after: header.and(self.withdrawals()?).and(self.uncles(uncles)?),
        })
    }

    /// The same where no receipts were asked for.
    ///
    /// # Errors
    /// As [`Held::check`].
    pub(super) fn check_without_receipts(&self) -> Result<Checks, NormaliseError> {
        let header = self.header_check;
        Ok(Checks {
            header,
            transactions: header.and(self.transactions(&self.envelopes()?)?),
            receipts: Check::NotTold,
            after: header.and(self.withdrawals()?).and(self.uncles(&[])?),
        })
    }

    fn envelopes(&self) -> Result<Vec<Envelope>, NormaliseError> {
        let each = (0..).zip(&self.told.transactions).map(|(index, told)| {
            let envelope = Envelope::of(self.chain, told);
            envelope.map_err(|error| error.inside(block::name(index, told)))
        });
        each.collect()
    }

    fn transactions(&self, envelopes: &[Envelope]) -> Result<Check, NormaliseError> {
        let checks = envelopes.iter().map(Envelope::check);
        match checks.fold(Check::Holds, Check::and) {
            Check::Holds => {
                let bytes = envelopes
                    .iter()
                    .filter_map(Envelope::bytes)
                    .collect::<Vec<_>>();
                held_root("transactions", self.header.transactions_root, &bytes)
            }
            reason => Ok(reason),
        }
    }

    fn receipts(
        &self,
        envelopes: &[Envelope],
        receipts: &[ToldReceipt],
    ) -> Result<Check, NormaliseError> {
        if self.has_other_form() {
            return Ok(Check::OtherForm);
        }
        let mut check = Check::Holds;
        let each = (0..)
            .zip(&self.told.transactions)
            .zip(envelopes)
            .zip(receipts);
        for (((index, told), envelope), receipt) in each {
            check = check.and(match envelope {
                Envelope::Told(_) => receipt::by_rules(self.chain, &self.header, told, receipt)
                    .map_err(|error| error.inside(block::name(index, told)))?,
                // The rules have nothing that holds to go by.
                _ => Check::NotTold,
            });
        }
        let held = |failed| {
            let Some(serialised) = self.serialised(receipts, failed) else {
                return Ok(Check::NotTold);
            };
            held_root("receipts", self.header.receipts_root, &serialised)
        };
        match held(receipt::FAILED) {
            Err(_) if self.chain != ETHEREUM && held(receipt::FAILED_BYTE).is_ok() => {
                Ok(check.and(Check::OtherForm))
            }
            held => Ok(check.and(held?)),
        }
    }

    fn serialised(&self, receipts: &[ToldReceipt], failed: u8) -> Option<Vec<Vec<u8>>> {
        let mut sum = 0_u64;
        let each = self.told.transactions.iter().zip(receipts);
        let each = each.map(|(told, receipt)| {
            sum = sum.saturating_add(receipt.gas_used.0);
            receipt::to_bytes(told, receipt, sum, failed)
        });
        each.collect()
    }

    fn withdrawals(&self) -> Result<Check, NormaliseError> {
        let told = self.told.withdrawals.as_deref();
        let Some(root) = self.header.withdrawals_root else {
            let is_none = told.is_none_or(<[_]>::is_empty);
            return match self.header_check {
                _ if is_none => Ok(Check::Holds),
                Check::Holds => {
                    let why = "some are told, and the header has no root of them";
                    Err(NormaliseError::new("withdrawals", why))
                }
                _ => Ok(Check::NotTold),
            };
        };
        let Some(told) = told else {
            return Ok(Check::NotTold);
        };
        let serialised = told.iter().map(|it| {
            let numbers = [it.index?.0, it.validator_index?.0];
            let mut list: List = numbers.into_iter().collect();
            list.push(&it.address);
            list.push(&it.amount.0);
            Some(list.to_bytes())
        });
        match serialised.collect::<Option<Vec<_>>>() {
            // A chain with transactions of its own may keep something else there.
            Some(_) if self.chain != ETHEREUM && self.has_other_form() => Ok(Check::OtherForm),
            Some(serialised) => held_root("withdrawals", Some(root), &serialised),
            None => Ok(Check::NotTold),
        }
    }

    /// The headers of uncles, where they were asked for, and that there are none where none are
    /// told.
    fn uncles(&self, uncles: &[Vec<u8>]) -> Result<Check, NormaliseError> {
        let Some(hash) = self.header.sha3_uncles else {
            return Ok(Check::NotTold);
        };
        if uncles.is_empty() && !self.told.uncles.is_empty() {
            return Ok(Check::NotTold);
        }
        if hash.is_zero() {
            return Ok(Check::OtherForm);
        }
        let mut all = List::default();
        let mut check = Check::Holds;
        for (index, text) in uncles.iter().enumerate() {
            let read = ToldHeader::read(text);
            let (header, held) = read.map_err(|error| error.inside(format!("uncle {index}")))?;
            check = check.and(held);
            all.push_serialised(&header.to_bytes().unwrap_or_default());
        }
        let found = keccak256(all.to_bytes());
        if check != Check::Holds || found == hash {
            return Ok(check);
        }
        let why = format!("they hash to {found}, the header names {hash}");
        Err(NormaliseError::new("uncles", why))
    }

    /// Whether there is a transaction of a form that Ethereum does not have.
    fn has_other_form(&self) -> bool {
        !self.told.transactions.iter().all(envelope::is_known)
    }
}

/// Holds a transaction that was told alone against its own hash, its sender against its signature,
/// and what its receipt has not hashed against the rules of Ethereum.
///
/// # Errors
/// When everything is told and it has another hash, another account signed it, or the rules say
/// something else.
pub(super) fn alone(
    chain: ChainId,
    header: &ToldHeader,
    told: &ToldTransaction,
    receipt: &ToldReceipt,
) -> Result<Check, NormaliseError> {
    let envelope = Envelope::of(chain, told)?;
    if envelope.bytes().is_some() {
        receipt::by_rules(chain, header, told, receipt)?;
    }
    Ok(envelope.check())
}

/// The items of a trie, keyed by their places, against its root.
fn held_root(
    what: &str,
    told: Option<B256>,
    items: &[impl AsRef<[u8]>],
) -> Result<Check, NormaliseError> {
    match told {
        None => Ok(Check::NotTold),
        // No trie has it: the chain computes none.
        Some(B256::ZERO) => Ok(Check::OtherForm),
        Some(told) => {
            let found = ordered_trie_root_encoded(items);
            if found == told {
                return Ok(Check::Holds);
            }
            let why = format!("they hash to {found}, the header names {told}");
            Err(NormaliseError::new(what, why))
        }
    }
}
