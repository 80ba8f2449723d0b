//! FIFO, first in, first out: what comes in first goes out first.
//!
//! The rule for a running account in *Clayton's case*, Devaynes v Noble (1816) 1 Mer 572, for
//! transactions proposed by Anderson, Shumailov and Ahmed, *Making Bitcoin Legal* (2018). The
//! satoshis of the inputs form a queue in the order of the inputs, and the outputs cut it in
//! theirs, the fee last. Inside an output the satoshis stay in this order, so spending it later
//! goes on where the queue was cut.
//!
//! Example: inputs of 3 (tainted) and 4 pay outputs of 1, 5 and a fee of 1. The first output is
//! tainted, the second holds 2 tainted ones and then 3 clean ones, the fee is clean.

use super::Piece;

/// The order of the inputs is the order of leaving.
pub(in crate::taint) fn order(_pieces: &mut [Piece]) {}
