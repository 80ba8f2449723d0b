//! How a transaction hands the taint of its inputs to its outputs.

use std::fmt;
use std::str::FromStr;

use super::allocation::{Allocation, clean_first, dirty_first, fifo, haircut, lifo, tiho};

/// A rule that says which part of each output is tainted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Policy {
    /// Every output of a transaction with a tainted input is wholly tainted. An upper bound
    /// that does not conserve value.
    Poison,
    /// Each output is tainted in the proportion in which the inputs are (pari passu).
    Haircut,
    /// First in, first out (*Clayton's case*, 1816).
    Fifo,
    /// Last in, first out.
    Lifo,
    /// Taint in, highest out: the largest outputs take the taint first (Tironsakkul 2019).
    Tiho,
    /// The outputs take the taint first, in their order.
    DirtyFirst,
    /// The outputs take clean value first, in their order (*Re Hallett's Estate*, 1880).
    CleanFirst,
}

/// A name that is no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no policy is named {0:?}")]
pub struct UnknownPolicy(pub String);

impl Policy {
    /// Every policy, in the order in which they are shown side by side.
    pub const ALL: [Self; 7] = [
        Self::Poison,
        Self::Haircut,
        Self::Fifo,
        Self::Lifo,
        Self::Tiho,
        Self::DirtyFirst,
        Self::CleanFirst,
    ];

    /// The field's name for the policy, in `kebab-case`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Poison => "poison",
            Self::Haircut => "haircut",
            Self::Fifo => "fifo",
            Self::Lifo => "lifo",
            Self::Tiho => "tiho",
            Self::DirtyFirst => "dirty-first",
            Self::CleanFirst => "clean-first",
        }
    }

    /// The rule itself.
    pub(super) fn allocation(self) -> Allocation {
        match self {
            Self::Poison => Allocation::Whole,
            Self::Haircut => Allocation::Amounts(haircut::divide),
            Self::Fifo => Allocation::Order(fifo::order),
            Self::Lifo => Allocation::Order(lifo::order),
            Self::Tiho => Allocation::Amounts(tiho::divide),
            Self::DirtyFirst => Allocation::Amounts(dirty_first::divide),
            Self::CleanFirst => Allocation::Amounts(clean_first::divide),
        }
    }

    /// Whether it cannot say what the outputs hold unless the value of every input is known.
    /// The others mark outputs, or serve them before the fee.
    pub(super) fn needs_input_values(self) -> bool {
        match self {
            Self::Haircut | Self::Fifo | Self::Lifo | Self::CleanFirst => true,
            Self::Poison | Self::Tiho | Self::DirtyFirst => false,
        }
    }

    /// Whether what goes in comes out, to the unit. Only [`Policy::Poison`] does not.
    pub fn conserves_value(self) -> bool {
        self != Self::Poison
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Policy {
    type Err = UnknownPolicy;

    fn from_str(name: &str) -> Result<Self, UnknownPolicy> {
        Self::ALL
            .into_iter()
            .find(|policy| policy.name() == name)
            .ok_or_else(|| UnknownPolicy(name.to_owned()))
    }
}
