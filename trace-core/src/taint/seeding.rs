//! Which outputs the seeds are.

use std::collections::{BTreeSet, HashMap};

use super::record::Place;
use super::segment::{Segment, Segments};
use super::trail::{Gap, Seeded};
use super::{Allocation, Seed};
use crate::model::{AddressId, OutputId, TxNumber};
use crate::view::{Answer, CoinView, NumberedTransaction, Question, Unknown};

/// An output that one or more seeds name.
#[derive(Clone, Debug)]
pub(super) struct SeedOutput {
    pub(super) output: OutputId,
    pub(super) value_sat: u64,
    pub(super) address: Option<AddressId>,
    pub(super) creator: TxNumber,
    pub(super) vout: u32,
    /// Index of each seed that names it, and the output's index there.
    named_by: Vec<(u32, usize)>,
    /// What other seeds have brought here.
    pub(super) arrived: Segments,
}

/// The outputs of all seeds.
#[derive(Clone, Debug, Default)]
pub(super) struct Seeding {
    /// By seed; amounts are written when an output is seeded.
    pub(super) seeded: Vec<Seeded>,
    /// Each output once, in the order in which the seeds name them.
    pub(super) outputs: Vec<SeedOutput>,
    by_output: HashMap<OutputId, usize>,
    pub(super) gaps: Vec<Gap>,
}

impl Seeding {
    /// Looks the seeds up.
    ///
    /// # Errors
    /// What must be known first.
    pub(super) fn find(
        seeds: &[Seed],
        view: &(impl CoinView + ?Sized),
        blank: &mut NumberedTransaction,
    ) -> Result<Self, BTreeSet<Question>> {
        let mut seeding = Self::default();
        let mut questions = BTreeSet::new();
        for (number, seed) in (0..).zip(seeds) {
            let outputs = match outputs_of(seed, view, blank) {
                Answer::Known(outputs) => outputs,
                Answer::NotFetched => {
                    questions.insert(question(seed));
                    continue;
                }
                Answer::Unknown(why) => {
                    seeding.gaps.push(Gap::Seed(number, why));
                    Vec::new()
                }
            };
            seeding.seeded.push(Seeded {
                outputs: Vec::new(),
                seeded_sat: 0,
            });
            for output in outputs {
                if let Err(why) = seeding.add(number, output, view) {
                    seeding.gaps.push(Gap::Seed(number, why));
                }
            }
        }
        if questions.is_empty() {
            Ok(seeding)
        } else {
            Err(questions)
        }
    }

    fn add(
        &mut self,
        seed: u32,
        output: OutputId,
        view: &(impl CoinView + ?Sized),
    ) -> Result<(), Unknown> {
        let Some(seeded) = self.seeded.last_mut() else {
            return Ok(());
        };
        let known_index = self.by_output.get(&output).copied();
        let index = known_index.unwrap_or(self.outputs.len());
        if known_index.is_none() {
            let told = known(view.output(output))?;
            if told.value_sat == 0 {
                return Ok(());
            }
            self.outputs.push(SeedOutput {
                output,
                value_sat: told.value_sat,
                address: told.address,
                creator: known(view.creator(output))?,
                vout: Place::of(view, output).vout,
                named_by: Vec::new(),
                arrived: Segments::none(),
            });
            self.by_output.insert(output, index);
        }
        if let Some(named) = self.outputs.get_mut(index) {
            named.named_by.push((seed, seeded.outputs.len()));
        }
        seeded.outputs.push((output, 0));
        Ok(())
    }

    /// The index of the seeded output that `output` is.
    pub(super) fn find_output(&self, output: OutputId) -> Option<usize> {
        self.by_output.get(&output).copied()
    }

