//! Up to which block of a chain something is asked.

use std::str::FromStr;

/// Up to which block of a source's best branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UpTo {
    /// The tip, which a reorganisation may still replace.
    Latest,
    /// The last one that the node takes for safe.
    Safe,
    /// The last one that the node takes for final.
    Finalized,
    /// The one at a height.
    Height(u32),
}

impl FromStr for UpTo {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "latest" => Ok(Self::Latest),
            "safe" => Ok(Self::Safe),
            "finalized" => Ok(Self::Finalized),
            height => {
                let is_number = height.bytes().all(|digit| digit.is_ascii_digit());
                let height = height.parse().ok().filter(|_| is_number);
                let why = "it is a height, or latest, safe or finalized";
                height.map(Self::Height).ok_or(why)
            }
        }
    }
}
