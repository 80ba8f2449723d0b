//! A queue of satoshis, cut by those who take them.

use super::{Allotment, Brought, Piece};
use crate::taint::segment::Segment;

/// Hands the satoshis of `pieces` out in their order, to each taker as many as it is worth.
///
/// Each satoshi goes to one taker, so nothing is lost or doubled as long as takers and pieces
/// have the same sum.
pub(super) fn cut(pieces: &[Piece], takers: &[u64], into: &mut Allotment) {
    let mut queue = pieces.iter().copied();
    let mut head = queue.next();
    for (taker, taker_sat) in (0..).zip(takers) {
        let mut wanted_sat = *taker_sat;
        while wanted_sat > 0
            && let Some(piece) = &mut head
        {
            let taken_sat = wanted_sat.min(piece.segment.length_sat);
            wanted_sat -= taken_sat;
            piece.segment.length_sat -= taken_sat;
            take(into, taker, *piece, taken_sat);
            if piece.segment.length_sat == 0 {
                head = queue.next();
            }
        }
        into.close();
    }
}

fn take(into: &mut Allotment, taker: u32, piece: Piece, amount_sat: u64) {
    into.give(Segment {
        length_sat: amount_sat,
        ..piece.segment
    });
    if piece.segment.seed.is_none() || amount_sat == 0 {
        return;
    }
    let source = piece.source;
    match into.brought.last_mut() {
        Some(last) if (last.taker, last.source) == (taker, source) => last.amount_sat += amount_sat,
        _ => into.brought.push(Brought {
            taker,
            source,
            amount_sat,
        }),
    }
}
