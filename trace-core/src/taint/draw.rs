//! A transaction as sources and takers, with what of it is tainted.

use super::allocation::{Allocation, Flow, Passage, Piece};
use super::frontier::Entry;
use super::segment::{Segment, Segments};
use super::step::{Scratch, Step};
use super::surroundings::Surroundings;
use super::trail::{DestinationKind, Direction, Gap};
use super::walk::Walk;
use crate::model::OutputId;
use crate::view::{Answer, CoinView, Outline, Question, Unknown};

/// Whether the values of all inputs are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prevouts {
    Known,
    /// One cannot be known, and this is why.
    Missing(Unknown),
    /// They were asked for.
    Asked,
}

impl<V, S> Step<'_, V, S>
where
    V: CoinView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    /// Looks up the values of the spent outputs that came without the transaction and are not
    /// among what enters, which is sorted by output.
    pub(super) fn know_prevouts(&mut self, entering: &[Entry]) -> Prevouts {
        let mut known = Prevouts::Known;
        for input in &mut self.scratch.outline.inputs {
            if input.value_sat.is_some() {
                continue;
            }
            let by_output = |entry: &Entry| entry.held.output;
            let entered = entering.binary_search_by_key(&input.spends, by_output);
            if let Some(entry) = entered.ok().and_then(|index| entering.get(index)) {
                input.value_sat = Some(entry.held.value_sat);
                continue;
            }
            let why = match self.view.value(input.spends) {
                Answer::Known(value_sat) => {
                    input.value_sat = Some(value_sat);
                    continue;
                }
                Answer::Unknown(why) => why,
                Answer::NotFetched => {
                    if let Answer::Known(outpoint) = self.view.outpoint(input.spends) {
                        self.questions.insert(Question::Transaction(outpoint.txid));
                        known = Prevouts::Asked;
                        continue;
                    }
                    Unknown::NotFound
                }
            };
            if known == Prevouts::Known {
                known = Prevouts::Missing(why);
            }
        }
        known
    }

    /// Draws the transaction at hand for the policy. Says why, where the policy or the fee
    /// cannot do without a value that is not known.
    ///
    /// What the view says goes into the transaction but is not among what it spends (backwards:
    /// creates) contradicts it, and is lost from view.
    pub(super) fn draw(
        &mut self,
        walk: &mut Walk,
        entering: &mut [Entry],
        missing: Option<Unknown>,
        passage: Passage<'_>,
    ) -> Option<Unknown> {
        let Scratch { flow, entered, .. } = &mut *self.scratch;
        flow.pieces.clear();
        flow.takers.clear();
        entered.clear();
        entered.resize(entering.len(), false);
        let missing = match self.plan.direction {
            Direction::Forward => self.draw_forward(entering, missing, passage),
            Direction::Back => self.draw_back(entering, missing),
        };
        let entered = &self.scratch.entered;
        for (entry, entered) in entering.iter_mut().zip(entered) {
            if !entered {
                let why = Unknown::Contradictory;
                walk.record.gaps.push(Gap::Output(entry.held.output, why));
                self.end(walk, &entry.held, DestinationKind::Unseen(why));
                entry.held.segments = Segments::none();
            }
        }
        missing
    }

    /// Sources are the inputs, takers the outputs and the fee.
    fn draw_forward(
        &mut self,
        entering: &[Entry],
        missing: Option<Unknown>,
        passage: Passage<'_>,
    ) -> Option<Unknown> {
        // A policy that serves the outputs first leaves to the fee what they cannot hold,
        // whatever clean value joins it there.
        let serves_outputs_first = matches!(self.allocation, Allocation::Amounts(_))
            && matches!(passage, Passage::Plain | Passage::EqualOutputs(_))
            && !self.plan.policy.needs_input_values();
        let (outline, mut sources) = self.sources(entering);
        for input in &outline.inputs {
            sources.add(input.spends, input.value_sat.unwrap_or(0));
        }
        let (flow, inputs_sat) = (sources.flow, sources.sum);
        let outputs = outline.outputs.iter().map(|output| output.value_sat);
        flow.takers.extend(outputs);
        let fee = fee(inputs_sat, sum(&flow.takers));
        let missing = missing.or(fee.err());
        let (fee_sat, missing) = match missing {
            None => (fee.unwrap_or(0), None),
            Some(_) if serves_outputs_first => (flow.tainted_sat(), None),
            Some(why) => (0, Some(why)),
        };
        flow.takers.push(fee_sat);
        missing
    }

    /// Sources are the outputs and the fee, takers the inputs and nothing.
    fn draw_back(&mut self, entering: &[Entry], missing: Option<Unknown>) -> Option<Unknown> {
        let (outline, mut sources) = self.sources(entering);
        for output in &outline.outputs {
            sources.add(output.id, output.value_sat);
        }
        let (flow, outputs_sat) = (sources.flow, sources.sum);
        let inputs = outline.inputs.iter();
        flow.takers
            .extend(inputs.map(|input| input.value_sat.unwrap_or(0)));
        let fee = fee(sum(&flow.takers), outputs_sat);
        flow.pieces.push(Piece {
            source: 0,
            segment: Segment {
                seed: None,
                length_sat: fee.unwrap_or(0),
            },
        });
        flow.takers.push(0);
        missing.or(fee.err())
    }

    fn sources<'a>(&'a mut self, entering: &'a [Entry]) -> (&'a Outline, Sources<'a>) {
        let Scratch {
            outline,
            flow,
            entered,
            ..
        } = &mut *self.scratch;
        let sources = Sources {
            entering,
            entered,
            with_clean: matches!(self.allocation, Allocation::Order(_)),
            flow,
            sum: 0,
        };
        (outline, sources)
    }
}

