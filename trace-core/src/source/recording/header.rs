//! What a recording is of.

use std::fmt;

use crate::model::Chain;
use crate::source::uri::Adapter;

/// What a recording is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Who gave the replies.
    pub origin: Origin,
    /// Which chain they are about.
    pub chain: Chain,
    /// What the replies are good for.
    pub holds: Holds,
}

/// Who gave the replies of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A server.
    Server(Adapter),
    /// A `blocks` folder.
    BlockFiles,
}

/// What the replies of a recording are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Reading the blocks between two heights, both included.
    Blocks {
        /// The first height.
        from: u32,
        /// The last height.
        to: u32,
    },
    /// Asking again what was asked while it was recorded.
    Questions,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Server(adapter) => adapter.name(),
            Self::BlockFiles => "blk",
        })
    }
}

impl fmt::Display for Holds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blocks { from, to } => write!(f, "blocks {from} {to}"),
            Self::Questions => f.write_str("questions"),
        }
    }
}

impl fmt::Display for Header {
    /// The three lines that stand in the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.chain, self.holds)
    }
}

impl Header {
    /// Reads the three lines, or says what is wrong with them.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines();
        let mut line = || lines.next().unwrap_or_default();
        let (origin, chain, holds) = (line(), line(), line());
        let servers = Adapter::ALL.into_iter().map(Origin::Server);
        let header = Self {
            origin: servers
                .chain([Origin::BlockFiles])
                .find(|known| known.to_string() == origin)
                .ok_or_else(|| format!("nothing is known of recordings of {origin:?}"))?,
            chain: chain
                .parse()
                .map_err(|error: crate::model::UnknownChain| error.to_string())?,
            holds: Holds::parse(holds).ok_or_else(|| format!("{holds:?} is no content"))?,
        };
        if header.to_string() == text {
            Ok(header)
        } else {
            Err("the header is not written as it should be".to_owned())
        }
    }
}

impl Holds {
    fn parse(line: &str) -> Option<Self> {
        if line == "questions" {
            return Some(Self::Questions);
        }
        let (from, to) = line.strip_prefix("blocks ")?.split_once(' ')?;
        let (from, to) = (from.parse().ok()?, to.parse().ok()?);
        (from <= to).then_some(Self::Blocks { from, to })
    }
}
