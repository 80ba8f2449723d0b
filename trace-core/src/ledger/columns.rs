//! All columns of a ledger, and what their entries mean together.

use std::ops::Range;
use std::path::Path;

use super::LedgerError;
use super::column::{AnyColumn, Column};
use super::column_set::columns;
use super::disk::Disk;
use super::number::{EXTERNAL, GROUP, NONE, from_40};
use super::row::{Counts, Row};
use crate::model::{AddressId, KeyHash, OutPoint, Output, ScriptKind, Txid};

columns! {
    /// The transaction's hash.
    txid: "transaction.txid", 32 bytes, |c| c.transactions;
    version: "transaction.version", 4 bytes, |c| c.transactions;
    lock_time: "transaction.lock_time", 4 bytes, |c| c.transactions;
    /// All ones where the source did not tell.
    weight: "transaction.weight", 4 bytes, |c| c.transactions;
    /// The number of the first input behind the transaction's own.
    inputs_end: "transaction.inputs_end", 5 bytes, |c| c.transactions;
    outputs_end: "transaction.outputs_end", 5 bytes, |c| c.transactions;
    /// The row of the block.
    block: "transaction.block", 4 bytes, |c| c.transactions;
    /// The output spent.
    spends: "input.spends", 5 bytes, |c| c.inputs;
    flags: "input.flags", 1 bytes, |c| c.inputs;
    value: "output.value", 8 bytes, |c| c.outputs;
    /// All ones where nobody can spend the output.
    address: "output.address", 4 bytes, |c| c.outputs;
    kind: "output.kind", 1 bytes, |c| c.outputs;
    /// One more than the group of the output before this one with the same address, or 0.
    previous: "output.previous", 4 bytes, |c| c.outputs;
    /// The transaction that created the first output of each group.
    creator: "output.creator", 5 bytes, |c| c.outputs.div_ceil(GROUP);
    script_end: "address.script_end", 5 bytes, |c| c.addresses;
    /// The first output that pays to the address; all ones where it was met first, in a
    /// partial chain, as the address of an output outside.
    first: "address.first", 5 bytes, |c| c.addresses;
    script: "address.script", 1 bytes, |c| c.script_bytes;
    /// An input and the key hash that spending revealed.
    reveal: "input.reveal", 25 bytes, |c| c.reveals;
    /// An input and its sequence, where that is none of the common ones.
    sequence: "input.sequence", 9 bytes, |c| c.sequences;
    /// An output outside the blocks held, as the input that spends it tells it.
    external: "external", 54 bytes, |c| c.externals;
    /// An output that took over the outpoint of an unspent one (before BIP 30), and that one.
    replaced: "output.replaced", 10 bytes, |c| c.replaced;
}

/// Bits of the column `input.flags`.
pub(crate) mod flag {
    /// The input carries a witness.
    pub(crate) const WITNESS: u8 = 1;
    /// The column `input.reveal` has an entry for it.
    pub(crate) const REVEALS: u8 = 2;
    /// Two bits that say which of [`SEQUENCES`] it has, or 3 where `input.sequence` says.
    pub(crate) const SEQUENCE_SHIFT: u32 = 2;
    /// The common sequences: final, lock time in force, replaceable.
    pub(crate) const SEQUENCES: [u32; 3] = [u32::MAX, 0xffff_fffe, 0xffff_fffd];
}

/// An output outside the blocks held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct External {
    pub(crate) outpoint: OutPoint,
    pub(crate) output: Option<Output<AddressId>>,
    pub(crate) spender: u64,
}

impl Columns {
    /// The inputs of a transaction.
    #[inline]
    pub(crate) fn inputs_of(&self, tx: u64) -> Option<Range<u64>> {
        span(&self.inputs_end, tx)
    }

    /// The outputs of a transaction.
    #[inline]
    pub(crate) fn outputs_of(&self, tx: u64) -> Option<Range<u64>> {
        span(&self.outputs_end, tx)
    }

    /// The output of a transaction at a place among its outputs.
    #[inline]
    pub(crate) fn output_of(&self, tx: u64, vout: u32) -> Option<u64> {
        let outputs = self.outputs_of(tx)?;
        let output = outputs.start + u64::from(vout);
        outputs.contains(&output).then_some(output)
    }

    /// The transaction that created an output: the group's first, or one of the few behind it.
    #[inline]
    pub(crate) fn creator_of(&self, output: u64) -> Option<u64> {
        let first = from_40(self.creator.get(output / GROUP)?);
        // Each transaction has an output, so the one in question is at most this far behind.
        for tx in first..first + GROUP {
            if from_40(self.outputs_end.get(tx)?) > output {
                return Some(tx);
            }
        }
        None
    }

    /// Whether a transaction spends an output.
    pub(crate) fn does_spend(&self, tx: u64, output: u64) -> bool {
        let mut inputs = self.inputs_of(tx).unwrap_or_default();
        inputs.any(|input| self.spends.get(input).map(from_40) == Some(output))
    }

