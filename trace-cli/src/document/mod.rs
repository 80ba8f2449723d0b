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
mod limit;
mod measurement;
mod money;
mod names;
mod possible;
mod seed;
mod stage;
mod step;
mod totals;
mod trail_checks;
mod unit;
pub(crate) mod verdicts;
mod verification;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::rc::Rc;

use serde::{Serialize, Serializer};
use trace_core::label::Label;
use trace_core::model::account::HeldAgainst;
use trace_core::model::{BitcoinNetwork, BlockRef, Chain, Position};
use trace_core::taint::Direction;

pub(crate) use amount::{Amount, decimal};
pub(crate) use build::Found;
pub(crate) use checks::Checks;
pub(crate) use cluster::{Belongs, ClusterReport, ClusterTotals, Holdings, Member, Seen};
pub(crate) use comparison::{Compared, Comparison, UnderPolicy};
pub(crate) use conditions::{BoundsSet, Conditions, LabelList, RuleName};
pub(crate) use destination::{Destination, Ended, SeedShare};
pub(crate) use explanation::{CommonEntry, Explanation, LinkEntry};
pub(crate) use gap::GapNote;
pub(crate) use holder::Holder;
pub(crate) use ingestion::{Allocation, Ingestion};
pub(crate) use kind::Kind;
pub(crate) use limit::LimitNote;
pub(crate) use measurement::{Measurement, RateEntry};
pub(crate) use money::Money;
pub(crate) use names::{Missing, Names};
pub(crate) use possible::{Possible, PossibleDeposit, PossibleWithdrawal, RevealEntry};
pub(crate) use seed::{Seed, SeedKind, SeedName, SeededArrival};
pub(crate) use stage::{Party, Path, Shown, Stage};
pub(crate) use step::{Passage, Step};
pub(crate) use totals::Totals;
pub(crate) use trail_checks::{TrailChecks, held_name};
pub(crate) use unit::Unit;
pub(crate) use verification::{Held, LedgerVerified, RecordingVerified};

/// The program and its version, as documents name it.
pub(crate) const PROGRAM: &str = concat!("trace ", env!("CARGO_PKG_VERSION"));

/// The answer of `trace follow` and `trace back` under one policy.
#[derive(Clone, Debug, Serialize)]
#[serde(bound(serialize = ""))]
pub(crate) struct Report<S: Stage = Step> {
    pub(crate) schema: &'static str,
    /// The program and its version.
    pub(crate) program: &'static str,
    pub(crate) as_of: AsOf,
    pub(crate) policy: &'static str,
    pub(crate) conditions: Conditions,
    pub(crate) seeds: Vec<Seed>,
    /// One for each asset, ascending.
    pub(crate) totals: Vec<Totals>,
    pub(crate) conservation: Conservation,
    /// By the arrival at which the value was last, in the order of the chain.
    pub(crate) destinations: Vec<Destination<S>>,
    /// The labels that the destinations bear.
    pub(crate) labels: Vec<LabelEntry>,
    pub(crate) gaps: Vec<GapNote>,
    pub(crate) limits_hit: Vec<LimitNote>,
    pub(crate) transactions_visited: u64,
    /// Over accounts: what the transactions followed were held against, where that was asked for.
    /// An answer of a ledger and one of a node differ in it and in nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) checks: Option<TrailChecks>,
    /// What may have come out of mixers, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) possible: Option<Possible<S>>,
    #[serde(skip)]
    pub(crate) direction: Direction,
    /// Over coins: the transactions on the way, in the order of the chain.
    #[serde(skip)]
    pub(crate) passages: Vec<Passage>,
    /// Over accounts: what each transaction through which value was followed, or in which it
    /// ended, was held against.
    #[serde(skip)]
    pub(crate) held_against: BTreeMap<Position, HeldAgainst>,
    /// Every stage of the way.
    #[serde(skip)]
    pub(crate) steps: Rc<[S]>,
}

/// The name and version of a report's schema.
pub(crate) fn schema(direction: Direction) -> &'static str {
    match direction {
        Direction::Forward => "trace/follow/2",
        Direction::Back => "trace/back/2",
    }
}

/// The block that an answer holds for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct AsOf {
    #[serde(serialize_with = "shown")]
    pub(crate) chain: Chain,
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

impl AsOf {
    pub(crate) fn of(chain: impl Into<Chain>, block: BlockRef) -> Self {
        let chain = chain.into();
        Self {
            chain,
            height: block.height,
            hash: match chain {
                Chain::Bitcoin(_) => block.hash.to_string(),
                Chain::Evm(_) => format!("0x{}", block.hash),
            },
        }
    }

    pub(crate) fn is_of_coins(&self) -> bool {
        matches!(self.chain, Chain::Bitcoin(_))
    }
}

fn shown<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

impl<S: Stage> Report<S> {
    /// What sort of place a kind is, for a person.
    pub(crate) fn words(&self, kind: Kind) -> &'static str {
        crate::wording::kind(kind, self.direction, self.as_of.is_of_coins())
    }

    /// `forward` or `back`.
    pub(crate) fn direction_name(&self) -> &'static str {
        match self.direction {
            Direction::Forward => "forward",
            Direction::Back => "back",
        }
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
