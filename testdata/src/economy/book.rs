//! Writes down what is true while it happens.

use std::collections::BTreeMap;

use bitcoin::Transaction;
use trace_core::model::{Address, BitcoinNetwork};

use super::draft::Planned;
use super::truth::{AddressTruth, Kind, OutputTruth, TransactionTruth};
use super::wallet::{owner, purse};

/// What is true so far.
#[derive(Default)]
pub(super) struct Book {
    pub(super) addresses: BTreeMap<String, AddressTruth>,
    pub(super) transactions: Vec<TransactionTruth>,
}

impl Book {
    /// Writes down a transaction and whose its outputs are. A coinbase comes before what
    /// was written down for its block.
    pub(super) fn write(
        &mut self,
        height: u32,
        transaction: &Transaction,
        kind: Kind,
        spenders: &[&'static str],
        outputs: &[Planned],
    ) {
        let mut by: Vec<String> = Vec::new();
        for spender in spenders {
            let name = owner(spender).to_owned();
            if !by.contains(&name) {
                by.push(name);
            }
        }
        let outputs = outputs.iter().map(|output| self.output(output)).collect();
        let entry = TransactionTruth {
            txid: transaction.compute_txid().to_string(),
            height,
            kind,
            by,
            outputs,
        };
        let earlier = if kind == Kind::Coinbase {
            height
        } else {
            height + 1
        };
        let index = self
            .transactions
            .partition_point(|entry| entry.height < earlier);
        self.transactions.insert(index, entry);
    }

    fn output(&mut self, output: &Planned) -> OutputTruth {
        let place = &output.place;
        let Some(address) = address_text(place.lock.script().as_bytes()) else {
            return OutputTruth {
                purpose: output.purpose,
                owner: None,
            };
        };
        let owner = owner(place.purse).to_owned();
        let truth = AddressTruth {
            owner: owner.clone(),
            purse: purse(place.purse).to_owned(),
            customer: place.customer.map(str::to_owned),
        };
        let known = self.addresses.entry(address).or_insert(truth.clone());
        assert_eq!(*known, truth, "an address has one owner");
        OutputTruth {
            purpose: output.purpose,
            owner: Some(owner),
        }
    }
}

/// The address of a script as `trace` writes it, or `None` when nobody can spend it.
pub(super) fn address_text(script: &[u8]) -> Option<String> {
    let address = Address::of_script(script)?;
    Some(address.text(BitcoinNetwork::Regtest).to_string())
}