fn sum(values: &[u64]) -> u128 {
    values.iter().copied().map(u128::from).sum()
}

/// What the inputs are worth more than the outputs.
fn fee(inputs_sat: u128, outputs_sat: u128) -> Result<u64, Unknown> {
    // No chain has more satoshis than 64 bits hold; a source may say anything.
    let inputs_sat = u64::try_from(inputs_sat).map_err(|_| Unknown::Contradictory)?;
    let outputs_sat = u64::try_from(outputs_sat).map_err(|_| Unknown::Contradictory)?;
    inputs_sat
        .checked_sub(outputs_sat)
        .ok_or(Unknown::Contradictory)
}

/// The sources of a transaction as they are gone through.
struct Sources<'a> {
    /// Sorted by output.
    entering: &'a [Entry],
    /// Which of them have been met.
    entered: &'a mut [bool],
    /// Whether the policy looks at clean segments.
    with_clean: bool,
    flow: &'a mut Flow,
    /// What the sources are worth together, in satoshis.
    sum: u128,
}

impl Sources<'_> {
    fn add(&mut self, output: OutputId, value_sat: u64) {
        let by_output = |entry: &Entry| entry.held.output;
        let found = self.entering.binary_search_by_key(&output, by_output).ok();
        let tainted = found.and_then(|index| {
            let entered = self.entered.get_mut(index)?;
            let entry = self.entering.get(index)?;
            (!std::mem::replace(entered, true)).then_some((index, &entry.held))
        });
        if let Some((index, held)) = tainted {
            self.sum += u128::from(held.value_sat);
            // An index of an input or output of one transaction.
            let source = u32::try_from(index).unwrap_or(u32::MAX);
            let pieces = held.segments.iter().map(|segment| Piece {
                source,
                segment: *segment,
            });
            self.flow.pieces.extend(pieces);
        } else {
            self.sum += u128::from(value_sat);
            if self.with_clean {
                self.flow.pieces.push(Piece {
                    source: 0,
                    segment: Segment {
                        seed: None,
                        length_sat: value_sat,
                    },
                });
            }
        }
    }
}