    /// Seeds an output: what is clean of it becomes the first seed's that names it, under
    /// poison all of it every seed's. Says what it then holds, and whether a seed got less
    /// than the whole output because it was tainted already.
    pub(super) fn sow(&mut self, index: usize, allocation: Allocation) -> (Segments, bool) {
        let Some(output) = self.outputs.get_mut(index) else {
            return (Segments::none(), false);
        };
        let arrived = std::mem::replace(&mut output.arrived, Segments::none());
        let mut twice = false;
        let mut segments = arrived.to_vec();
        for (seed, place) in &output.named_by {
            let before = sum_of(&segments, *seed);
            top_up(&mut segments, output.value_sat, *seed, allocation);
            let amount_sat = sum_of(&segments, *seed) - before;
            twice |= amount_sat < output.value_sat;
            if let Some(seeded) = self.seeded.get_mut(*seed as usize)
                && let Some((_, seeded_sat)) = seeded.outputs.get_mut(*place)
            {
                *seeded_sat = amount_sat;
                seeded.seeded_sat = seeded.seeded_sat.saturating_add(amount_sat);
            }
        }
        (Segments::from(&*segments), twice)
    }
}

fn outputs_of(
    seed: &Seed,
    view: &(impl CoinView + ?Sized),
    blank: &mut NumberedTransaction,
) -> Answer<Vec<OutputId>> {
    let (txid, vout) = match seed {
        Seed::Output(outpoint) => (outpoint.txid, Some(outpoint.vout)),
        Seed::Transaction(txid) => (*txid, None),
        Seed::Address {
            address,
            from_height,
        } => return view.find_receipts(address, *from_height),
    };
    let tx = match view.find_transaction(&txid) {
        Answer::Known(tx) => tx,
        Answer::NotFetched => return Answer::NotFetched,
        Answer::Unknown(why) => return Answer::Unknown(why),
    };
    if let Some(vout) = vout {
        return match view.output_id(tx, vout) {
            Some(output) => Answer::Known(vec![output]),
            None => Answer::Unknown(Unknown::NotFound),
        };
    }
    match view.transaction(tx, blank) {
        Answer::Known(()) => Answer::Known(
            (0..)
                .zip(&blank.outputs)
                .filter_map(|(vout, _)| view.output_id(tx, vout))
                .collect(),
        ),
        Answer::NotFetched => Answer::NotFetched,
        Answer::Unknown(why) => Answer::Unknown(why),
    }
}

fn question(seed: &Seed) -> Question {
    match seed {
        Seed::Output(outpoint) => Question::Transaction(outpoint.txid),
        Seed::Transaction(txid) => Question::Transaction(*txid),
        Seed::Address {
            address,
            from_height,
        } => Question::Receipts(address.clone(), *from_height),
    }
}

/// A view that told of an output has fetched it.
fn known<T>(answer: Answer<T>) -> Result<T, Unknown> {
    match answer {
        Answer::Known(known) => Ok(known),
        Answer::NotFetched => Err(Unknown::NotFound),
        Answer::Unknown(why) => Err(why),
    }
}

fn sum_of(segments: &[Segment], seed: u32) -> u64 {
    let of_seed = segments.iter().filter(|segment| segment.seed == Some(seed));
    of_seed.fold(0, |sum, segment| sum.saturating_add(segment.length_sat))
}

/// Gives `seed` what is clean of an output worth `value_sat`.
fn top_up(segments: &mut Vec<Segment>, value_sat: u64, seed: u32, allocation: Allocation) {
    let mine = |length_sat| Segment {
        seed: Some(seed),
        length_sat,
    };
    match allocation {
        Allocation::Order(_) => {
            if segments.is_empty() {
                segments.push(mine(value_sat));
            }
            for segment in segments.iter_mut() {
                segment.seed.get_or_insert(seed);
            }
            segments.dedup_by(|next, kept| {
                let same = next.seed == kept.seed;
                if same {
                    kept.length_sat += next.length_sat;
                }
                same
            });
        }
        Allocation::Whole | Allocation::Amounts(_) => {
            let rest_sat = match allocation {
                Allocation::Whole => value_sat - sum_of(segments, seed),
                _ => segments.iter().fold(value_sat, |left, segment| {
                    left.saturating_sub(segment.length_sat)
                }),
            };
            let at = segments.partition_point(|segment| segment.seed < Some(seed));
            match segments.get_mut(at) {
                Some(segment) if segment.seed == Some(seed) => segment.length_sat += rest_sat,
                _ if rest_sat > 0 => segments.insert(at, mine(rest_sat)),
                _ => {}
            }
        }
    }
}
