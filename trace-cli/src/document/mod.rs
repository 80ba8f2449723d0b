//! What a result says, as a value that every exporter writes in its own way.
//!
//! These structures are the command line's own: a format stays as `docs/formats.md` has it
//! while the library's model moves. Everything in them is the chain's own name for a thing,
//! so that nothing depends on the view that numbered it.

mod amount;
mod build;
mod checks;
mod cluster;
mod comparison;
mod conditions;
mod destination;
mod explanation;
mod forest;
mod gap;
mod holder;
mod ingestion;
mod kind;
mod measurement;
mod names;
mod seed;
mod step;
mod totals;
mod verdicts;
mod verification;

use std::rc::Rc;

use serde::Serialize;
use trace_core::label::Label;
use trace_core::model::{BitcoinNetwork, BlockRef, Chain};
use trace_core::taint::{Direction, LimitHit, Policy};

pub(crate) use amount::{Amount, DECIMALS, decimal};
pub(crate) use build::Found;
pub(crate) use checks::Checks;
pub(crate) use cluster::{Belongs, ClusterReport, ClusterTotals, Member, Seen};
pub(crate) use comparison::{Amounts, Compared, Comparison, SeedTotals, UnderPolicy};
pub(crate) use conditions::{Conditions, LabelList, RuleName};
pub(crate) use destination::{Destination, Detail, SeedShare};
pub(crate) use explanation::{CommonEntry, Explanation, LinkEntry};
pub(crate) use gap::GapNote;
pub(crate) use holder::Holder;
pub(crate) use ingestion::{Allocation, Ingestion};
pub(crate) use kind::Kind;
pub(crate) use measurement::{Measurement, RateEntry};
pub(crate) use names::{Missing, Names};
pub(crate) use seed::{Seed, SeedKind, SeedName, SeededOutput};
pub(crate) use step::{Linked, Party, Passage, Path, Shown, Step};
pub(crate) use totals::Totals;
pub(crate) use verdicts::{ChangeFinding, CoSpendFinding, MixFinding, NoVerdicts, Verdicts};
pub(crate) use verification::{Held, LedgerVerified, RecordingVerified};

/// The program and its version, as documents name it.
pub(crate) const PROGRAM: &str = concat!("trace ", env!("CARGO_PKG_VERSION"));

/// The answer of `trace follow` and `trace back` under one policy.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) schema: &'static str,
    /// The program and its version.
    pub(crate) program: &'static str,
    pub(crate) as_of: AsOf,
    pub(crate) policy: &'static str,
    pub(crate) conditions: Conditions,
    pub(crate) seeds: Vec<Seed>,
    pub(crate) totals: Totals,
    pub(crate) conservation: Conservation,
    /// By position of the output in the chain, then by kind; a fee behind the outputs of its
    /// transaction.
    pub(crate) destinations: Vec<Destination>,
    /// The labels that the destinations bear.
    pub(crate) labels: Vec<LabelEntry>,
    pub(crate) gaps: Vec<GapNote>,
    pub(crate) limits_hit: Vec<LimitNote>,
    pub(crate) transactions_visited: u64,
    #[serde(skip)]
    pub(crate) direction: Direction,
    /// The transactions on the way, in the order of the chain.
    #[serde(skip)]
    pub(crate) passages: Vec<Passage>,
    /// Every tainted output.
    #[serde(skip)]
    pub(crate) steps: Rc<[Step]>,
}

/// The block that an answer holds for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct AsOf {
    pub(crate) chain: String,
    pub(crate) height: u32,
    pub(crate) hash: String,
}

/// Whether everything that was seeded is somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Conservation {
    /// `None` where the policy does not conserve value.
    pub(crate) holds: Option<bool>,
    pub(crate) statement: &'static str,
}

/// A label and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LabelEntry {
    pub(crate) address: String,
    pub(crate) label: String,
    pub(crate) categories: Vec<String>,
    pub(crate) actor: Option<String>,
    pub(crate) source: String,
    pub(crate) confidence: Option<String>,
    pub(crate) last_modified: Option<String>,
    /// The list and the line in it.
    pub(crate) list: String,
    pub(crate) line: u64,
}

/// A limit that cut something off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LimitNote {
    pub(crate) limit: &'static str,
    pub(crate) meaning: &'static str,
}

impl AsOf {
    pub(crate) fn of(chain: impl Into<Chain>, block: BlockRef) -> Self {
        Self {
            chain: chain.into().to_string(),
            height: block.height,
            hash: block.hash.to_string(),
        }
    }
}

impl Report {
    /// `forward` or `back`.
    pub(crate) fn direction_name(&self) -> &'static str {
        match self.direction {
            Direction::Forward => "forward",
            Direction::Back => "back",
        }
    }
}

impl Conservation {
    fn of(policy: Policy, mixes: &str, all_found: bool) -> Self {
        let (holds, statement) = if policy == Policy::Poison {
            let statement = "Poison does not conserve value: the same coin counts at every place \
                             it may have reached. The sums are upper bounds.";
            (None, statement)
        } else if mixes == "poison" {
            let statement = "Mixes were followed by tainting all that leaves them, which does not \
                             conserve value: the sums are upper bounds.";
            (None, statement)
        } else if all_found {
            let statement = "The destinations of every seed add up to what was seeded, to the \
                             satoshi.";
            (Some(true), statement)
        } else {
            let statement = "The destinations do not add up to what was seeded.";
            (Some(false), statement)
        };
        Self { holds, statement }
    }
}

impl LabelEntry {
    pub(crate) fn of(label: &Label, network: BitcoinNetwork) -> Self {
        Self::named(label, label.address.text(network).to_string())
    }

    /// A label of an address that is written like this.
    pub(crate) fn named<A>(label: &Label<A>, address: String) -> Self {
        Self {
            address,
            label: label.name.clone(),
            categories: label.categories.clone(),
            actor: label.actor.clone(),
            source: label.source.clone(),
            confidence: label.confidence.as_ref().map(|sure| sure.name.clone()),
            last_modified: label.last_modified.clone(),
            list: label.list.clone(),
            line: label.line,
        }
    }
}

impl LimitNote {
    fn of(limit: LimitHit) -> Self {
        Self {
            limit: crate::wording::limit_name(limit),
            meaning: crate::wording::limit(limit),
        }
    }
}
