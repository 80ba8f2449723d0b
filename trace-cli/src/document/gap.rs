//! What could not be known.

use serde::Serialize;
use trace_core::view::Unknown;

/// Something that could not be known, and so may be missing from the answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct GapNote {
    /// `seed`, `output`, `input-value`, `mix` or `seeded-twice`.
    pub(crate) gap: &'static str,
    /// The seed, outpoint or transaction that it is about.
    pub(crate) at: String,
    pub(crate) why: &'static str,
}

impl GapNote {
    /// Whether a seed could not be told although there may be one: what was asked for is not
    /// nothing, but not answered.
    pub(crate) fn is_untold_seed(&self) -> bool {
        self.gap == "seed" && self.why != crate::wording::unknown(Unknown::NotFound)
    }
}
