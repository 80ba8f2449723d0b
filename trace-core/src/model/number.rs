//! Numbers in chain order, which stand for hashes and scripts everywhere but at the edges.
//!
//! A number has meaning only in the view that gave it. In a ledger it is the order of
//! arrival, so along one branch a lower transaction number is an earlier transaction.
//!
//! Room, at Bitcoin's pace of 2026 (1.3 × 10⁹ transactions, 3.6 × 10⁹ outputs and
//! 1.5 × 10⁹ addresses, growing by about 0.17, 0.45 and 0.2 × 10⁹ a year): transactions
//! and outputs are 64 bits here and 40 bits (1.1 × 10¹²) on disk, enough for two thousand
//! years; addresses are 32 bits, enough until about 2040, because the partition of all
//! addresses is held in memory at four bytes each.

/// A transaction's number in the view that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TxNumber(pub u64);

/// An output's number in the view that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputId(pub u64);

/// An address's number in the view that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressId(pub u32);
