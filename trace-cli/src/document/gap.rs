//! What could not be known.

use serde::Serialize;

/// Something that could not be known, and so may be missing from the answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct GapNote {
    /// `output`, `input-value`, `seeded-twice` or `mix`.
    pub(crate) gap: &'static str,
    /// The outpoint, transaction or address it is about.
    pub(crate) at: String,
    pub(crate) why: &'static str,
}
