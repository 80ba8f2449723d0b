//! Where in a chain something happened.

/// A transaction's place in a chain. Everything is processed in this order.
///
/// Unlike a number, a position is the same in every view of the same chain, so results
/// are ordered by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Height of the block.
    pub height: u32,
    /// Index of the transaction in its block, the coinbase being 0.
    pub index: u32,
}
