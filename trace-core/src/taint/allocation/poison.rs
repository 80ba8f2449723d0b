//! Poison: whatever a tainted source touches is wholly tainted.
//!
//! An upper bound on where value can have gone, and no more than that: it does not conserve
//! value, and the sums of its destinations exceed what was seeded. Each seed is marked apart,
//! so an output that two seeds have touched is wholly the one's and wholly the other's.
//!
//! Example: inputs of 3 (tainted) and 4 pay outputs of 5 and 1 and a fee of 1. Tainted: 5, 1, 1.

use super::{Allotment, Piece, sum_of};
use crate::taint::segment::Segment;

pub(super) fn mark(pieces: &[Piece], takers: &[u64], into: &mut Allotment) {
    let mut seeds = std::mem::take(&mut into.seeds);
    sum_of(pieces, &mut seeds);
    for taker_sat in takers {
        for share in &seeds {
            into.give(Segment {
                seed: Some(share.seed),
                length_sat: *taker_sat,
            });
        }
        into.close();
    }
    into.seeds = seeds;
}
