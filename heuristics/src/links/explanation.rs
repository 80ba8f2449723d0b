//! The shortest chain of links between two addresses, each with its transaction and rule.

use trace_core::cluster::{Connection, shortest_path};
use trace_core::model::AddressId;
use trace_core::view::{CoinView, Question};

use super::history::{Bounds, Gap};
use super::neighbours::neighbours;
use crate::rule_set::RuleSet;
use crate::same_key::Equivalents;

/// How two addresses are linked, and what could not be known on the way.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The chain of links, or that there is none as far as is known.
    pub connection: Connection,
    /// What to ask the source for; with its answers there may be a chain, or a shorter one.
    pub wants: Vec<Question>,
    /// What will stay unknown.
    pub gaps: Vec<Gap>,
}

/// Searches for the shortest chain of links. `equivalents` are those of the clusters of the
/// same view. That there is none is only known where there are no gaps.
///
/// Change links that contradict something ([`Constrained`](trace_core::cluster::Constrained))
/// are used here like others: where clusters keep two addresses apart, ask the clusters first.
///
/// Cost: [`neighbours`] for each address looked at, of which there are at most `addresses_max`.
pub fn explain(
    view: &dyn CoinView,
    [a, b]: [AddressId; 2],
    rules: &RuleSet,
    equivalents: &Equivalents,
    bounds: Bounds,
    addresses_max: usize,
) -> Explanation {
    let mut wants = Vec::new();
    let mut gaps = Vec::new();
    let at = |address| {
        let mut found = neighbours(view, address, rules, bounds);
        wants.append(&mut found.wants);
        gaps.append(&mut found.gaps);
        found.links.extend(equivalents.at(address));
        found.links
    };
    let connection = shortest_path(a, b, at, addresses_max);
    Explanation {
        connection,
        wants,
        gaps,
    }
}
