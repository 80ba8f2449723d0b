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
    pub(super) fn look_ahead(&self, transactions: &[Transaction<Address, OutPoint>]) {
        let columns = &self.columns;
        let mut seen = 0;
        let inputs = transactions.iter().flat_map(|t| &t.inputs);
        let creators: Vec<u64> = inputs
            .filter_map(|input| self.unspent.likely(&input.spends))
            .collect();
        for tx in &creators {
            let [end, ..] = columns.outputs_end.get(*tx).unwrap_or_default();
            let [txid, ..] = columns.txid.get(*tx).unwrap_or_default();
            seen ^= end ^ txid;
        }
        let outputs = transactions.iter().flat_map(|t| &t.outputs);
        let paid = outputs.filter_map(|output| output.address.as_ref());
        let addresses: Vec<u32> = paid
            .filter_map(|address| self.addresses.likely(script_hash(address.script())))
            .collect();
        let end = |address: &u32| columns.script_end.get(u64::from(*address));
        let ends: Vec<u64> = addresses.iter().filter_map(end).map(from_40).collect();
        for (end, address) in ends.iter().zip(&addresses) {
            let last = end.saturating_sub(1);
            let script = columns.script.range(last, *end).unwrap_or_default();
            seen ^= script.first().copied().unwrap_or_default();
            let [receipt, ..] = self.index.last_receipt(*address).to_le_bytes();
            seen ^= receipt;
        }
        black_box(seen);
    }
}
