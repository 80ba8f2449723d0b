//! What could not be known.

use serde::Serialize;

/// Something that could not be known, and so may be missing from the answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct GapNote {
    /// `seed`, `output`, `input-value`, `mix` or `seeded-twice`.
    pub(crate) gap: &'static str,
    /// The seed, outpoint or transaction that it is about.
    pub(crate) at: String,
    pub(crate) why: &'static str,
}
