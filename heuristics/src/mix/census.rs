//! What every kind of mix asks of a transaction, counted once.

use trace_core::model::{Output, Transaction};

use super::{Fit, Mix, MixKind, Seen};

/// Counts over a transaction that spends something and pays somebody.
pub(super) struct Census {
    /// Value and number of the outputs of one value, by falling number, then falling value.
    /// Outputs that nobody can spend are not counted.
    pub(super) values: Vec<(u64, usize)>,
    /// Outputs in all, those that nobody can spend among them.
    pub(super) outputs: usize,
    /// Outputs that somebody can spend.
    pub(super) spendable: usize,
    /// Whether no two spendable outputs share a script.
    pub(super) output_scripts_distinct: bool,
    /// Different scripts among the outputs of the most frequent value.
    pub(super) equal_scripts: usize,
    /// Inputs in all.
    pub(super) inputs: usize,
    /// The spent outputs by script, if all are known.
    pub(super) owners: Option<Owners>,
}

/// The spent outputs, added up by script: one script is one owner's.
pub(super) struct Owners {
    /// The sum of each script's inputs, in satoshis, descending.
    pub(super) sums_sat: Vec<u64>,
}

impl Census {
    /// Counts, or `None` when no output can be spent.
    pub(super) fn of<A: Ord, O>(transaction: &Transaction<A, O>) -> Option<Self> {
        let spendable = || {
            let outputs = transaction.outputs.iter();
            outputs.filter_map(|output| Some((output.value_sat, output.address.as_ref()?)))
        };
        let mut sorted: Vec<u64> = spendable().map(|(value, _)| value).collect();
        sorted.sort_unstable();
        let mut values: Vec<(u64, usize)> = sorted
            .chunk_by(|a, b| a == b)
            .filter_map(|equal| Some((*equal.first()?, equal.len())))
            .collect();
        values.sort_unstable_by_key(|(value, count)| std::cmp::Reverse((*count, *value)));
        let (most, _) = *values.first()?;
        let scripts = different(spendable().map(|(_, address)| address));
        let equal = spendable().filter(|(value, _)| *value == most);
        Some(Self {
            values,
            outputs: transaction.outputs.len(),
            spendable: sorted.len(),
            output_scripts_distinct: scripts == sorted.len(),
            equal_scripts: different(equal.map(|(_, address)| address)),
            inputs: transaction.inputs.len(),
            owners: Owners::of(transaction),
        })
    }

    /// The most frequent value, in satoshis, and how many outputs have it.
    pub(super) fn modal(&self) -> (u64, usize) {
        self.values.first().copied().unwrap_or_default()
    }

    /// Describes the transaction as a mix of this kind.
    pub(super) fn mix<A, O>(&self, kind: MixKind, transaction: &Transaction<A, O>) -> Mix {
        let (value_sat, equal) = self.modal();
        let repeated = |output: &Output<A>| {
            output.address.is_some()
                && self
                    .values
                    .iter()
                    .any(|(value, count)| *value == output.value_sat && *count > 1)
        };
        let hidden = (0_u32..).zip(&transaction.outputs);
        Mix {
            kind,
            equal_outputs: hidden
                .filter(|(_, output)| match kind {
                    // Protocols with a ladder of denominations hide on each of its rungs.
                    MixKind::Wasabi1 | MixKind::Wasabi2 => repeated(output),
                    _ => output.address.is_some() && output.value_sat == value_sat,
                })
                .map(|(vout, _)| vout)
                .collect(),
            seen: Seen {
                input_scripts: self
                    .owners
                    .as_ref()
                    .map_or(0, |owners| owners.sums_sat.len()),
                outputs: self.outputs,
                equal,
                value_sat,
            },
        }
    }

    /// The structure that every mix of equal outputs has: at least half of the outputs are of
    /// one value, and there are at least as many input scripts as such outputs. This much is
    /// BlockSci's definition (2020) without its exact count; alone it is never certain,
    /// because batch payouts and trades of inscriptions have it too.
    pub(super) fn fit_equal_outputs(&self) -> Fit {
        let (_, equal) = self.modal();
        if equal < 2 || 2 * equal < self.outputs || self.inputs < equal {
            return Fit::No;
        }
        match &self.owners {
            None => Fit::Unseen,
            Some(owners) if owners.sums_sat.len() >= equal => Fit::Possible(MixKind::EqualOutputs),
            Some(_) => Fit::No,
        }
    }
}

impl Owners {
    fn of<A: Ord, O>(transaction: &Transaction<A, O>) -> Option<Self> {
        let mut spent = Vec::with_capacity(transaction.inputs.len());
        for input in &transaction.inputs {
            let prevout = input.prevout.as_ref()?;
            spent.push((prevout.address.as_ref()?, prevout.value_sat));
        }
        spent.sort_unstable();
        let mut sums_sat: Vec<u64> = spent
            .chunk_by(|(a, _), (b, _)| a == b)
            .map(|one| {
                one.iter()
                    .fold(0, |sum: u64, (_, value)| sum.saturating_add(*value))
            })
            .collect();
        sums_sat.sort_unstable_by(|a, b| b.cmp(a));
        Some(Self { sums_sat })
    }

    /// An upper bound on the number of owners of whom each can pay `amount_sat` alone.
    ///
    /// A script is one owner's. Of the scripts that reach the amount each makes one owner;
    /// the others only do so together, and whatever way they are put together, the sum of
    /// all of them limits how many such owners there are. So no division of the inputs
    /// among owners gives more than this.
    pub(super) fn payers_max(&self, amount_sat: u64) -> usize {
        let rich = self.sums_sat.partition_point(|sum| *sum >= amount_sat);
        let rest: u64 = self
            .sums_sat
            .iter()
            .skip(rich)
            .fold(0, |sum, part| sum.saturating_add(*part));
        let together = rest.checked_div(amount_sat).unwrap_or(0);
        rich.saturating_add(usize::try_from(together).unwrap_or(usize::MAX))
    }
}

fn different<T: Ord>(items: impl Iterator<Item = T>) -> usize {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items.len()
}
