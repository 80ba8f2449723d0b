//! The tainted value inside an output, piece by piece.

use super::Share;
use super::few::Few;

/// Satoshis of one seed, or of none, that lie together.
///
/// Under FIFO and LIFO the segments of an output are in the order of its satoshis, cover all
/// of it, and no two neighbours are of the same seed. Under every other policy the satoshis of
/// an output have no order; its segments are then one for each seed that has a part of it,
/// ascending by seed, and none is clean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// Index of the seed; `None` where the value is clean.
    pub(super) seed: Option<u32>,
    pub(super) length_sat: u64,
}

/// The segments of one output.
pub(super) type Segments = Few<Segment>;

/// Collects the parts by seed, ascending.
pub(super) fn shares_of(segments: &[Segment], into: &mut Vec<Share>) {
    into.clear();
    into.extend(segments.iter().filter_map(|segment| {
        Some(Share {
            seed: segment.seed?,
            amount_sat: segment.length_sat,
        })
    }));
    sum_by_seed(into);
}

/// Sorts by seed and makes one part of all parts of a seed.
pub(super) fn sum_by_seed(shares: &mut Vec<Share>) {
    if shares.len() < 2 {
        return;
    }
    shares.sort_unstable_by_key(|share| share.seed);
    shares.dedup_by(|next, kept| {
        let same = next.seed == kept.seed;
        if same {
            kept.amount_sat = kept.amount_sat.saturating_add(next.amount_sat);
        }
        same
    });
}
