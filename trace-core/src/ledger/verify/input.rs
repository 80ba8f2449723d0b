//! Inputs and what they spend.

use super::super::LedgerError;
use super::super::columns::{External, flag};
use super::super::number::{EXTERNAL, from_40};
use super::{At, Check, wrong_index};

impl Check<'_> {
    /// An input. Returns the value it spends, where that is known.
    pub(super) fn input(
        &mut self,
        at: &At<'_>,
        tx: u64,
        input: u64,
        own_outputs: u64,
    ) -> Result<Option<u64>, LedgerError> {
        let spent = self.columns.spends.get(input).map_or(u64::MAX, from_40);
        if spent & EXTERNAL != 0 {
            return self.external(at, tx, spent);
        }
        self.spends += 1;
        let creator = self.columns.creator_of(spent);
        let row = creator.and_then(|creator| self.columns.block.get(creator));
        let is_before = row.is_some_and(|row| at.branch.has_row(u32::from_le_bytes(row)));
        if spent >= own_outputs || !is_before {
            let why = "an input spends what was not created before it";
            return Err(at.wrong(self.dir, "input.spends", why));
        }
        self.spender(at, tx, spent)?;
        let value = self.columns.value.get(spent);
        Ok(value.map(u64::from_le_bytes))
    }

    /// That the index names the spender of an output, and no other one on the branch.
    fn spender(&self, at: &At<'_>, tx: u64, spent: u64) -> Result<(), LedgerError> {
        let index = &self.ledger.index;
        let first = index.first_spender(self.columns, spent);
        let mut is_named = first == Some(tx);
        for other in first.into_iter().chain(index.other_spenders(spent)) {
            if other == tx {
                is_named = true;
                continue;
            }
            let is_earlier = other < tx && at.branch.has_transaction(other);
            if is_earlier && self.columns.does_spend(other, spent) {
                let why = "an output is spent twice on one branch";
                return Err(at.wrong(self.dir, "input.spends", why));
            }
        }
        if is_named {
            Ok(())
        } else {
            Err(wrong_index(self.dir.join("index/spender"), Some(at.row.at)))
        }
    }

    fn external(&self, at: &At<'_>, tx: u64, spent: u64) -> Result<Option<u64>, LedgerError> {
        let number = spent ^ EXTERNAL;
        let added = at.before.externals..at.row.counts.externals;
        let external = self.columns.external_of(spent);
        let external =
            external.filter(|external| added.contains(&number) && external.spender == tx);
        let Some(External { output, .. }) = external else {
            let why = "an output outside is spent by another input";
            return Err(at.wrong(self.dir, "external", why));
        };
        Ok(output.map(|output| output.value_sat))
    }

    /// The columns that have an entry for some inputs or outputs only.
    pub(super) fn sparse(&self, at: &At<'_>) -> Result<(), LedgerError> {
        let (before, counts) = (&at.before, &at.row.counts);
        let (mut reveals, mut sequences) = (before.reveals, before.sequences);
        for input in before.inputs..counts.inputs {
            let [flags] = self.columns.flags.get(input).unwrap_or_default();
            if flags & flag::REVEALS != 0 {
                let entry = self.columns.reveal.get(reveals);
                if !belongs(entry.as_ref().map(<[u8; 25]>::as_slice), input) {
                    let why = "a key hash was revealed by another input";
                    return Err(at.wrong(self.dir, "input.reveal", why));
                }
                reveals += 1;
            }
            if usize::from(flags >> flag::SEQUENCE_SHIFT) >= flag::SEQUENCES.len() {
                let entry = self.columns.sequence.get(sequences);
                if !belongs(entry.as_ref().map(<[u8; 9]>::as_slice), input) {
                    let why = "a sequence is of another input";
                    return Err(at.wrong(self.dir, "input.sequence", why));
                }
                sequences += 1;
            }
        }
        if reveals != counts.reveals || sequences != counts.sequences {
            let why = "an input's flags do not say what it has";
            return Err(at.wrong(self.dir, "input.flags", why));
        }
        for number in before.replaced..counts.replaced {
            let entry = self.columns.replaced.get(number).unwrap_or_default();
            let names = entry
                .as_chunks::<5>()
                .0
                .iter()
                .map(|output| from_40(*output));
            let names: Vec<_> = names.map(|output| self.columns.outpoint(output)).collect();
            if names.first() != names.last() || names.contains(&None) {
                let why = "an output took over another name than its own";
                return Err(at.wrong(self.dir, "output.replaced", why));
            }
        }
        Ok(())
    }
}

fn belongs(entry: Option<&[u8]>, input: u64) -> bool {
    let number = entry.and_then(<[u8]>::first_chunk);
    number.copied().map(from_40) == Some(input)
}
