//! LIFO, last in, first out: what comes in last goes out first.
//!
//! As FIFO, but the outputs take from the end of the queue: the last satoshi of the last input
//! is the first satoshi of the first output.
//!
//! Example: inputs of 3 (tainted) and 4 pay outputs of 1, 5 and a fee of 1. The first output is
//! clean, the second holds 3 clean ones and then 2 tainted ones, the fee is tainted.

use super::Piece;

/// The last satoshi leaves first. Inside a segment all are alike, so segments are turned round.
pub(in crate::taint) fn order(pieces: &mut [Piece]) {
    pieces.reverse();
}
