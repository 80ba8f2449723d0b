//! How far following goes before it stops and says so.

/// Limits of one run. `None` is no limit. What a limit cut off is a destination of its own
/// kind, so the sums still come out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Transactions between a seed and an output, at most.
    pub hops_max: Option<u32>,
    /// Transactions visited in all, at most.
    pub transactions_max: Option<u64>,
    /// Forwards: blocks above this height are not followed into.
    pub height_max: Option<u32>,
    /// Backwards: blocks below this height are not followed into.
    pub height_min: Option<u32>,
    /// An output whose tainted part, all seeds together, is below this many satoshis is not
    /// followed further.
    pub amount_min_sat: u64,
}