    /// The name of an output.
    pub(crate) fn outpoint(&self, output: u64) -> Option<OutPoint> {
        if output & EXTERNAL != 0 {
            return Some(self.external_of(output)?.outpoint);
        }
        let tx = self.creator_of(output)?;
        let vout = output.checked_sub(self.outputs_of(tx)?.start)?;
        Some(OutPoint {
            txid: Txid(self.txid.get(tx)?),
            vout: u32::try_from(vout).ok()?,
        })
    }

    /// What an output in a block says.
    #[inline]
    pub(crate) fn output(&self, output: u64) -> Option<Output<AddressId>> {
        Some(Output {
            value_sat: u64::from_le_bytes(self.value.get(output)?),
            kind: kind_of(self.kind.get(output)?)?,
            address: address_of(self.address.get(output)?),
        })
    }

    /// What is known of an output outside.
    pub(crate) fn external_of(&self, output: u64) -> Option<External> {
        let bytes = self.external.get(output ^ EXTERNAL)?;
        let (txid, rest) = bytes.split_first_chunk::<32>()?;
        let (vout, rest) = rest.split_first_chunk::<4>()?;
        let (value, rest) = rest.split_first_chunk::<8>()?;
        let (address, rest) = rest.split_first_chunk::<4>()?;
        let (kind, rest) = rest.split_first_chunk::<1>()?;
        let (spender, _) = rest.split_first_chunk::<5>()?;
        let output = kind_of(*kind).map(|kind| Output {
            value_sat: u64::from_le_bytes(*value),
            kind,
            address: address_of(*address),
        });
        Some(External {
            outpoint: OutPoint {
                txid: Txid(*txid),
                vout: u32::from_le_bytes(*vout),
            },
            output,
            spender: from_40(*spender),
        })
    }

    /// The script of an address.
    #[inline]
    pub(crate) fn script_of(&self, address: u32) -> Option<&[u8]> {
        let span = span(&self.script_end, u64::from(address))?;
        self.script.range(span.start, span.end)
    }

    /// The last output below `below` in a group that pays to an address. `link` is one more
    /// than the group, as `output.previous` and the index of receipts hold it; 0 is none.
    #[inline]
    pub(crate) fn receipt_in(&self, address: u32, link: u32, below: u64) -> Option<u64> {
        let first = u64::from(link.checked_sub(1)?) * GROUP;
        let end = below.min(first + GROUP).min(self.address.count());
        (first..end)
            .rev()
            .find(|output| self.address.get(*output) == Some(address.to_le_bytes()))
    }

    /// What an input revealed, looked for among the entries of its block.
    pub(crate) fn reveal_of(&self, input: u64, among: Range<u64>) -> Option<KeyHash> {
        let entry = find_entry(&self.reveal, input, among)?;
        entry.last_chunk::<20>().copied().map(KeyHash)
    }

    /// The sequence of an input, looked for among the entries of its block where it is none
    /// of the common ones.
    #[inline]
    pub(crate) fn sequence_of(&self, input: u64, flags: u8, among: Range<u64>) -> Option<u32> {
        let common = flag::SEQUENCES.get(usize::from(flags >> flag::SEQUENCE_SHIFT));
        if common.is_some() {
            return common.copied();
        }
        let entry = find_entry(&self.sequence, input, among)?;
        entry.last_chunk::<4>().copied().map(u32::from_le_bytes)
    }

    /// Returns once all that was written is durable.
    pub(crate) fn sync(&mut self, disk: &Disk) -> Result<(), LedgerError> {
        self.all_mut()
            .into_iter()
            .try_for_each(|column| column.sync(disk))
    }

    /// How many entries there are.
    pub(crate) fn counts(&self) -> Counts {
        Counts {
            transactions: self.txid.count(),
            inputs: self.spends.count(),
            outputs: self.value.count(),
            addresses: self.script_end.count(),
            script_bytes: self.script.count(),
            reveals: self.reveal.count(),
            sequences: self.sequence.count(),
            externals: self.external.count(),
            replaced: self.replaced.count(),
        }
    }
}

/// The entries that belong to the `number`th of those whose ends a column holds.
#[inline]
fn span(ends: &Column<5>, number: u64) -> Option<Range<u64>> {
    let end = from_40(ends.get(number)?);
    let start = match number.checked_sub(1) {
        Some(before) => from_40(ends.get(before)?),
        None => 0,
    };
    Some(start..end)
}

/// The entry for an input in a column sorted by the input it begins with.
fn find_entry<const W: usize>(
    column: &Column<W>,
    input: u64,
    among: Range<u64>,
) -> Option<[u8; W]> {
    let (mut low, mut high) = (among.start, among.end);
    while low < high {
        let middle = low + (high - low) / 2;
        let entry = column.get(middle)?;
        match from_40(*entry.first_chunk()?).cmp(&input) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return Some(entry),
        }
    }
    None
}

/// The address in a column's entry.
#[inline]
pub(crate) fn address_of(entry: [u8; 4]) -> Option<AddressId> {
    let number = u32::from_le_bytes(entry);
    (number != NONE).then_some(AddressId(number))
}

/// The script form in a column's entry; `None` for 0, which means unknown.
#[inline]
pub(crate) fn kind_of([number]: [u8; 1]) -> Option<ScriptKind> {
    let first = usize::from(number.checked_sub(1)?);
    ScriptKind::ALL.get(first).copied()
}
