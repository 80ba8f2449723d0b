//! Looks at the memory that transactions about to be added will need.

use std::hint::black_box;

use super::super::address_table::script_hash;
use super::super::number::from_40;
use super::Writer;
use crate::model::{Address, OutPoint, Transaction};

/// Transactions looked at together: enough that most of the waiting is done at once, and few
/// enough that what was fetched is still near when it is used.
pub(super) const TOGETHER: usize = 64;

impl Writer {
    /// Adding transactions goes to places anywhere in memory, each known only once the one
    /// before was read, and would wait for one after the other. This goes to them beforehand,
    /// for all transactions to the first places, then to the second ones and so on, so that the
    /// processor waits for many at a time. Nothing depends on what it finds.
    ///
    /// `hashes` are those of the scripts that the transactions pay to, in order.
    pub(super) fn look_ahead(
        &self,
        transactions: &[Transaction<Address, OutPoint>],
        hashes: &[Option<u64>],
    ) {
        let columns = &self.columns;
        let mut seen = 0;
        let inputs = transactions.iter().flat_map(|t| &t.inputs);
        for input in inputs.clone() {
            seen ^= self.unspent.glance(&input.spends);
        }
        for hash in hashes.iter().flatten() {
            seen ^= self.addresses.glance(*hash);
        }
        for transaction in transactions {
            for (vout, _) in (0..).zip(&transaction.outputs) {
                let txid = transaction.txid;
                seen ^= self.unspent.glance(&OutPoint { txid, vout });
            }
        }
        let creators: Vec<u64> = inputs
            .filter_map(|input| self.unspent.likely(&input.spends))
            .collect();
        for tx in &creators {
            let [end, ..] = columns.outputs_end.get(*tx).unwrap_or_default();
            let [txid, ..] = columns.txid.get(*tx).unwrap_or_default();
            seen ^= end ^ txid;
        }
        let addresses: Vec<u32> = hashes
            .iter()
            .flatten()
            .filter_map(|hash| self.addresses.likely(*hash))
            .collect();
        let end = |address: &u32| columns.script_end.get(u64::from(*address));
        let ends: Vec<u64> = addresses.iter().filter_map(end).map(from_40).collect();
        for (end, address) in ends.iter().zip(&addresses) {
            let last = end.saturating_sub(1);
            let script = columns.script.range(last, *end).unwrap_or_default();
            seen ^= script.first().copied().unwrap_or_default();
            let receipt = self.receipts.get(*address);
            let receipt = receipt.unwrap_or_else(|| self.index.last_receipt(*address));
            let [receipt, ..] = receipt.to_le_bytes();
            seen ^= receipt;
        }
        black_box(seen);
    }
}

/// The hash of each output's script, by which its address is found; `None` where it has none.
pub(super) fn script_hashes(transactions: &[Transaction<Address, OutPoint>]) -> Vec<Option<u64>> {
    let outputs = transactions.iter().flat_map(|t| &t.outputs);
    outputs
        .map(|output| Some(script_hash(output.address.as_ref()?.script())))
        .collect()
}
