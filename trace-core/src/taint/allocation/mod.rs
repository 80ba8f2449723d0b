//! How one transaction hands on taint: a policy a file, each a pure function of integers.
//!
//! A transaction is seen as *sources* and *takers*, in order. Forwards the sources are its
//! inputs and the takers its outputs and, last, its fee. Backwards it is the mirror image
//! (docs/adr/0005): the sources are the outputs and, last, the fee, the takers are the inputs;
//! a last taker of no value stands where forwards the fee is. Sources and takers have the same
//! sum.
//!
//! Two kinds of policy conserve value. Under FIFO and LIFO each satoshi keeps its place: the
//! sources' satoshis form a queue, which the takers cut. Under the others only amounts count:
//! the policy says how much of each taker is tainted, given how much is in all, and that is
//! then shared out among the seeds ([`split`]).

mod apportion;
pub(super) mod clean_first;
mod cut;
pub(super) mod dirty_first;
pub(super) mod fifo;
mod fill;
pub(super) mod haircut;
pub(super) mod lifo;
pub(super) mod poison;
mod split;
mod through;
pub(super) mod tiho;

#[cfg(test)]
mod tests;

use super::segment::{Segment, sum_by_seed};
use super::{Policy, Share};

/// What a policy is, to whoever applies it.
#[derive(Clone, Copy)]
pub(super) enum Allocation {
    /// Any taint makes every taker wholly tainted.
    Whole,
    /// Writes how much of each taker is tainted, given how much is in all.
    Amounts(fn(u64, &[u64], &mut Vec<u64>)),
    /// Puts the sources' satoshis into the order in which the takers take them.
    Order(fn(&mut [Piece])),
}

/// A segment and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Which source, by a number that the caller chose. Only read where it is tainted.
    pub(super) source: u32,
    pub(super) segment: Segment,
}

/// One transaction, as a policy sees it.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// The segments of the sources, in the sources' order. Policies that go by amounts do not
    /// look at clean ones, which may then be left out.
    pub(super) pieces: Vec<Piece>,
    /// The values of the takers; the last one is the fee.
    pub(super) takers: Vec<u64>,
}

impl Flow {
    /// The tainted satoshis of all seeds.
    pub(super) fn tainted_sat(&self) -> u64 {
        let tainted = self.pieces.iter().map(|piece| piece.segment);
        let tainted = tainted.filter(|segment| segment.seed.is_some());
        tainted.fold(0, |sum, segment| sum.saturating_add(segment.length_sat))
    }
}

/// Which way taint takes through a transaction.
#[derive(Clone, Copy, Debug)]
pub(super) enum Passage<'a> {
    /// As the policy says.
    Plain,
    /// A mix: as the policy says, but to the takers with these indexes before any other.
    EqualOutputs(&'a [u32]),
    /// A mix, all of whose takers become wholly tainted.
    Whole,
}

/// What each taker has got.
#[derive(Debug, Default)]
pub(super) struct Allotment {
    /// Of all takers, in their order.
    segments: Vec<Segment>,
    /// Where in `segments` those of each taker end.
    ends: Vec<usize>,
    /// Under FIFO and LIFO the tainted amounts by source, in the order of the takers. Under
    /// other policies all sources are in all takers, and this is empty.
    pub(super) brought: Vec<Brought>,
    dirty: Vec<u64>,
    seeds: Vec<Share>,
}

/// How much tainted value one taker has from one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Brought {
    pub(super) taker: u32,
    pub(super) source: u32,
    pub(super) amount_sat: u64,
}

impl Allotment {
    /// Hands the taint of the sources to the takers.
    ///
    /// Time: of the order of pieces and takers, under TIHO n log n in the takers; by amounts
    /// times the number of seeds that meet here.
    pub(super) fn make(&mut self, policy: Policy, flow: &mut Flow, passage: Passage<'_>) {
        self.clear();
        match (policy.allocation(), passage) {
            (_, Passage::EqualOutputs(equal)) => through::allot(policy, flow, equal, self),
            (Allocation::Whole, _) => poison::mark(&flow.pieces, &flow.takers, self),
            (_, Passage::Whole) => {
                self.dirty.extend(&flow.takers);
                self.split(&flow.pieces);
            }
            (Allocation::Amounts(divide), Passage::Plain) => {
                divide(flow.tainted_sat(), &flow.takers, &mut self.dirty);
                self.split(&flow.pieces);
            }
            (Allocation::Order(order), Passage::Plain) => {
                order(&mut flow.pieces);
                cut::cut(&flow.pieces, &flow.takers, self);
            }
        }
    }

    /// The segments of a taker; none where it is wholly clean.
    pub(super) fn of(&self, taker: usize) -> &[Segment] {
        let start = taker
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let range = start.copied().unwrap_or(0)..self.ends.get(taker).copied().unwrap_or(0);
        self.segments.get(range).unwrap_or_default()
    }

    fn clear(&mut self) {
        self.segments.clear();
        self.ends.clear();
        self.brought.clear();
        self.dirty.clear();
    }

    /// Shares `dirty` out among the seeds of the pieces.
    fn split(&mut self, pieces: &[Piece]) {
        let dirty = std::mem::take(&mut self.dirty);
        let mut seeds = std::mem::take(&mut self.seeds);
        sum_of(pieces, &mut seeds);
        split::split(&seeds, &dirty, self);
        self.dirty = dirty;
        self.seeds = seeds;
    }

    /// Gives a segment to the taker at hand, joined to its last one if that is alike.
    fn give(&mut self, segment: Segment) {
        if segment.length_sat == 0 {
            return;
        }
        let start = self.ends.last().copied().unwrap_or(0);
        let given = self.segments.get_mut(start..).unwrap_or_default();
        match given.last_mut() {
            Some(last) if last.seed == segment.seed => last.length_sat += segment.length_sat,
            _ => self.segments.push(segment),
        }
    }

    /// Gives each taker so much of one seed and nothing else.
    fn give_each(&mut self, seed: u32, amounts_sat: &[u64]) {
        for amount_sat in amounts_sat {
            if *amount_sat > 0 {
                self.segments.push(Segment {
                    seed: Some(seed),
                    length_sat: *amount_sat,
                });
            }
            self.ends.push(self.segments.len());
        }
    }

    /// The taker at hand has all it gets.
    fn close(&mut self) {
        let start = self.ends.last().copied().unwrap_or(0);
        let given = self.segments.get(start..).unwrap_or_default();
        if given.iter().all(|segment| segment.seed.is_none()) {
            self.segments.truncate(start);
        }
        self.ends.push(self.segments.len());
    }
}

/// The tainted satoshis by seed.
fn sum_of(pieces: &[Piece], into: &mut Vec<Share>) {
    into.clear();
    into.extend(pieces.iter().filter_map(|piece| {
        Some(Share {
            seed: piece.segment.seed?,
            amount_sat: piece.segment.length_sat,
        })
    }));
    sum_by_seed(into);
}
