//! Following through a mix: what was mixed can only be in the outputs of equal value.
//!
//! The equal outputs, worth E together, take taint before any other taker does. T, the taint
//! that comes in, is allotted to them by the policy as if they were a transaction of their
//! own: with T tainted and E − T clean satoshis if T ≤ E, else wholly tainted. What does not
//! fit, T − E, is allotted by the policy to the other outputs in their order and the fee, which
//! are otherwise clean. So what goes in comes out, and no output holds more than it is worth.
//!
//! Under FIFO and LIFO the E − T clean satoshis are those that leave first; all others go,
//! still in their order, to the other outputs and the fee. Under poison every seed marks the
//! equal outputs, and the others only if all seeds together bring more than E: under another
//! policy any of them may then be among what does not fit, and poison is the bound of all.

use super::cut::cut;
use super::{Allocation, Allotment, Brought, Flow, Piece, sum_of};
use crate::taint::Policy;
use crate::taint::segment::Segment;

pub(super) fn allot(policy: Policy, flow: &mut Flow, equal: &[u32], into: &mut Allotment) {
    let order = equal_first(equal, flow.takers.len());
    let of = |takers: &[usize]| -> Vec<u64> {
        let values = takers.iter().filter_map(|taker| flow.takers.get(*taker));
        values.copied().collect()
    };
    let (mut equal, others) = (of(&order.equal), of(&order.others));
    let equal_sat = equal
        .iter()
        .fold(0_u64, |sum, part| sum.saturating_add(*part));
    match policy.allocation() {
        Allocation::Whole => {
            mark(&flow.pieces, &equal, &others, into);
        }
        Allocation::Amounts(divide) => {
            let tainted_sat = flow.tainted_sat();
            let inside_sat = tainted_sat.min(equal_sat);
            // A policy takes its last taker for the fee.
            equal.push(0);
            divide(inside_sat, &equal, &mut into.dirty);
            into.dirty.pop();
            let mut outside = Vec::new();
            divide(tainted_sat - inside_sat, &others, &mut outside);
            into.dirty.append(&mut outside);
            // Back in the takers' order first: among equal remainders of a seed's part the first
            // taker of the transaction gets the satoshi, as where nothing was mixed.
            let allotted = std::mem::take(&mut into.dirty);
            into.dirty.resize(allotted.len(), 0);
            for (taker, dirty_sat) in order.takers().zip(allotted) {
                if let Some(of_taker) = into.dirty.get_mut(taker) {
                    *of_taker = dirty_sat;
                }
            }
            into.split(&flow.pieces);
            return;
        }
        Allocation::Order(in_order) => {
            in_order(&mut flow.pieces);
            let clean_sat = equal_sat.saturating_sub(flow.tainted_sat());
            flow.pieces = tainted_before_clean(&flow.pieces, clean_sat);
            equal.extend(others);
            cut(&flow.pieces, &equal, into);
        }
    }
    put_back(&order, into);
}

/// The indexes of the takers: the equal ones, and the others with the fee behind them.
struct Order {
    equal: Vec<usize>,
    others: Vec<usize>,
}

impl Order {
    fn takers(&self) -> impl Iterator<Item = usize> {
        self.equal.iter().chain(&self.others).copied()
    }
}

/// Indexes that are none of an output, and repeated ones, are passed over.
fn equal_first(equal: &[u32], takers: usize) -> Order {
    let outputs = takers.saturating_sub(1);
    let mut is_equal = vec![false; outputs];
    for index in equal {
        if let Some(is_equal) = is_equal.get_mut(*index as usize) {
            *is_equal = true;
        }
    }
    let (equal, mut others): (Vec<_>, Vec<_>) =
        (0..outputs).partition(|taker| is_equal.get(*taker).copied().unwrap_or(false));
    others.push(outputs);
    Order { equal, others }
}

/// Every tainted piece and the first `clean_sat` clean satoshis in their order, and behind
/// them the other clean ones.
fn tainted_before_clean(pieces: &[Piece], mut clean_sat: u64) -> Vec<Piece> {
    let mut first = Vec::with_capacity(pieces.len() + 1);
    let mut rest = Vec::new();
    for piece in pieces {
        let part = |length_sat: u64| Piece {
            segment: Segment {
                length_sat,
                ..piece.segment
            },
            ..*piece
        };
        let length_sat = piece.segment.length_sat;
        if piece.segment.seed.is_some() {
            first.push(*piece);
        } else {
            let kept_sat = length_sat.min(clean_sat);
            clean_sat -= kept_sat;
            first.push(part(kept_sat));
            rest.push(part(length_sat - kept_sat));
        }
    }
    first.append(&mut rest);
    first
}

fn mark(pieces: &[Piece], equal: &[u64], others: &[u64], into: &mut Allotment) {
    let mut seeds = Vec::new();
    sum_of(pieces, &mut seeds);
    let equal_sat = equal
        .iter()
        .fold(0_u64, |sum, part| sum.saturating_add(*part));
    let takers = equal.iter().map(|taker_sat| (taker_sat, true));
    let does_fit = seeds
        .iter()
        .fold(0_u64, |sum, share| sum.saturating_add(share.amount_sat))
        <= equal_sat;
    for (taker_sat, is_equal) in takers.chain(others.iter().map(|taker_sat| (taker_sat, false))) {
        for share in &seeds {
            if is_equal || !does_fit {
                into.give(Segment {
                    seed: Some(share.seed),
                    length_sat: *taker_sat,
                });
            }
        }
        into.close();
    }
}

/// Puts what was allotted in `order` back into the order of the takers.
fn put_back(order: &Order, into: &mut Allotment) {
    let allotted: Vec<usize> = order.takers().collect();
    let mut place_of = vec![0; allotted.len()];
    for (place, taker) in allotted.iter().enumerate() {
        if let Some(of_taker) = place_of.get_mut(*taker) {
            *of_taker = place;
        }
    }
    let mut segments = Vec::with_capacity(into.segments.len());
    let mut ends = Vec::with_capacity(into.ends.len());
    for place in place_of {
        segments.extend_from_slice(into.of(place));
        ends.push(segments.len());
    }
    into.segments = segments;
    into.ends = ends;
    let taker_at = |place: u32| allotted.get(place as usize).copied().unwrap_or_default();
    for brought in &mut into.brought {
        // An index of a taker, of which there are as many as the transaction has outputs.
        brought.taker = u32::try_from(taker_at(brought.taker)).unwrap_or(u32::MAX);
    }
    into.brought.sort_by_key(|brought: &Brought| brought.taker);
}
